import warnings
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from retinaface.predict_single import Model
from torch import Tensor

from facevalue.common.errors import DownloadError
from facevalue.cropping.detection import Faces
from facevalue.cropping.retinaface import RetinaFaceDetector, _canvas, _network

Image = NDArray[np.uint8]
Boxes = NDArray[np.float64]
SIDE = 224
SIZES = [
    (224, 224),
    (200, 224),
    (256, 180),
    (150, 220),
    (640, 480),
    (333, 517),
    (100, 1000),
    (900, 700),
    (600, 200),
    (480, 480),
]


@pytest.fixture(scope="module")
def large_faces_weights(random_weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The anchors of 16 to 128 pixels kept from answering."""
    quiet = dict(random_weights)
    for level in (0, 1):
        bias = random_weights[f"ClassHead.{level}.conv1x1.bias"]
        quiet[f"ClassHead.{level}.conv1x1.bias"] = bias + torch.tensor([10.0, 0.0]).repeat(len(bias) // 2)
    return quiet


def reference(weights: dict[str, Tensor]) -> Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torchvision's, of the reference's spelling
        model = Model(max_size=SIDE)
    model.load_state_dict(weights)
    model.eval()
    return model


def predicted(model: Model, picture: Image, threshold: float) -> tuple[Boxes, Boxes, Boxes]:
    """Boxes, landmarks and scores of those faces that the reference takes for real."""
    answers = [answer for answer in model.predict_jsons(picture, confidence_threshold=threshold) if answer["bbox"]]
    boxes, landmarks, scores = ([answer[key] for answer in answers] for key in ("bbox", "landmarks", "score"))
    return np.array(boxes, float).reshape(-1, 4), np.array(landmarks, float).reshape(-1, 5, 2), np.array(scores)


def above(faces: Faces, threshold: float) -> Faces:
    return faces.where(faces.confidences > threshold)


def overlaps(first: NDArray[np.float32], second: Boxes) -> Boxes:
    corner = np.maximum(first[:, None, :2], second[None, :, :2])
    shared = (np.minimum(first[:, None, 2:], second[None, :, 2:]) - corner).clip(0).prod(axis=-1)
    first_area, second_area = ((boxes[:, 2:] - boxes[:, :2]).prod(axis=-1) for boxes in (first, second))
    return np.asarray(shared / (first_area[:, None] + second_area - shared), np.float64)


def test_boxes_equal_those_of_predict_jsons(
    large_faces_weights: dict[str, Tensor], texture: Callable[[int, int, int], Image]
) -> None:
    """Pictures smaller and larger than the network's side, in one go; large boxes, which whole pixels hardly change."""
    ours, theirs = RetinaFaceDetector(large_faces_weights, SIDE), reference(large_faces_weights)
    pictures = [texture(seed, *size) for seed, size in enumerate(SIZES)]
    counted = 0
    for picture, faces in zip(pictures, ours.detect(pictures), strict=True):
        boxes, _, scores = predicted(theirs, picture, 0.7)
        faces = above(faces, 0.7)
        assert len(faces) == len(boxes)
        shared = overlaps(faces.boxes, boxes)
        assert (shared.max(axis=0) >= 0.98).all()
        np.testing.assert_allclose(faces.confidences[shared.argmax(axis=0)], scores, atol=1e-4)
        counted += len(boxes)
    assert counted >= 30


def test_small_boxes_differ_by_less_than_the_whole_pixels_of_the_reference(
    random_weights: dict[str, Tensor], texture: Callable[[int, int, int], Image]
) -> None:
    """The reference cuts coordinates down to whole pixels, on the network's canvas and again in the picture."""
    ours, theirs = RetinaFaceDetector(random_weights, SIDE), reference(random_weights)
    for seed, size in enumerate([(333, 517), (150, 220)]):
        picture = texture(seed, *size)
        boxes, landmarks, scores = predicted(theirs, picture, 0.7)
        faces = above(ours.detect([picture])[0], 0.7)
        nearest = overlaps(faces.boxes, boxes).argmax(axis=0)
        assert len(set(nearest)) == len(boxes) > 100

        a_pixel_each = 1 + max(size) / SIDE
        np.testing.assert_allclose(faces.boxes[nearest], boxes, rtol=0, atol=a_pixel_each)
        np.testing.assert_allclose(faces.landmarks[nearest], landmarks, rtol=0, atol=a_pixel_each)
        np.testing.assert_allclose(faces.confidences[nearest], scores, atol=1e-4)

        unmatched = np.delete(faces.boxes, nearest, axis=0)  # the reference leaves out what lies right of or below
        assert (unmatched[:, :2] >= np.array(size[::-1]) - 1).any(axis=1).all()


def test_a_threshold_applied_later_is_the_reference_s_applied_before(
    large_faces_weights: dict[str, Tensor], texture: Callable[[int, int, int], Image]
) -> None:
    ours, theirs = RetinaFaceDetector(large_faces_weights, SIDE), reference(large_faces_weights)
    picture = texture(9, 480, 480)
    (faces,) = ours.detect([picture])
    counts = {threshold: len(predicted(theirs, picture, threshold)[0]) for threshold in (0.05, 0.9)}
    assert counts == {threshold: len(above(faces, threshold)) for threshold in counts}
    assert counts[0.05] > counts[0.9] > 0


def test_in_bf16_the_network_says_nearly_the_same_and_the_same_each_time(
    large_faces_weights: dict[str, Tensor], texture: Callable[[int, int, int], Image]
) -> None:
    """The network and not its boxes: of random weights, those that overlap are too alike for one to win each time."""
    exact, quick = (
        RetinaFaceDetector(large_faces_weights, SIDE, precision=precision) for precision in ("32-true", "bf16-true")
    )
    pixels = torch.from_numpy(_canvas(texture(0, SIDE, SIDE), SIDE)[0])[None].permute(0, 3, 1, 2)
    with torch.inference_mode():
        for known, found in zip(exact._network(pixels), quick._network(pixels.bfloat16()), strict=True):
            assert found.dtype == torch.bfloat16
            assert 0 < (known - found.float()).abs().max() < 0.1 * known.std() + 0.1
    picture = texture(3, 150, 220)
    once, twice = quick.detect([picture, picture])
    assert len(once) > 0
    np.testing.assert_array_equal(once.boxes, twice.boxes)


def test_another_network_s_weights_are_refused_in_one_line(random_weights: dict[str, Tensor]) -> None:
    other = {name: tensor for name, tensor in random_weights.items() if not name.startswith("fpn.")}
    with pytest.raises(DownloadError, match=r"of \d+ weights do not fit the network, e.g. 'fpn") as caught:
        RetinaFaceDetector(other, SIDE)
    assert "\n" not in str(caught.value)


def test_building_the_network_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _network()
