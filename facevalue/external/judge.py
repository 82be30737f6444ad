"""A test set from elsewhere: labelled as a source is, in one class alone, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from facevalue.common import catalogue
from facevalue.common.methods import METHODS
from facevalue.evaluating import evaluation, operating
from facevalue.evaluating.folds import metrics
from facevalue.external.drop import drop
from facevalue.external.overlap import Overlap
from facevalue.sources.base import remark
from facevalue.sources.read import read_test_set

if TYPE_CHECKING:  # it brings torch, which an empty set does not need
    from facevalue.predicting.both_methods import Prediction


@dataclass(frozen=True)
class ExternalSet:
    """A catalogue, its labels and kinds empty where they are not known, and the folder that its paths start from.

    `remarks` are what was odd.
    """

    root: Path
    pictures: pd.DataFrame
    remarks: tuple[str, ...] = ()

    @property
    def labelled(self) -> bool:
        """Whether it is known of each picture what it is."""
        return bool(len(self.pictures)) and bool((self.pictures["label"] != "").all())


def read(place: Path) -> ExternalSet:
    """The pictures of a folder of any layout or a CSV, sorted by path, as `read_test_set` finds them.

    Videos are left out, and a remark says so.

    Raises:
        SourceError: there is nothing at `place`, or what it says of itself is wrong.
    """
    offer = read_test_set(place)
    are_videos = offer.pictures["media"] == "video"
    pictures = offer.pictures[~are_videos][list(catalogue.COLUMNS)].reset_index(drop=True)
    videos = offer.pictures["path"][are_videos].tolist()
    unscored = remark("videos are not scored here, name a folder of their frames", videos)
    return ExternalSet(offer.root, pictures, unscored + offer.remarks)


def judge(
    given: ExternalSet,
    predictions: "Sequence[Prediction]",
    thresholds: Mapping[str, float],
    own: pd.DataFrame | None = None,
    overlap: Overlap | None = None,
) -> dict[str, Any]:
    """What both methods are worth on the set, as plain values for JSON.

    The methods are judged on the pictures that both can see. Without labels, or without pictures, only counts and a
    sentence are known, the rest is None.

    Args:
        given: the set.
        predictions: one per picture, in the set's order.
        thresholds: of each of `METHODS`, the probability from which a picture is called fake.
        own: the own test pictures as `drop` takes them; without them it is not told how much less the methods are worth
            here.
        overlap: which of the pictures the networks knew before. They count all the same, and the sentence says so.
    """
    faces, unread = sum(each.face is not None for each in predictions), sum(each.problem != "" for each in predictions)
    seen = {"pictures": len(predictions), "faces": faces, "unreadable": unread}
    counts = {**seen, "labelled": given.labelled, "overlap": overlap.to_metrics() if overlap else None}
    remarks = (*(overlap.remarks if overlap else ()), *given.remarks)
    pictures = f"{len(predictions):,} pictures, {faces:,} with a face" + (f", {unread:,} unreadable" if unread else "")
    if not given.labelled:
        sentence = f"{pictures}; without labels, so scores only" if predictions else "no pictures"
        said = "; ".join((sentence, *remarks))
        return {**counts, **dict.fromkeys((*METHODS, "verdict", "operating_points", "drop")), "sentence": said}
    tables = _comparable(given, predictions)
    found = evaluation.evaluate(tables, [thresholds] * len(tables))
    dropped = drop(own, tables) if own is not None else None
    verdict = found.verdict.qualified([*([dropped.sentence] if dropped else []), *remarks])
    return {
        **counts,
        **metrics(found, len(predictions), faces),
        "verdict": verdict.to_metrics(),
        "drop": dropped.to_metrics() if dropped else None,
        "operating_points": operating.to_metrics(found.operating_points),
        "sentence": f"{pictures}; {verdict.sentence}",
    }


def _comparable(given: ExternalSet, predictions: "Sequence[Prediction]") -> list[pd.DataFrame]:
    """The pictures with a face, as `evaluation.evaluate` takes them: a table per training."""
    columns = ["path", "logit_full", "logit_crop", "face_share", "confidence"]
    tables = []
    for training in range(len(predictions[0].full)):
        rows = [
            (each.picture, each.full[training], each.crop[training], each.face.share, each.face.confidence)
            for each in predictions
            if each.face
        ]
        scored = given.pictures.merge(pd.DataFrame(rows, columns=columns), on="path", validate="one_to_one")
        tables.append(scored.rename(columns={"path": "picture"}))
    return tables
