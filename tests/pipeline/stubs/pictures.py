"""Stands in for facevalue.model.pictures, which brings torch and timm."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facevalue.common import images


def read_written(file: Path) -> NDArray[np.uint8]:
    return images.read(file)
