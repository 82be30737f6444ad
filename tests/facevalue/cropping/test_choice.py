import numpy as np
import pytest

from facevalue.cropping.choice import CHOICES, largest_face, most_confident_face
from facevalue.cropping.detection import Faces


def faces(boxes: list[list[float]], confidences: list[float]) -> Faces:
    count = len(boxes)
    return Faces(np.array(boxes, np.float32), np.zeros((count, 5, 2), np.float32), np.array(confidences, np.float32))


BYSTANDER_FIRST = faces([[0, 0, 10, 10], [20, 0, 50, 30], [5, 5, 10, 45]], [0.99, 0.95, 0.9])


def test_the_largest_by_area_not_the_first() -> None:
    assert largest_face(BYSTANDER_FIRST) == 1


def test_the_most_confident() -> None:
    assert most_confident_face(BYSTANDER_FIRST) == 0


@pytest.mark.parametrize("choice", CHOICES.values())
def test_ties_go_to_the_lower_index(choice: object) -> None:
    twins = faces([[0, 0, 1, 1], [0, 0, 8, 2], [5, 5, 9, 9]], [0.5, 0.9, 0.9])
    assert callable(choice)
    assert choice(twins) == 1


def test_the_names_are_the_parameter_s() -> None:
    assert list(CHOICES) == ["largest", "most_confident"]
