"""What every detector must do, whichever it is."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor

from facevalue.cropping.detection import FaceDetector, Faces
from facevalue.cropping.mtcnn import MtcnnDetector
from facevalue.cropping.retinaface import RetinaFaceDetector

Image = NDArray[np.uint8]
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU"))]


@pytest.fixture(scope="module", params=["mtcnn", "retinaface"])
def make(request: pytest.FixtureRequest, random_weights: dict[str, Tensor]) -> Callable[[str], FaceDetector]:
    if request.param == "mtcnn":
        return MtcnnDetector
    cautious = dict(random_weights)
    for level in range(3):  # so that a grey picture is none, while drawings still are
        bias = random_weights[f"ClassHead.{level}.conv1x1.bias"]
        cautious[f"ClassHead.{level}.conv1x1.bias"] = bias + torch.tensor([5.0, 0.0]).repeat(len(bias) // 2)
    return lambda device: RetinaFaceDetector(cautious, side=128, device=device)


@pytest.fixture(scope="module", params=DEVICES)
def detector(request: pytest.FixtureRequest, make: Callable[[str], FaceDetector]) -> FaceDetector:
    return make(request.param)


@pytest.fixture(scope="module")
def pictures(portrait: Callable[[int], Image], texture: Callable[[int, int, int], Image]) -> list[Image]:
    on_the_left = np.pad(portrait(100), ((20, 10), (0, 60), (0, 0)), constant_values=90)
    return [portrait(128), texture(1, 90, 140), on_the_left, portrait(96), texture(2, 128, 128)]


def overlap(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    shared = (np.minimum(first[2:], second[2:]) - np.maximum(first[:2], second[:2])).clip(0).prod()
    return float(shared / (np.prod(first[2:] - first[:2]) + np.prod(second[2:] - second[:2]) - shared))


def test_one_answer_per_picture_the_most_confident_first(detector: FaceDetector, pictures: list[Image]) -> None:
    answers = detector.detect(pictures)
    assert len(answers) == len(pictures)
    assert len(answers[0]) > 0
    for faces in answers:
        assert ((faces.confidences >= 0) & (faces.confidences <= 1)).all()
        assert (np.diff(faces.confidences) <= 0).all()
        assert (faces.boxes[:, 2:] > faces.boxes[:, :2]).all()


@given(st.permutations(range(5)), st.integers(1, 5))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_found_in_a_picture_does_not_depend_on_the_others(
    detector: FaceDetector, pictures: list[Image], order: list[int], count: int
) -> None:
    everyone = detector.detect(pictures)
    for index, faces in zip(order, detector.detect([pictures[each] for each in order[:count]]), strict=False):
        for field in ("boxes", "landmarks", "confidences"):
            np.testing.assert_array_equal(getattr(faces, field), getattr(everyone[index], field))


def test_nothing_in_a_blank_picture_and_nothing_in_none(detector: FaceDetector) -> None:
    assert [len(faces) for faces in detector.detect([np.full((128, 100, 3), 124, np.uint8)])] == [0]
    assert detector.detect([]) == []


@pytest.mark.parametrize("size", [(1, 1), (10, 300), (20, 20), (300, 3)])
def test_tiny_and_thin_pictures_are_taken(detector: FaceDetector, size: tuple[int, int]) -> None:
    (faces,) = detector.detect([np.full((*size, 3), 124, np.uint8)])
    assert isinstance(faces, Faces)


def test_boxes_are_in_the_pixels_of_the_picture_given(detector: FaceDetector, portrait: Callable[[int], Image]) -> None:
    small = portrait(128)
    large = small.repeat(2, axis=0).repeat(2, axis=1)
    (once,), (twice,) = (detector.detect([picture]) for picture in (small, large))
    assert overlap(once.boxes[0] * 2, twice.boxes[0]) > 0.8


def test_the_picture_is_left_alone(detector: FaceDetector, portrait: Callable[[int], Image]) -> None:
    picture = portrait(96)
    picture.flags.writeable = False
    detector.detect([picture])
    np.testing.assert_array_equal(picture, portrait(96))
