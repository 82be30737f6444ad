"""The dataset's own split, checked, and completed where it has no validation part."""

from dataclasses import dataclass

import pandas as pd

from facevalue.common.catalogue import LABELS, PARTS, item_names
from facevalue.common.errors import SplitError
from facevalue.splitting.assign import check, placed_in

_CARVED = {
    "": "",
    "group": "the dataset has no val; it is taken from train",
    "video": "the dataset has no val; it is taken from train by videos, since a group is too large to stay whole",
}


@dataclass(frozen=True)
class Crossing:
    """Groups with pictures in more than one part, which a network can know by sight before it is tested."""

    groups: int
    pictures: int  # in those groups
    example: str  # `'id0' in train and test`

    def describe(self) -> str:
        """One line; nothing where no group crosses."""
        if not self.groups:
            return ""
        size = f"{self.groups} ({self.pictures} pictures)"
        return f"groups on two sides of the official split: {size}, e.g. {self.example}"


@dataclass(frozen=True)
class OfficialSplit:
    """The part of every picture, aligned with the catalogue (empty: in no official part), and what is to be said."""

    parts: pd.Series
    crossing: Crossing
    carved: str  # the column whose values stayed whole when val was taken from train; empty: it was not

    def describe(self) -> str:
        """One line: what was carved, what is left out, what crosses."""
        left_out = int((self.parts == "").sum())
        said = [
            _CARVED[self.carved],
            f"{left_out} pictures in no official part, left out" if left_out else "",
            self.crossing.describe(),
        ]
        return "; ".join(filter(None, said))


def crossing(catalogue: pd.DataFrame) -> Crossing:
    """How many groups stand in more than one official part; `catalogue` has `group` and `part`."""
    assigned = catalogue[catalogue["part"] != ""]
    parts_of = assigned.drop_duplicates(["group", "part"]).groupby("group")["part"]
    crossed = sorted(parts_of.size().loc[lambda sizes: sizes > 1].index)
    if not crossed:
        return Crossing(0, 0, "")
    in_parts = parts_of.get_group(crossed[0])
    example = f"{crossed[0]!r} in {' and '.join(part for part in PARTS if part in set(in_parts))}"
    return Crossing(len(crossed), int(catalogue["group"].isin(crossed).sum()), example)


def assign(catalogue: pd.DataFrame, val: float, seed: int) -> OfficialSplit:
    """The dataset's own parts; a missing validation part is carved from train, never from test.

    It is carved by whole groups. Where that leaves it without a class, because one group holds nearly all of train,
    it is carved by whole videos, or pictures where there are none.

    Args:
        catalogue: with `path`, `label`, `kind`, `group`, `part` and `video`.
        val: fraction of the assigned pictures for validation; counts only where the dataset has no such part.

    Raises:
        SplitError: there is no official train or test part, or a part lacks a class.
    """
    there = [part for part in PARTS if part in set(catalogue["part"])]
    if "train" not in there or "test" not in there:
        has = f"only {' and '.join(there)}" if there else "no parts"
        needs = "split.official takes a dataset with its own train and test"
        raise SplitError(f"{needs}; this has {has}. Set it to false.")
    parts, carved = (catalogue["part"], "") if "val" in there else _carved(catalogue, val, seed)
    assigned = catalogue[parts != ""]
    remedy = "Sample more, or set split.official to false"
    check(assigned, parts[assigned.index], "the official train, val and test", lambda _: remedy)
    return OfficialSplit(parts, crossing(catalogue), carved)


def _carved(catalogue: pd.DataFrame, val: float, seed: int) -> tuple[pd.Series, str]:
    train = catalogue[catalogue["part"] == "train"]
    share = val * (catalogue["part"] != "").sum() / len(train)
    if share >= 1:
        raise SplitError(f"split.val is {val:g} of all; the official train holds no more. Lower it in params.yaml.")
    fractions = {"train": 1 - share, "val": share}
    parts, whole = placed_in(train, fractions, seed), "group"
    if len(set(zip(train["label"], parts, strict=True))) < len(LABELS) * len(fractions):
        items = item_names(train["video"], train["path"])
        parts, whole = placed_in(train.assign(group=items), fractions, seed), "video"
    return parts.reindex(catalogue.index).fillna(catalogue["part"]).rename("part"), whole
