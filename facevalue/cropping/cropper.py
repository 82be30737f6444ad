"""Every picture's face as it is stored; what this machine found before comes from its cache."""

import json
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from facevalue.common import images
from facevalue.common.cache import Cache, key_of
from facevalue.common.engine import ordered_map
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.common.stored import Stored
from facevalue.cropping.detection import FaceDetector, Faces
from facevalue.cropping.finding import FaceFinder, Found
from facevalue.cropping.geometry import Square

_NUMBERS = 15  # of a face: box, landmarks and confidence


@dataclass(frozen=True)
class Crop:
    """What was found in a picture, and its face as a PNG; None, and nothing, where no face is confident enough."""

    found: Found | None
    png: bytes

    def to_bytes(self) -> bytes:
        """For a cache."""
        return json.dumps(self.found and asdict(self.found)).encode() + b"\n" + self.png

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """What `to_bytes` gave."""
        facts, _, png = content.partition(b"\n")
        found = json.loads(facts)
        if found:
            landmarks = tuple(map(tuple, found["landmarks"]))
            found |= {"box": tuple(found["box"]), "landmarks": landmarks, "square": Square(**found["square"])}
        return cls(Found(**found) if found else None, png)


@dataclass(frozen=True)
class Cropper:
    """Finds and cuts the one face of each picture.

    Attributes:
        finder: finds what the cache does not hold.
        cache: of crops by the picture's bytes, and of faces by the pixels that the detector is given.
        key: of all that decides besides the picture.
        made: how it was made, a function and what it was given: sent to another process, it is made there, with that
            one's cache and with the key of that one's processor.
    """

    finder: FaceFinder
    cache: Cache
    key: str
    made: tuple[Callable[..., "Cropper"], tuple[Any, ...]]

    def crop(self, picture: Stored) -> Crop:
        """The face of a picture.

        Raises:
            PictureError: it cannot be read.
        """
        key = key_of("crop", self.key, picture.digest())
        if known := self.cache.get(key):
            return Crop.from_bytes(known)
        image = picture.read()
        found = self.finder.find(image)
        crop = Crop(found, images.as_png(self.finder.cut(image, found)) if found else b"")
        self.cache.put(key, crop.to_bytes())
        return crop

    def crop_all(
        self,
        pictures: Iterable[tuple[str, Stored]],
        store: Callable[[str, bytes], object],
        machine: MachineParams = DEFAULT,
    ) -> Generator[tuple[str, Found | None], None, None]:
        """The same for many pictures, each given with its name; in their order, some ahead.

        Where there is a face, `store` is given the name and the PNG. What goes wrong with a picture comes out at its
        turn.
        """
        with closing(ordered_map(self._crop_named, pictures, machine)) as crops:
            for name, crop in crops:
                if crop.found:
                    store(name, crop.png)
                yield name, crop.found

    def _crop_named(self, named: tuple[str, Stored]) -> tuple[str, Crop]:
        name, picture = named
        return name, self.crop(picture)

    def __reduce__(self) -> tuple[Callable[..., "Cropper"], tuple[Any, ...]]:
        return self.made


@dataclass(frozen=True)
class CachedDetector:
    """A face detector that is asked of no pixels twice: another margin cuts anew and detects nothing.

    Attributes:
        detector: what finds the faces.
        cache: of them.
        key: of the detector, and of all that decides what it finds besides the picture.
    """

    detector: FaceDetector
    cache: Cache
    key: str

    def detect(self, images: Sequence[NDArray[np.uint8]]) -> list[Faces]:
        """See `FaceDetector.detect`."""
        return [self._detect(image) for image in images]

    def _detect(self, image: NDArray[np.uint8]) -> Faces:
        key = key_of("faces", self.key, repr(image.shape), image.tobytes())
        if (known := self.cache.get(key)) is not None:
            return _faces(known)
        faces = self.detector.detect([image])[0]
        self.cache.put(key, _as_bytes(faces))
        return faces


def _as_bytes(faces: Faces) -> bytes:
    rows = [faces.boxes, faces.landmarks.reshape(-1, 10), faces.confidences[:, None]]
    return np.concatenate(rows, axis=1).tobytes()


def _faces(content: bytes) -> Faces:
    rows = np.frombuffer(content, np.float32).reshape(-1, _NUMBERS).copy()
    return Faces(rows[:, :4], rows[:, 4:14].reshape(-1, 5, 2), rows[:, 14])
