"""What pictures meet on their way through the net, one thing at a time or twice over, in levels.

All of it is done to the whole picture, in its own pixels, and keeps its size: a level therefore means more to a small
picture than to a large one.
"""

import io
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facevalue.robustness.params import Perturbations

Picture = NDArray[np.uint8]

_CHAINS = {1: ((0.8, 85), (0.9, 80)), 2: ((0.6, 75), (0.8, 65)), 3: ((0.4, 60), (0.7, 45))}
"""Of each strength what every share does: to which factor of the sides that it is given it reduces, at which quality it
is then encoded."""


class Condition(NamedTuple):
    """One level, counted from 1, of one perturbation; level 0 and no value where nothing is done."""

    name: str
    level: int
    value: float | None


UNDISTURBED = Condition("undisturbed", 0, None)


def conditions(perturbations: Perturbations) -> list[Condition]:
    """Every level of every perturbation, as `params.yaml` lists them."""
    return [
        Condition(name, level, value) for name, values in perturbations for level, value in enumerate(values, start=1)
    ]


def perturbed(picture: Picture, name: str, value: float | None, seed: int) -> Picture:
    """A changed copy of an RGB picture, uint8 (height, width, 3), of the same shape.

    Args:
        picture: of any size.
        name: of the perturbation: `jpeg`, `blur`, `resize`, `noise`, `chain`, or `undisturbed`.
        value: how much of it:
            jpeg: quality, 1 to 100, of one encoding with 4:2:0 chroma.
            blur: standard deviation of a Gaussian, px of the picture.
            resize: factor below 1, down to which the picture is averaged before bicubic interpolation up again.
            noise: standard deviation, of 255, of independent Gaussian noise in each channel, clipped at 0 and 255.
            chain: strength, 1 to 3, of being shared twice, as messengers do it: reduced and encoded, and what is
                decoded then reduced and encoded again; at last bicubic interpolation up to its own size. By strength,
                the sides are reduced by 0.8 and 0.9, 0.6 and 0.8, 0.4 and 0.7; the qualities are 85 and 80, 75 and 65,
                60 and 45.
        seed: of the noise; one seed gives the same noise at every level, only stronger.
    """
    return _CHANGES[name](picture, value, seed)


def _jpeg(picture: Picture, quality: float, _: int) -> Picture:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, format="JPEG", quality=int(quality), subsampling="4:2:0")
    return np.array(Image.open(stream))


def _blur(picture: Picture, sigma: float, _: int) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def _resize(picture: Picture, factor: float, _: int) -> Picture:
    return _enlarged(_reduced(picture, factor), picture)


def _chain(picture: Picture, strength: float, _: int) -> Picture:
    shared = picture
    for factor, quality in _CHAINS[int(strength)]:
        shared = _jpeg(_reduced(shared, factor), quality, 0)
    return _enlarged(shared, picture)


def _reduced(picture: Picture, factor: float) -> Picture:
    height, width = picture.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _enlarged(picture: Picture, like: Picture) -> Picture:
    """As large as another one."""
    height, width = like.shape[:2]
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _noise(picture: Picture, sigma: float, seed: int) -> Picture:
    noisy = np.random.default_rng(seed).standard_normal(picture.shape, dtype=np.float32)
    noisy *= sigma  # in place: four bytes a value are enough for a large picture
    noisy += picture
    return np.clip(np.rint(noisy, out=noisy), 0, 255, out=noisy).astype(np.uint8)


def _nothing(picture: Picture, _: float | None, __: int) -> Picture:
    return picture.copy()


_CHANGES: dict[str, Callable[..., Picture]] = {
    "undisturbed": _nothing,
    "jpeg": _jpeg,
    "blur": _blur,
    "resize": _resize,
    "noise": _noise,
    "chain": _chain,
}
