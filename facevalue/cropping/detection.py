"""What a face detector is, and what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Faces:
    """The faces of one picture, in its pixels, origin top-left.

    A box may reach past the picture's edge, as a face does.

    Attributes:
        boxes: (n, 4) float32, xyxy.
        landmarks: (n, 5, 2) float32, xy: eyes, nose, corners of the mouth; the picture's left comes first.
        confidences: (n,) float32, 0 to 1.
    """

    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    confidences: NDArray[np.float32]

    def __post_init__(self) -> None:
        count = len(self.boxes)
        for name, shape in (("boxes", (count, 4)), ("landmarks", (count, 5, 2)), ("confidences", (count,))):
            array = getattr(self, name)
            if array.dtype != np.float32 or array.shape != shape:
                raise ValueError(f"{name} are {array.dtype} {array.shape}; {count} faces need float32 {shape}")

    def __len__(self) -> int:
        return len(self.boxes)

    @classmethod
    def none(cls) -> Faces:
        """No face."""
        return cls(*(np.zeros(shape, np.float32) for shape in ((0, 4), (0, 5, 2), (0,))))

    def where(self, kept: NDArray[np.bool_]) -> Faces:
        """Those faces for which `kept`, shape (n,), is true."""
        return Faces(self.boxes[kept], self.landmarks[kept], self.confidences[kept])

    def scaled(self, horizontally: float, vertically: float) -> Faces:
        """The same faces in the pixels of the picture resized by these factors."""
        factors = np.array([horizontally, vertically], np.float32)
        return Faces(self.boxes * np.tile(factors, 2), self.landmarks * factors, self.confidences)

    def within(self, width: int, height: int) -> Faces:
        """The boxes cut off at the picture's edge; a face of which nothing is left goes."""
        boxes = self.boxes.clip(0, np.array([width, height] * 2, np.float32))
        return Faces(boxes, self.landmarks, self.confidences).where(np.all(boxes[:, 2:] > boxes[:, :2], axis=1))


class FaceDetector(Protocol):
    """Finds every face."""

    def detect(self, images: Sequence[NDArray[np.uint8]]) -> list[Faces]:
        """One `Faces` per picture, in order. Pictures are RGB, (height, width, 3), in any mix of sizes."""
