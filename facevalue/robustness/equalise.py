"""Pictures brought to one JPEG quality, one size or one brightness, so that these tell no class from the other."""

from typing import NamedTuple

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.cropping.geometry import Square, reduced
from facevalue.robustness.perturb import Condition, Picture, perturbed

QUALITY = 75  # the highest that pictures are brought to

_QUALITY, _SIZE, _BRIGHTNESS = "one JPEG quality", "one size", "one brightness"
_COARSENESS = 57.625  # mean of the standard's luma table, which is that of quality 50
_LUMA = np.array([0.299, 0.587, 0.114])  # of R, G and B, as the audit's brightness
_STEPS = 40  # of the bisection of a gamma, which leaves it as exact as its table of bytes


class Common(NamedTuple):
    """What all pictures are brought to, one thing at a time: JPEG quality, longer side in px, mean luma of 255."""

    quality: int
    side: int
    luma: float

    @classmethod
    def of(cls, labels: pd.Series, facts: pd.DataFrame) -> "Common":
        """What lies between the classes of these pictures.

        Of quality and side it is the lower of the classes' medians, so that neither keeps detail that the other cannot
        have, and of the quality at most `QUALITY`; the luma is the mean of the classes' means.

        Args:
            labels: of each picture, (n,).
            facts: as `values` takes them, of the same pictures in the same order.
        """
        if labels.empty:
            return cls(QUALITY, 1, 0.0)
        of_class = values(facts).groupby(labels.to_numpy())
        quality = min(QUALITY, _quality(float(of_class[_QUALITY].median().max())))
        return cls(quality, int(of_class[_SIZE].median().min()), float(of_class[_BRIGHTNESS].mean().mean()))

    def conditions(self) -> list[Condition]:
        """One per fact, with the value that all pictures are brought to."""
        common = {_QUALITY: self.quality, _SIZE: self.side, _BRIGHTNESS: self.luma}
        return [Condition(name, 1, value) for name, value in common.items()]


def values(facts: pd.DataFrame) -> pd.DataFrame:
    """The facts that are made common, a column for each of `Common.conditions`, by its name.

    Args:
        facts: `luma_quantisation`, the mean of the JPEG table, 0 without one; `width` and `height`, px;
            `brightness_mean`, of 255.
    """
    sides = facts[["width", "height"]].max(axis=1)
    return pd.DataFrame({_QUALITY: facts["luma_quantisation"], _SIZE: sides, _BRIGHTNESS: facts["brightness_mean"]})


def _quality(coarseness: float) -> int:
    """At which quality, 1 to 100, the standard's luma table has this mean, the inverse of what libjpeg does.

    Below 20, where it cuts values at 255, it is a little too high.
    """
    scale = coarseness / _COARSENESS
    return max(1, min(100, round(100 - 50 * scale if scale < 1 else 50 / scale)))


def equalised(picture: Picture, square: Square, condition: Condition) -> tuple[Picture, Square]:
    """A picture with one fact made common, and its face's square in the new picture's pixels.

    Args:
        picture: RGB, uint8 (height, width, 3).
        square: in its pixels.
        condition: one of `Common.conditions`:
            one JPEG quality: encoded once with 4:2:0 chroma.
            one size: the longer side has so many px; a larger picture is averaged, a smaller one enlarged bicubically.
            one brightness: the mean luma is so many of 255, by one gamma for all three channels, which clips nothing.
    """
    value = condition.value
    assert value is not None
    if condition.name == _QUALITY:
        return perturbed(picture, "jpeg", value, 0), square
    if condition.name == _BRIGHTNESS:
        return _lit(picture, value), square
    return _sized(picture, square, int(value))


def _sized(picture: Picture, square: Square, side: int) -> tuple[Picture, Square]:
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale == 1:
        return picture, square
    if scale < 1:
        changed = reduced(picture, side)
    else:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        changed = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    left, top, face = (round(edge * scale) for edge in (square.left, square.top, square.side))
    return changed, Square(left, top, max(1, face))


def _lit(picture: Picture, luma: float) -> Picture:
    """Brightened or darkened by the gamma whose mean luma is the nearest; bisected, since more gamma is darker."""
    counts = np.column_stack([cv2.calcHist([picture], [channel], None, [256], [0, 256]) for channel in range(3)])
    weights = counts @ _LUMA / picture[..., 0].size  # by value, how much of the mean luma it is
    low, high = -5.0, 5.0  # log2 of gamma
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if weights @ _shades(middle) < luma else (middle, high)
    return np.asarray(_shades((low + high) / 2)[picture], np.uint8)


def _shades(exponent: float) -> NDArray[np.uint8]:
    """What each value becomes, (256,), by a gamma of 2 to this power."""
    return np.asarray(np.rint(255 * (np.arange(256) / 255) ** (2.0**exponent)), np.uint8)
