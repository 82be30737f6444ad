"""Which of several faces is the one: FaceForensics' script takes the first and so at times a bystander's."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from facevalue.cropping.detection import Faces

Keep = Literal["largest", "most_confident"]


def largest_face(faces: Faces) -> int:
    """Index of the box with the largest area: who the picture is of stands in front.

    DeepfakeBench does the same (Yan et al. 2023, arXiv 2307.01426). Ties: the lower index wins, so reruns agree.
    """
    width, height = (faces.boxes[:, 2:] - faces.boxes[:, :2]).T
    return int(np.argmax(width * height))


def most_confident_face(faces: Faces) -> int:
    """Index of the highest confidence: right where large boxes tend to be false alarms, as on posters or patterns.

    Ties: the lower index wins, so reruns agree.
    """
    return int(np.argmax(faces.confidences))


CHOICES: dict[Keep, Callable[[Faces], int]] = {"largest": largest_face, "most_confident": most_confident_face}
