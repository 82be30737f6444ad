"""Leaving one kind of fakes out of what is learnt from, so that the test part holds a kind that no network has seen.

Leave one manipulation out, as on FaceForensics++: the groups are divided once, as ever, and for each kind its fakes go
from train and validation, while the test part stays whole. A division by kind would tear groups apart where every
identity has been faked in every way.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from facevalue.common.errors import SplitError
from facevalue.common.words import plain

FEWEST = 5  # test fakes of a kind, from which its AUC says anything
COLUMNS = ["folder", "kind", "fakes", "reason"]

_LEARNT = ("train", "val")


class Kind(NamedTuple):
    """A kind of fakes.

    Attributes:
        folder: of its trainings, below a method's; empty where it is not left out.
        kind: its name.
        fakes: how many the test part holds, in the first training.
        reason: why it is not left out; empty where it is.
    """

    folder: str
    kind: str
    fakes: int
    reason: str


def kinds(pictures: pd.DataFrame, divided: Iterable[pd.Series], faces: pd.Series) -> list[Kind]:
    """Which kinds are left out in turn, by their names, and why the others are not.

    Pictures without a face do not count: Method 2 can neither learn from them nor be tested on them.

    Args:
        pictures: `label`, `kind` and `group`.
        divided: of each training, the part of every picture; the test part is the same in all.
        faces: which pictures have one.

    Raises:
        SplitError: no kind can be left out.
    """
    names = sorted(pictures["kind"][pictures["label"] == "fake"].unique())
    seen, trainings = pictures[faces], [parts[faces] for parts in divided]
    of_kinds = seen["kind"][seen["label"] == "fake"]
    reasons = {kind: _reason(seen, kind, trainings) for kind in names}
    if all(reasons.values()):
        told = "; ".join(f"{kind!r}: {reason}" for kind, reason in list(reasons.items())[:3])
        more = "Sample more, or set" if len(names) > 1 else "Set"
        raise SplitError(
            f"split.unseen is by_kind, and no kind of fakes can be left out ({told}). "
            f"{more} split.unseen to none in params.yaml."
        )
    left_out = [kind for kind, reason in reasons.items() if not reason]
    folders = {kind: f"kind_{number:02}" for number, kind in enumerate(left_out, 1)}
    tested = of_kinds[trainings[0][of_kinds.index] == "test"].value_counts()
    return [Kind(folders.get(kind, ""), kind, int(tested.get(kind, 0)), why) for kind, why in reasons.items()]


def without(pictures: pd.DataFrame, kind: str, parts: pd.Series) -> pd.Series:
    """The part of every picture where a kind's fakes are left out of train and validation; empty for these."""
    return parts.mask(_fakes(pictures, kind) & parts.isin(_LEARNT), "")


def describe(found: Iterable[Kind], trainings: int) -> str:
    """How many kinds are left out, what that takes, and which are not.

    Args:
        found: the kinds; none where nothing is left out.
        trainings: of each method that every kind takes.
    """
    listed = list(found)
    if not listed:
        return ""
    left_out = [kind for kind in listed if not kind.reason]
    further = f"{len(left_out) * trainings} further trainings of each method"
    others = [f"{kind.kind!r} is not: {kind.reason}" for kind in listed if kind.reason]
    more = f"; and {len(others) - 3} more are not" if len(others) > 3 else ""
    alike = _alike([kind.kind for kind in listed])
    said = f"{len(left_out)} kinds are left out in turn" if len(left_out) > 1 else f"{left_out[0].kind!r} is left out"
    return f"{said}, {further}{''.join(f'; {said}' for said in others[:3])}{more}{alike}"


def _alike(kinds: list[str]) -> str:
    """Names that differ in case alone, which may be one kind: left out under one name, it is learnt under the other."""
    by_name: dict[str, list[str]] = {}
    for kind in kinds:
        by_name.setdefault(plain(kind), []).append(kind)
    twice = [names for names in by_name.values() if len(names) > 1]
    return f"; {' and '.join(map(repr, twice[0]))} count as two kinds" if twice else ""


def _reason(pictures: pd.DataFrame, kind: str, trainings: list[pd.Series]) -> str:
    """Why a kind cannot be left out; empty where it can."""
    if _fakes(pictures, kind).equals(pictures["label"] == "fake"):
        return "it is the only kind"
    tested = pictures[_fakes(pictures, kind) & (trainings[0] == "test")]
    if len(tested) < FEWEST:
        count = f"{len(tested)} of its fakes with a face {'is' if len(tested) == 1 else 'are'} in the test part"
        return f"{count}, {FEWEST} are wanted"
    if tested["group"].nunique() < 2:
        return "its fakes in the test part are of one group"
    for parts in trainings:
        if not (_fakes(pictures, kind) & (parts == "train")).any():
            return "none of its fakes with a face are learnt from anyway"
        left = set(without(pictures, kind, parts)[pictures["label"] == "fake"])
        if lacking := [part for part in _LEARNT if part not in left]:
            return f"without it no fakes with a face are left in {' and '.join(lacking)}"
    return ""


def _fakes(pictures: pd.DataFrame, kind: str) -> pd.Series:
    """Which pictures are fakes of a kind."""
    return (pictures["label"] == "fake") & (pictures["kind"] == kind)


def table(found: Iterable[Kind]) -> pd.DataFrame:
    """A row per kind."""
    return pd.DataFrame(found, columns=COLUMNS)


Learnt = Mapping[str, pd.Series]
"""By its folder below a method's, the part of every picture in a training."""


def trainings(pictures: pd.DataFrame, found: Iterable[Kind], divided: Learnt) -> dict[str, pd.Series]:
    """Of every kind that is left out every training, by its folder below a method's.

    Args:
        pictures: as in `kinds`.
        found: what `kinds` gave.
        divided: the trainings that see all kinds, by their folders.
    """
    return {
        f"{kind.folder}/{training}" if training != "." else kind.folder: without(pictures, kind.kind, parts)
        for kind in found
        if not kind.reason
        for training, parts in divided.items()
    }
