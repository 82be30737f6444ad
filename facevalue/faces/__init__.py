"""Faces: found by a detector, one chosen, cut out as a square.

Importing this package starts no deep-learning library; `load_detector` does.
"""

from facevalue.faces.choice import CHOICES, Keep, largest_face, most_confident_face
from facevalue.faces.detection import Detector, Faces, load_detector
from facevalue.faces.finding import FaceFinder, Found
from facevalue.faces.geometry import Square, cut, square_around

__all__ = [
    "CHOICES",
    "Detector",
    "FaceFinder",
    "Faces",
    "Found",
    "Keep",
    "Square",
    "cut",
    "largest_face",
    "load_detector",
    "most_confident_face",
    "square_around",
]
