import subprocess
import sys

import numpy as np
import pytest

from facevalue.cropping.detection import Faces


def some_faces() -> Faces:
    boxes = np.array([[-5, 2, 10, 12], [30, 0, 40, 10], [1, 1, 3, 3]], np.float32)
    return Faces(boxes, np.ones((3, 5, 2), np.float32), np.array([0.9, 0.8, 0.7], np.float32))


def test_shapes_and_types_are_checked() -> None:
    faces = some_faces()
    with pytest.raises(ValueError, match=r"landmarks are float32 \(2, 5, 2\); 3 faces need float32 \(3, 5, 2\)"):
        Faces(faces.boxes, faces.landmarks[:2], faces.confidences)
    with pytest.raises(ValueError, match="boxes are float64"):
        Faces(faces.boxes.astype(float), faces.landmarks, faces.confidences)
    assert len(faces) == 3
    assert len(Faces.none()) == 0


def test_scaling_goes_to_the_pixels_of_a_resized_picture() -> None:
    faces = some_faces().scaled(2, 3)
    np.testing.assert_array_equal(faces.boxes[1], [60, 0, 80, 30])
    np.testing.assert_array_equal(faces.landmarks[0, 0], [2, 3])


def test_boxes_are_cut_off_at_the_edge_and_those_beyond_it_go() -> None:
    faces = some_faces().within(width=30, height=20)
    np.testing.assert_array_equal(faces.boxes, [[0, 2, 10, 12], [1, 1, 3, 3]])
    np.testing.assert_array_equal(faces.confidences, np.array([0.9, 0.7], np.float32))


def test_a_box_that_is_no_number_is_no_face() -> None:
    broken = Faces(np.full((1, 4), np.nan, np.float32), np.zeros((1, 5, 2), np.float32), np.ones(1, np.float32))
    assert len(broken.within(10, 10)) == 0


def test_importing_the_package_starts_no_torch() -> None:
    code = "import sys, facevalue.cropping; sys.exit(any(name in sys.modules for name in ('torch', 'facenet_pytorch')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
