"""What both trained methods say of pictures from elsewhere, treated just as the test pictures are."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, starmap
from pathlib import Path
from statistics import fmean
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from facevalue.common.engine import ordered_map
from facevalue.common.errors import PictureError
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod, ensemble
from facevalue.common.trainings import found
from facevalue.cropping.finding import FaceFinder, Found
from facevalue.cropping.params import CropParams
from facevalue.cropping.table import face_finder
from facevalue.model.device import exact
from facevalue.predicting.predictor import Predictor
from facevalue.sampling.params import Recode
from facevalue.sampling.recode import recoded
from facevalue.sources import shards, videos

Image = NDArray[np.uint8]
_BATCH = 32


@dataclass(frozen=True)
class Prediction:
    """What both methods make of one picture.

    Attributes:
        picture: as it was named.
        problem: why it could not be read; empty where it could.
        face: the face that Method 2 saw, in the picture's pixels; None where there is none.
        full: logit of fake from the whole picture, of each training; NaN where it could not be read.
        crop: logit of fake from the face, of each training; NaN where there is none.
        unlikeness: how unlike the training pictures it is, in limits: the mean over all trainings and both methods, or
            over those that saw it; NaN where it is not known.
    """

    picture: str
    problem: str
    face: Found | None
    full: tuple[float, ...]
    crop: tuple[float, ...]
    unlikeness: float = math.nan

    @property
    def unlike(self) -> bool | None:
        """Whether the networks have learnt from no pictures like it; None where that is not known."""
        return None if math.isnan(self.unlikeness) else self.unlikeness > 1

    @property
    def ensemble(self) -> tuple[float, ...]:
        """The mean of both logits; without a face, the whole picture's alone."""
        return self.full if self.face is None else tuple(map(ensemble, self.full, self.crop))


@dataclass(frozen=True)
class BothMethods:
    """Both methods, ready for any picture.

    Attributes:
        finder: finds the face, with the settings that the training pictures were cropped with.
        full: of Method 1, for each training its network, or the networks of its folds.
        crop: those of Method 2.
        prepare: what the training pictures went through before they were looked at.
    """

    finder: FaceFinder
    full: tuple[Predictor, ...]
    crop: tuple[Predictor, ...]
    prepare: Callable[[Image], Image]

    def predictions(
        self, pictures: Iterable[tuple[str, Path]], machine: MachineParams = DEFAULT
    ) -> Iterator[Prediction]:
        """One prediction per picture, given by a name and its file, in their order; unreadable ones say why."""
        seen = ordered_map(self._see, ((name, _given(file)) for name, file in pictures), machine)
        batches = iter(lambda: list(islice(seen, _BATCH)), [])
        with exact():
            for batch in ordered_map(self._judge, batches, machine, together=1):
                yield from batch

    def _judge(self, views: Sequence["_View"]) -> list[Prediction]:
        readable = [view for view in views if not view.problem]
        with_face = [view for view in readable if view.face]
        full = _judged(self.full, [view.full for view in readable])
        crop = _judged(self.crop, [view.crop for view in with_face])
        found = []
        for view in views:
            whole = _UNKNOWN * len(self.full) if view.problem else next(full)
            face = next(crop) if view.face else _UNKNOWN * len(self.crop)
            far = [each.unlikeness for each in (*whole, *(face if view.face else ()))]
            full_logits, crop_logits = (tuple(each.logit for each in method) for method in (whole, face))
            found.append(Prediction(view.picture, view.problem, view.face, full_logits, crop_logits, fmean(far)))
        return found

    def _see(self, named: tuple[str, shards.Given]) -> "_View":
        name, given = named
        try:
            picture = self.prepare(given.read())
        except PictureError as error:
            return _View(name, str(error), None, _NOTHING, _NOTHING)
        face = self.finder.find(picture)
        crop = self.crop[0].letterbox(self.finder.cut(picture, face)) if face else _NOTHING
        return _View(name, "", face, self.full[0].letterbox(picture), crop)


def load(
    models: Mapping[TrainedMethod, Path], crop: CropParams, recode: Recode | Literal["none"], accelerator: str = "auto"
) -> BothMethods:
    """Both, from their saved networks, for pictures that are recoded and cropped as these parameters say.

    Networks of several folds are averaged; those of several repeats stay apart.

    Raises:
        TrainingError: a folder holds no model of this pipeline.
        DownloadError: the face detector's weights cannot be had.
        ParameterError: there is no such accelerator on this machine.
    """
    full, face = (tuple(Predictor.load(folds, accelerator) for folds in found(models[method])) for method in TRAINED)
    return BothMethods(face_finder(crop, accelerator), full, face, partial(recoded, encoding=recode))


@dataclass(frozen=True)
class _View:
    """A picture on its way: both networks' inputs, uint8 (s, s, 3)."""

    picture: str
    problem: str
    face: Found | None
    full: Image
    crop: Image


class _Judged(NamedTuple):
    """What one training makes of a picture."""

    logit: float
    unlikeness: float


_UNKNOWN = (_Judged(math.nan, math.nan),)
_NOTHING = np.empty((0, 0, 3), np.uint8)


def _given(file: Path) -> shards.Given:
    """The picture; of a video, which would be read whole where pictures are sent away, why it is none."""
    if file.suffix.lower() in videos.SUFFIXES:
        return shards.Given(file, PictureError("videos are not scored here; name pictures, such as frames of it"))
    return shards.Given(file)


def _judged(predictors: tuple[Predictor, ...], squares: list[Image]) -> Iterator[tuple[_Judged, ...]]:
    """Of each square, one per predictor."""
    together = np.stack(squares) if squares else None
    judged = ([] if together is None else _pairs(*each.judge(together)) for each in predictors)
    return zip(*judged, strict=True)


def _pairs(logits: NDArray[np.float64], unlikeness: NDArray[np.float64]) -> Iterator[_Judged]:
    return starmap(_Judged, zip(logits.tolist(), unlikeness.tolist(), strict=True))
