"""From a box to a square of pixels, without distorting them; only what is larger than it is stored is reduced."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from facevalue.cropping.params import MaxSide


@dataclass(frozen=True)
class Square:
    """Pixels `left` to `left + side`, `top` to `top + side`; negative where it overhangs the picture."""

    left: int
    top: int
    side: int


def square_around(box: Sequence[float], margin: float, width: int, height: int) -> Square:
    """The square about a box, shifted into the picture.

    Its side is the box's longer side, in whole pixels, times `1 + margin` (DeepfakeBench's scale of 1.3 is a
    margin of 0.3), its centre the box's. At the picture's edge it is shifted; where it is larger than the picture,
    it covers the picture and overhangs.

    Args:
        box: xyxy, pixels, origin top-left, some of it inside the picture.
        margin: what is added in all, as a fraction of the box's longer side; at least 0.
        width: of the picture, pixels.
        height: of the picture, pixels.
    """
    first_x, first_y, last_x, last_y = math.floor(box[0]), math.floor(box[1]), math.ceil(box[2]), math.ceil(box[3])
    side = max(1, round(max(last_x - first_x, last_y - first_y) * (1 + margin)))
    return Square(_start(first_x + last_x, side, width), _start(first_y + last_y, side, height), side)


def _start(twice_centre: int, side: int, length: int) -> int:
    slack = length - side
    return min(max((twice_centre - side) // 2, min(0, slack)), max(0, slack))


def cut(image: NDArray[np.uint8], square: Square, max_side: MaxSide = "none") -> NDArray[np.uint8]:
    """The square's pixels, (side, side, 3), reduced to `max_side` pixels where there are more.

    What overhangs the picture is filled by reflection: bars or streaks would be a trace of the crop that a
    network can learn, while mirrored skin and background keep the picture's own noise and spectrum.
    """
    height, width = image.shape[:2]
    bottom, right = square.top + square.side, square.left + square.side
    inside = image[max(square.top, 0) : min(bottom, height), max(square.left, 0) : min(right, width)]
    overhang = (
        (max(-square.top, 0), max(bottom - height, 0)),
        (max(-square.left, 0), max(right - width, 0)),
        (0, 0),
    )
    face = np.pad(inside, overhang, mode="reflect") if any(map(any, overhang)) else inside
    return face if max_side == "none" else reduced(face, max_side)


def reduced(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture with a longer side of at most `side` pixels; each pixel the mean of those it stands for."""
    height, width = image.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
