"""What pictures meet on their way through the net, one thing at a time and in levels.

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
        name: of the perturbation: `jpeg`, `blur`, `resize`, `noise`, or `undisturbed`.
        value: how much of it:
            jpeg: quality, 1 to 100, of one encoding with 4:2:0 chroma.
            blur: standard deviation of a Gaussian, px of the picture.
            resize: factor below 1, down to which the picture is averaged before bicubic interpolation up again.
            noise: standard deviation, of 255, of independent Gaussian noise in each channel, clipped at 0 and 255.
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
    height, width = picture.shape[:2]
    small_size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(picture, small_size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


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
}
