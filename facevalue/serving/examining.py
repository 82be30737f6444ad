"""Everything that is said of one picture or video: by `predict`, by the networks' eyes, and by its file."""

import base64
import io
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.special import expit

from facevalue.common import images
from facevalue.common.errors import PictureError
from facevalue.common.methods import METHODS
from facevalue.drawing import sheets
from facevalue.explaining.attention_sheet import overlay
from facevalue.predicting import table
from facevalue.predicting.both_methods import BothMethods, Prediction
from facevalue.serving import credentials, file_words, likeness
from facevalue.sources import videos

Picture = NDArray[np.uint8]
Look = Callable[[Picture], NDArray[np.float32] | None]
"""Where a network looked; `explaining.gradcam.looker`."""

Said = dict[str, Any]
"""What is sent to the page as JSON."""

CELL = 320  # px: the side of what is shown


@dataclass(frozen=True)
class Examiner:
    """Both methods, and what else is told of a picture.

    Attributes:
        trained: scores pictures, as `predict` does.
        look_full: where a network of Method 1 looked.
        look_crop: the same of Method 2.
        threshold: from this probability on a picture is called fake.
        frames: of a video that are looked at.
    """

    trained: BothMethods
    look_full: Look
    look_crop: Look
    threshold: float
    frames: int

    def examine(self, file: Path, name: str) -> Said:
        """One upload; frames of a video are written beside it. `problem` says why it could not be read."""
        try:
            return self._video(file, name) if file.suffix in videos.SUFFIXES else self._picture(file, name)
        except PictureError as error:
            return {"name": name, "problem": str(error)}

    def _picture(self, file: Path, name: str) -> Said:
        (prediction,) = self.trained.predictions([(name, file)])
        if prediction.problem:
            raise PictureError(prediction.problem)
        picture = images.read(file)
        facts = file_words.of_picture(file, picture)
        views = [self._view(prediction, picture)]
        return self._said("picture", prediction, views, facts, credentials.read(file, facts[0][1]))

    def _video(self, file: Path, name: str) -> Said:
        seconds, pictures = [], []
        for number, frame in enumerate(videos.frames(file, self.frames)):
            seconds.append(frame.seconds)
            pictures.append(file.with_name(f"{number}.png"))
            images.write_png(pictures[-1], frame.picture)
        predictions = list(self.trained.predictions((picture.name, picture) for picture in pictures))
        if problem := next((each.problem for each in predictions if each.problem), ""):
            raise PictureError(problem)
        views = [
            {**self._view(each, images.read(picture)), "seconds": second}
            for each, picture, second in zip(predictions, pictures, seconds, strict=True)
        ]
        facts = file_words.of_video(file, images.read(pictures[0]), seconds)
        whole = together(name, predictions)
        return self._said("video", whole, views, facts, credentials.read(file, file.suffix))

    def _said(
        self,
        medium: str,
        prediction: Prediction,
        views: Sequence[Said],
        facts: file_words.Words,
        found: credentials.Credentials,
    ) -> Said:
        return {
            "name": prediction.picture,
            "problem": "",
            "medium": medium,
            **self._scores(prediction),
            "views": views,
            "facts": facts,
            "credentials": asdict(found),
        }

    def _scores(self, prediction: Prediction) -> Said:
        """The row of `predict`, and how the trainings of each method spread."""
        (row,) = json.loads(table.as_json(table.tabulate([prediction], self.threshold), {}))["pictures"]
        return {
            "scores": row,
            "trainings": {method: spread(getattr(prediction, method)) for method in METHODS},
        }

    def _view(self, prediction: Prediction, picture: Picture) -> Said:
        prepared = self.trained.prepare(picture)
        cells = dict(self._cells(prediction, prepared))
        return {
            **self._scores(prediction),
            "unlike": prediction.unlike,
            "likeness": likeness.in_words(prediction.unlikeness, prediction.unlike),
            "pictures": {name: as_uri(cell) for name, cell in cells.items()},
        }

    def _cells(self, prediction: Prediction, picture: Picture) -> Iterator[tuple[str, Image.Image]]:
        """What each method saw, and where it looked."""
        found = prediction.face
        square = (found.square.left, found.square.top, found.square.side) if found else None
        yield "whole", sheets.whole(picture, CELL, square)
        tint = partial(overlay, attention=self.look_full(picture))
        yield "whole_attention", sheets.whole(picture, CELL, square, tint)
        if found:
            face = self.trained.finder.cut(picture, found)
            yield "face", sheets.face(face, CELL)
            yield "face_attention", sheets.face(face, CELL, partial(overlay, attention=self.look_crop(face)))


def together(name: str, frames: Sequence[Prediction]) -> Prediction:
    """A video as one picture: the mean logit of its frames, by the face of those that show one."""
    faces = [frame for frame in frames if frame.face]
    full = _means([frame.full for frame in frames])
    crop = _means([frame.crop for frame in faces]) if faces else frames[0].crop
    return replace(frames[0], picture=name, face=faces[0].face if faces else None, full=full, crop=crop)


def spread(logits: Sequence[float]) -> Said | None:
    """Probabilities of fake by each training, their lowest and highest, and their standard deviation."""
    if not all(map(math.isfinite, logits)):
        return None
    each = [float(expit(logit)) for logit in logits]
    return {"each": each, "low": min(each), "high": max(each), "sd": pstdev(each)}


def as_uri(cell: Image.Image) -> str:
    """A JPEG that a page shows without asking for it."""
    buffer = io.BytesIO()
    cell.save(buffer, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _means(logits: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Of each training, over the frames."""
    return tuple(map(fmean, zip(*logits, strict=True)))
