"""One face per picture: found on a reduced copy, chosen, and given back in the picture's own pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facevalue.cropping.choice import CHOICES, Keep
from facevalue.cropping.detection import FaceDetector, Faces
from facevalue.cropping.geometry import Square, cut, reduced, square_around
from facevalue.cropping.params import MaxSide

Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Found:
    """The chosen face of a picture, in the picture's own pixels, origin top-left.

    Attributes:
        box: xyxy, cut off at the picture's edge.
        landmarks: five of xy: eyes, nose, corners of the mouth; the picture's left comes first.
        confidence: 0 to 1.
        faces: how many there were to choose from; small ones do not count where MTCNN did not look for them.
        share: the box's longer side as a fraction of the picture's longer side.
        square: what to cut out.
    """

    box: tuple[float, ...]
    landmarks: tuple[tuple[float, ...], ...]
    confidence: float
    faces: int
    share: float
    square: Square


@dataclass(frozen=True)
class FaceFinder:
    """Finds the one face of each picture.

    Attributes:
        detector: finds all faces.
        min_confidence: what a face must reach, 0 to 1.
        detect_side: pixels; a picture whose longer side is larger is reduced to it while searching.
        margin: what the square adds to the box in all, as a fraction of its longer side.
        keep: which of several faces is chosen.
        max_side: pixels; a larger face is reduced to it when it is cut out.
    """

    detector: FaceDetector
    min_confidence: float
    detect_side: int
    margin: float
    keep: Keep
    max_side: MaxSide = "none"

    def find(self, image: Image) -> Found | None:
        """The chosen face of an RGB picture, (height, width, 3); None where no face is confident enough."""
        height, width = image.shape[:2]
        small = reduced(image, self.detect_side)
        faces = self.detector.detect([small])[0].scaled(width / small.shape[1], height / small.shape[0])
        faces = faces.where(faces.confidences >= self.min_confidence).within(width, height)
        return self._chosen(faces, width, height) if len(faces) else None

    def cut(self, image: Image, found: Found) -> Image:
        """The chosen face of a picture, (side, side, 3), as it is stored."""
        return cut(image, found.square, self.max_side)

    def _chosen(self, faces: Faces, width: int, height: int) -> Found:
        index = CHOICES[self.keep](faces)
        box = tuple(faces.boxes[index].tolist())
        return Found(
            box=box,
            landmarks=tuple(tuple(point) for point in faces.landmarks[index].tolist()),
            confidence=float(faces.confidences[index]),
            faces=len(faces),
            share=max(box[2] - box[0], box[3] - box[1]) / max(width, height),
            square=square_around(box, self.margin, width, height),
        )
