"""A project with tiny trained networks, as the page finds one, and pictures to hand over."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from facevalue.common.methods import TRAINED
from facevalue.common.trainings import found
from facevalue.cropping.detection import Faces
from facevalue.cropping.finding import FaceFinder
from facevalue.cropping.params import CropParams
from facevalue.explaining.gradcam import looker
from facevalue.predicting import both_methods
from facevalue.serving.examining import Examiner
from tests.tiny_networks import saved

ROOT = Path(__file__).parents[1]
TRAININGS = 3


class BrightDetector:
    """One face, the picture's middle, wherever it is not black."""

    def detect(self, images: Sequence[NDArray[np.uint8]]) -> list[Faces]:
        return [self._face(image) for image in images]

    def _face(self, image: NDArray[np.uint8]) -> Faces:
        height, width = image.shape[:2]
        count = int(image.max() > 40)
        boxes = np.array([[width / 4, height / 4, width * 3 / 4, height * 3 / 4]] * count, np.float32).reshape(-1, 4)
        return Faces(boxes, np.zeros((count, 5, 2), np.float32), np.full(count, 0.95, np.float32))


FINDER = FaceFinder(BrightDetector(), 0.9, 64, 0.3, "largest")


def served_project(root: Path, monkeypatch: pytest.MonkeyPatch | None = None) -> Path:
    """Models of several trainings and parameters below `root`; the detector is the real one without a patch."""
    for method in TRAINED:
        for number in range(TRAININGS):
            saved(root / "models" / method / f"repeat_{number + 1:02}", 32, seed=number)
    shutil.copy(ROOT / "params.yaml", root)
    if monkeypatch:
        monkeypatch.setattr(both_methods, "face_finder", lambda settings, accelerator: FINDER)
    return root


def examiner(root: Path, frames: int = 3) -> Examiner:
    """What the command makes of a project."""
    models = {method: root / "models" / method for method in TRAINED}
    trained = both_methods.load(models, CropParams.load(root / "params.yaml"), "none", "cpu")
    full, crop = (looker(found(models[method])[0][0]) for method in TRAINED)
    return Examiner(trained, full, crop, 0.5, frames)
