"""A drawn face that MTCNN accepts, and RetinaFace with random weights."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import yaml
from numpy.typing import NDArray
from torch import Tensor

from facevalue.cropping.params import CropParams
from facevalue.cropping.retinaface import _network

Image = NDArray[np.uint8]


def crop_params(**changes: object) -> CropParams:
    """Those of the repository's `params.yaml`, with changes."""
    given = yaml.safe_load((Path(__file__).parents[3] / "params.yaml").read_text())["crop"]
    return CropParams(**{**given, **changes})


@pytest.fixture(scope="session")
def portrait() -> Callable[[int], Image]:
    """Draws a head in the middle of a square; it spans 21 to 79 % across and 14 to 90 % down."""

    def draw(side: int) -> Image:
        picture = np.full((side, side, 3), 90, np.uint8)
        unit = side / 100

        def ellipse(centre: tuple[int, int], axes: tuple[int, int], colour: tuple[int, int, int]) -> None:
            x, y, width, height = (round(length * unit) for length in (*centre, *axes))
            cv2.ellipse(picture, (x, y), (width, height), 0, 0, 360, colour, -1, cv2.LINE_AA)

        ellipse((50, 42), (34, 40), (50, 35, 25))  # hair
        ellipse((50, 52), (29, 38), (224, 178, 150))  # skin
        for x in (38, 62):
            ellipse((x, 41), (8, 2), (70, 45, 30))  # brow
            ellipse((x, 47), (6, 3), (250, 250, 250))
            ellipse((x, 47), (3, 3), (40, 25, 20))
        ellipse((50, 61), (5, 3), (180, 130, 105))  # nose
        ellipse((50, 73), (11, 4), (170, 70, 70))  # mouth
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.2 * unit), np.uint8)

    return draw


@pytest.fixture(scope="session")
def texture() -> Callable[[int, int, int], Image]:
    """Draws smooth seeded noise of a height and width."""

    def draw(seed: int, height: int, width: int) -> Image:
        coarse = np.random.default_rng(seed).integers(0, 256, (height // 16 + 2, width // 16 + 2, 3), np.uint8)
        return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)

    return draw


@pytest.fixture(scope="session")
def random_weights() -> dict[str, Tensor]:
    """RetinaFace as initialised: it takes many places of a textured picture for faces."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return {name: tensor.clone() for name, tensor in _network().state_dict().items()}
