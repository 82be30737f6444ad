"""Pictures from elsewhere, scored by both trained methods just as the test pictures are."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from facevalue import cropping, images, recoding, videos
from facevalue.ahead import ahead
from facevalue.errors import PictureError
from facevalue.faces import FaceFinder, Found, cut
from facevalue.files import folds
from facevalue.judging.scored import ensemble
from facevalue.learning.predicting import Predictor
from facevalue.params import CropParams, Method, Recode

Image = NDArray[np.uint8]
_BATCH = 32


@dataclass(frozen=True)
class Score:
    """What both methods make of one picture.

    Attributes:
        picture: as it was named.
        problem: why it could not be read; empty where it could.
        face: the face that Method 2 saw, in the picture's pixels; None where there is none.
        full: logit of fake from the whole picture; NaN where it could not be read.
        crop: logit of fake from the face; NaN where there is none.
    """

    picture: str
    problem: str
    face: Found | None
    full: float
    crop: float

    @property
    def ensemble(self) -> float:
        """The mean of both logits; without a face, the whole picture's alone."""
        return self.full if self.face is None else ensemble(self.full, self.crop)


@dataclass(frozen=True)
class Scorer:
    """Both methods, ready for any picture.

    Attributes:
        finder: finds the face, with the settings that the training pictures were cropped with.
        full: the network or networks of Method 1.
        crop: those of Method 2.
        prepare: what the training pictures went through before they were looked at.
    """

    finder: FaceFinder
    full: Predictor
    crop: Predictor
    prepare: Callable[[Image], Image]

    def scores(self, pictures: Iterable[tuple[str, Path]]) -> Iterator[Score]:
        """One score per picture, given by a name and its file, in their order; unreadable ones say why."""
        seen = ahead(self._see, pictures)
        while batch := list(islice(seen, _BATCH)):
            readable = [view for view in batch if not view.problem]
            with_face = [view for view in readable if view.face]
            full = _logits(self.full, [view.full for view in readable])
            crop = _logits(self.crop, [view.crop for view in with_face])
            for view in batch:
                yield Score(
                    picture=view.picture,
                    problem=view.problem,
                    face=view.face,
                    full=float("nan") if view.problem else next(full),
                    crop=next(crop) if view.face else float("nan"),
                )

    def _see(self, named: tuple[str, Path]) -> "_View":
        name, file = named
        try:
            if file.suffix.lower() in videos.SUFFIXES:
                raise PictureError("videos are not scored here; name pictures, such as frames of it")
            picture = self.prepare(images.read(file))
        except PictureError as error:
            return _View(name, str(error), None, _NOTHING, _NOTHING)
        face = self.finder.find(picture)
        crop = self.crop.square(cut(picture, face.square)) if face else _NOTHING
        return _View(name, "", face, self.full.square(picture), crop)


def trained(models: Mapping[Method, Path], crop: CropParams, recode: Recode | Literal["none"]) -> Scorer:
    """A scorer of trained models, whose pictures were cropped and recoded as these parameters say.

    Networks of several folds are averaged.

    Raises:
        TrainingError: a folder holds no model of this pipeline.
        DownloadError: the face detector's weights cannot be had.
    """
    full, face = (Predictor.load(folds(models[method])) for method in ("full", "crop"))
    return Scorer(cropping.face_finder(crop), full, face, lambda picture: recoding.recoded(picture, recode))


@dataclass(frozen=True)
class _View:
    """A picture on its way: both networks' inputs, uint8 (s, s, 3)."""

    picture: str
    problem: str
    face: Found | None
    full: Image
    crop: Image


_NOTHING = np.empty((0, 0, 3), np.uint8)


def _logits(predictor: Predictor, squares: list[Image]) -> Iterator[float]:
    return iter(predictor.logits(np.stack(squares)).tolist() if squares else [])
