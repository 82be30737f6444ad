"""Random changes of training pictures, by level.

`light` only moves pixels and shades: whole-pixel shifts, because resampling is itself a low-pass that wipes
out the traces of generators and of blending, and leaves its own (Popescu and Farid 2005, "Exposing Digital
Forgeries by Detecting Traces of Resampling").

`strong` adds what happens to pictures on their way through the net, so that the network cannot rest on
fragile traces: JPEG and blur (Wang et al. 2020, "CNN-generated images are surprisingly easy to spot... for
now", arXiv 1912.11035: both improve generalisation to unseen generators), down- and up-scaling and noise, and
blanked patches so that no single region decides (DeVries and Taylor 2017, arXiv 1708.04552).
"""

import os
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # its import would ask the network for a newer version
import albumentations as A  # noqa: N812

Level = Literal["none", "light", "strong"]


class Augmentation:
    """One level's changes; the same picture and seed give the same result in any process and order."""

    def __init__(self, level: Level, image_size: int) -> None:
        levels = {"none": list, "light": lambda: _light(image_size), "strong": lambda: _strong(image_size)}
        self._compose = A.Compose(levels[level]())  # type: ignore[no-untyped-call]

    def __call__(self, picture: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
        """A changed copy; `picture` is RGB of shape (s, s, 3)."""
        self._compose.set_random_seed(seed)
        changed: NDArray[np.uint8] = self._compose(image=picture)["image"]
        return changed


def _light(image_size: int) -> list[A.BasicTransform]:
    return [*_moves(image_size), A.ColorJitter((0.9, 1.1), (0.9, 1.1), (0.9, 1.1), hue=0, p=0.5)]


def _strong(image_size: int) -> list[A.BasicTransform]:
    return [
        *_moves(image_size),
        A.ColorJitter((0.8, 1.2), (0.8, 1.2), (0.8, 1.2), (-0.05, 0.05), p=0.5),
        A.Downscale(scale_range=(0.5, 0.9), p=0.2),
        A.GaussianBlur(blur_limit=0, sigma_limit=(0.1, 3.0), p=0.3),  # Wang et al.: sigma 0 to 3
        A.GaussNoise(std_range=(0.01, 0.05), p=0.2),
        A.ImageCompression(quality_range=(30, 100), p=0.3),  # Wang et al.: quality 30 to 100
        A.CoarseDropout(num_holes_range=(1, 3), hole_height_range=(0.1, 0.25), hole_width_range=(0.1, 0.25), p=0.3),
    ]


def _moves(image_size: int) -> list[A.BasicTransform]:
    reach = image_size // 16
    shift = A.Affine(
        translate_px={"x": (-reach, reach), "y": (-reach, reach)},
        interpolation=cv2.INTER_NEAREST,
        border_mode=cv2.BORDER_REFLECT_101,
        p=0.5,
    )
    return [A.HorizontalFlip(p=0.5), shift]
