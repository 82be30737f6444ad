"""Stands in for facevalue.explaining.gradcam: a network without a map."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def attention(model_dir: Path, pictures: Iterable[NDArray[np.uint8]]) -> list[None]:
    return [None for _ in pictures]
