from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from facevalue.cropping.detection import Faces
from facevalue.cropping.finding import FaceFinder, Found
from facevalue.cropping.geometry import Square

Image = NDArray[np.uint8]


@dataclass
class Scripted:
    """Answers with given boxes, as fractions of the picture, and remembers what it was shown."""

    boxes: list[list[float]]
    confidences: list[float]
    shown: list[tuple[int, ...]] = field(default_factory=list)

    def detect(self, images: Sequence[Image]) -> list[Faces]:
        self.shown += [image.shape for image in images]
        return [self._answer(*image.shape[:2]) for image in images]

    def _answer(self, height: int, width: int) -> Faces:
        if not self.boxes:
            return Faces.none()
        boxes = np.array(self.boxes, np.float32) * np.array([width, height] * 2, np.float32)
        landmarks = np.repeat(boxes[:, None, :2], 5, axis=1)
        return Faces(boxes.astype(np.float32), landmarks, np.array(self.confidences, np.float32))


def finder(*boxes: list[float], confidences: list[float] | None = None) -> FaceFinder:
    scripted = Scripted(list(boxes), confidences or [0.95] * len(boxes))
    return FaceFinder(scripted, min_confidence=0.9, detect_side=64, margin=0.3, keep="largest")


def blank(height: int, width: int, value: int = 0) -> Image:
    return np.full((height, width, 3), value, np.uint8)


def found_by(looking: FaceFinder, image: Image) -> Found:
    found = looking.find(image)
    assert found is not None
    return found


def test_coordinates_are_the_original_picture_s() -> None:
    looking = finder([0.25, 0.5, 0.5, 0.75])
    found = found_by(looking, blank(100, 200))
    assert looking.detector.shown == [(32, 64, 3)]  # type: ignore[attr-defined]
    assert found.box == (50, 50, 100, 75)
    assert found.landmarks == ((50, 50),) * 5
    assert found.square == Square(42, 30, 65)


def test_a_small_picture_is_not_enlarged() -> None:
    looking = finder([0.25, 0.5, 0.5, 0.75])
    found = found_by(looking, blank(20, 40))
    assert looking.detector.shown == [(20, 40, 3)]  # type: ignore[attr-defined]
    assert found.box == (10, 10, 20, 15)


def test_faces_below_the_threshold_or_beyond_the_picture_do_not_count() -> None:
    looking = finder(
        [0, 0, 0.9, 0.9],
        [0.1, 0.1, 0.3, 0.3],
        [0.5, 0.5, 0.7, 0.8],
        [1.5, 0, 3, 3],
        confidences=[0.89, 0.9, 0.95, 0.99],
    )
    found = found_by(replace(looking, min_confidence=np.float32(0.9).item()), blank(50, 50))
    assert found.faces == 2
    assert found.box == pytest.approx((25, 25, 35, 40))
    assert found.confidence == pytest.approx(0.95)


def test_which_face_is_kept_can_be_chosen() -> None:
    looking = finder([0.1, 0.1, 0.3, 0.3], [0.4, 0.4, 1.2, 1.2], confidences=[0.99, 0.91])
    assert found_by(looking, blank(60, 60)).box == pytest.approx((24, 24, 60, 60))
    assert found_by(replace(looking, keep="most_confident"), blank(60, 60)).box == pytest.approx((6, 6, 18, 18))


def test_no_face_is_none() -> None:
    assert finder().find(blank(30, 30)) is None
    assert finder([0, 0, 1, 1], confidences=[0.5]).find(blank(30, 30)) is None


def test_a_face_is_cut_as_large_as_it_is_stored() -> None:
    looking = replace(finder([0.25, 0.25, 0.75, 0.75]), max_side=16)
    picture = blank(100, 100)
    assert looking.cut(picture, found_by(looking, picture)).shape == (16, 16, 3)
