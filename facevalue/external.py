"""A test set from elsewhere: labelled as a source is, in one class alone, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from facevalue import catalogue
from facevalue.errors import SourceError
from facevalue.judging import evaluation
from facevalue.judging.scored import ROWS

if TYPE_CHECKING:  # it brings torch, which an empty set does not need
    from facevalue.scoring import Score


@dataclass(frozen=True)
class ExternalSet:
    """A catalogue, its labels and kinds empty where they are not known, and the folder that its paths start from."""

    root: Path
    pictures: pd.DataFrame

    @property
    def labelled(self) -> bool:
        """Whether it is known of each picture what it is."""
        return bool(len(self.pictures)) and bool((self.pictures["label"] != "").all())


def read(place: Path) -> ExternalSet:
    """The pictures of a folder or a CSV, sorted by path.

    A folder with `real/` or `fake/` is labelled, any other is not and gives all pictures in it; so is a CSV (or a
    folder's `catalogue.csv`) with and without a column `label`. A folder without pictures is an empty set.

    Raises:
        SourceError: there is nothing at `place`, or a row of the CSV is wrong.
    """
    if not place.exists():
        raise SourceError(f"evaluate.external '{place}' does not exist; it is a folder or a CSV.")
    table = place if place.is_file() else place / catalogue.FILE_NAME
    pictures = _from_table(table) if table.is_file() else _from_folder(place)
    return ExternalSet(table.parent, pictures.sort_values("path", ignore_index=True))


def judge(given: ExternalSet, scores: "Sequence[Score]", thresholds: Mapping[str, float]) -> dict[str, object]:
    """What both methods are worth on the set, as plain values for JSON.

    The methods are judged on the pictures that both can see. Without labels, or without pictures, only counts and a
    sentence are known, the rest is None.

    Args:
        given: the set.
        scores: one per picture, in the set's order.
        thresholds: of each of `ROWS`, the probability from which a picture is called fake.
    """
    faces, unread = sum(score.face is not None for score in scores), sum(score.problem != "" for score in scores)
    counts = {"pictures": len(scores), "faces": faces, "unreadable": unread, "labelled": given.labelled}
    pictures = f"{len(scores):,} pictures, {faces:,} with a face" + (f", {unread:,} unreadable" if unread else "")
    if not given.labelled:
        sentence = f"{pictures}; without labels, so scores only" if scores else "no external set"
        return {**counts, **dict.fromkeys(ROWS), "verdict": None, "sentence": sentence}
    found = evaluation.evaluate(_comparable(given, scores), thresholds)
    covered = {row: 1.0 if row == "full" else faces / len(scores) for row in ROWS}
    return {
        **counts,
        **{name: {**row.to_metrics(), "coverage": covered[name]} for name, row in found.rows.items()},
        "verdict": found.verdict.to_metrics(),
        "sentence": f"{pictures}; {found.verdict.sentence}",
    }


def _comparable(given: ExternalSet, scores: "Sequence[Score]") -> pd.DataFrame:
    """The pictures with a face, as `evaluation.evaluate` takes them."""
    logits = pd.DataFrame(
        [
            (score.picture, score.full, score.crop, score.face.share, score.face.confidence)
            for score in scores
            if score.face
        ],
        columns=["path", "logit_full", "logit_crop", "face_share", "confidence"],
    )
    return given.pictures.merge(logits, on="path", validate="one_to_one").rename(columns={"path": "picture"})


def _unlabelled(paths: list[str]) -> pd.DataFrame:
    """The catalogue of pictures of which nothing is known."""
    return catalogue.complete(pd.DataFrame({"path": paths, "label": ""}, dtype=str))


def _from_table(table: Path) -> pd.DataFrame:
    try:
        has_labels = "label" in pd.read_csv(table, nrows=0, encoding="utf-8-sig", skipinitialspace=True)
    except (ValueError, OSError):
        has_labels = True  # `from_csv` says what is wrong
    return catalogue.from_csv(table, table.parent, labelled=has_labels)


def _from_folder(root: Path) -> pd.DataFrame:
    if any((root / label).is_dir() for label in catalogue.LABELS):
        return catalogue.from_folders(root)
    return _unlabelled(catalogue.pictures_in(root))
