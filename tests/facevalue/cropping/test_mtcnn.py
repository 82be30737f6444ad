from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from facenet_pytorch import MTCNN
from numpy.typing import NDArray
from torch import Tensor
from torchvision.ops import box_iou

from facevalue.cropping.detection import Faces
from facevalue.cropping.detectors import load_detector
from facevalue.cropping.mtcnn import MtcnnDetector, _outermost, _visible
from tests.facevalue.cropping.conftest import crop_params

Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def detector() -> MtcnnDetector:
    return MtcnnDetector()


@pytest.mark.parametrize("side", [80, 128, 200, 256])
def test_a_drawn_face_is_found_where_it_was_drawn(
    detector: MtcnnDetector, portrait: Callable[[int], Image], side: int
) -> None:
    (faces,) = detector.detect([portrait(side)])
    assert len(faces) == 1
    assert faces.confidences[0] > 0.9
    np.testing.assert_allclose(faces.boxes[0] / side, [0.23, 0.17, 0.77, 0.90], atol=0.06)
    eyes_nose_mouth = [[0.38, 0.47], [0.62, 0.47], [0.5, 0.6], [0.39, 0.73], [0.61, 0.73]]
    np.testing.assert_allclose(faces.landmarks[0] / side, eyes_nose_mouth, atol=0.05)


def test_every_face_is_found(detector: MtcnnDetector, portrait: Callable[[int], Image]) -> None:
    group = np.full((200, 330, 3), 90, np.uint8)
    group[:, :200] = portrait(200)
    group[50:150, 220:320] = portrait(100)
    (faces,) = detector.detect([group])
    assert sorted(round(float(x), -1) for x in faces.boxes[:, [0, 2]].mean(axis=1)) == [100, 270]


def test_the_faces_are_those_of_the_library(detector: MtcnnDetector, portrait: Callable[[int], Image]) -> None:
    library = MTCNN(keep_all=True, select_largest=False)
    rng = np.random.default_rng(0)
    for side in (64, 90, 128, 201):
        picture = portrait(side)[: side - side // 8, side // 12 :]
        picture = (picture + rng.normal(0, 6, picture.shape)).clip(0, 255).astype(np.uint8)
        boxes, confidences, landmarks = library.detect(picture, landmarks=True)
        (faces,) = detector.detect([picture])
        assert len(faces) == len(boxes) == 1
        shared = box_iou(torch.from_numpy(faces.boxes), torch.tensor(np.asarray(boxes, float)).float())
        assert shared.item() > 0.85
        np.testing.assert_allclose(faces.landmarks, np.asarray(landmarks, float), atol=0.05 * side)
        np.testing.assert_allclose(faces.confidences, np.asarray(confidences, float), atol=0.04)


def test_where_a_large_face_is_sure_enough_smaller_ones_are_not_looked_for(portrait: Callable[[int], Image]) -> None:
    group = np.full((200, 330, 3), 90, np.uint8)
    group[:, :200] = portrait(200)
    group[120:160, 240:280] = portrait(40)
    for enough, count in ((0.9, 1), (1.1, 2)):
        (faces,) = MtcnnDetector(enough=enough).detect([group])
        assert len(faces) == count
    (small,) = MtcnnDetector(enough=0.9).detect([np.ascontiguousarray(group[:, 210:])])
    assert len(small) == 1


@pytest.mark.parametrize(("side", "confidence", "searches"), [(56, 0.9, 1), (55, 1.0, 2), (200, 0.89, 2)])
def test_only_a_large_and_sure_face_ends_the_search(
    side: int, confidence: float, searches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, landmarks = np.array([[5, 5, 5 + side, 45]], np.float32), np.zeros((1, 5, 2), np.float32)
    asked: list[Sequence[float]] = []

    def search(_: Image, scales: Sequence[float]) -> Faces:
        asked.append(scales)
        return Faces(box, landmarks, np.array([confidence], np.float32))

    detector = MtcnnDetector(enough=float(np.float32(0.9)))
    monkeypatch.setattr(detector, "_search", search)
    detector.detect([np.zeros((300, 300, 3), np.uint8)])
    assert len(asked) == searches
    assert len(asked[0]) < len(asked[-1]) or searches == 1


def test_boxes_without_a_pixel_are_dropped_before_they_are_judged() -> None:
    image = np.zeros((40, 60, 3), np.uint8)
    whole, left, below, inverted, corner = (
        [1, 1, 60, 40],
        [-9, 5, 0, 14],
        [5, 41, 9, 50],
        [30, 9, 20, 19],
        [59, 39, 70, 50],
    )
    boxes = torch.tensor([whole, left, below, inverted, corner], dtype=torch.float32)
    assert _visible(boxes, image).tolist() == [whole, corner]


@pytest.mark.parametrize("offset", [50.0, -50.0])
def test_a_correction_past_the_edge_ends_in_no_face(
    portrait: Callable[[int], Image], offset: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = MtcnnDetector()

    def astray(patches: Tensor) -> tuple[Tensor, Tensor]:
        return torch.full((len(patches), 4), offset), torch.ones(len(patches), 2)

    monkeypatch.setattr(detector, "_refine", astray)
    assert [len(faces) for faces in detector.detect([portrait(96)])] == [0]


def test_a_box_inside_another_is_the_same_face() -> None:
    boxes = torch.tensor([[0, 0, 100, 100], [30, 30, 60, 60], [200, 0, 300, 100]], dtype=torch.float32)
    kept = _outermost(boxes, torch.tensor([0.8, 0.7, 0.9]), 0.7)
    assert kept.tolist() == [2, 0]
    assert _outermost(boxes[:0], torch.zeros(0), 0.7).tolist() == []


def test_it_is_loaded_by_name() -> None:
    assert isinstance(load_detector(crop_params()), MtcnnDetector)
