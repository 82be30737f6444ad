"""Dividing pictures into train, validation and test: stratified, and no group on two sides."""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from facevalue.errors import SplitError
from facevalue.sampling import seeded_rank

PARTS = ("train", "val", "test")


Stratum = tuple[str, ...]


def assign(catalogue: pd.DataFrame, val: float, test: float, seed: int) -> pd.Series:
    """The part of every picture, aligned with the catalogue's index.

    Args:
        val: fraction of the pictures for validation.
        test: fraction of the pictures for the test.

    Raises:
        SplitError: a part is left without real or without fake pictures.
    """
    parts = _placed(catalogue, {"train": 1 - val - test, "val": val, "test": test}, seed)
    _check(catalogue, parts, "train, val and test", "change split.val and split.test")
    return parts


def cross_fit(catalogue: pd.DataFrame, val: float, folds: int, seed: int) -> list[pd.Series]:
    """The part of every picture in each fold, aligned as in `assign`; every picture is in one fold's test part.

    Args:
        val: fraction of all the pictures for validation, taken from those that a fold does not test.
        folds: how many; 1 / `folds` + `val` is below 1.

    Raises:
        SplitError: a part of a fold is left without real or without fake pictures.
    """
    tested_in = _placed(catalogue, {str(fold): 1 / folds for fold in range(folds)}, seed)
    share = val / (1 - 1 / folds)
    divided = []
    for fold in range(folds):
        rest = catalogue[tested_in != str(fold)]
        parts = _placed(rest, {"train": 1 - share, "val": share}, seed).reindex(catalogue.index, fill_value="test")
        _check(catalogue, parts, f"train, val and test of {folds} folds", "lower split.folds, or change split.val")
        divided.append(parts)
    return divided


def _placed(catalogue: pd.DataFrame, fractions: Mapping[str, float], seed: int) -> pd.Series:
    """The part of every picture where the parts are to hold these fractions.

    Groups are placed one by one, the largest first and equals in random order, each where its pictures are missed
    most: with what share of a part's quota is still open, summed over the label and the kind of each picture.
    """
    groups = _strata_of_groups(catalogue, seed)
    sizes = Counter(stratum for strata in groups.values() for stratum in strata)
    quota = {(part, stratum): fractions[part] * size for stratum, size in sizes.items() for part in fractions}
    placed: Counter[tuple[str, Stratum]] = Counter()
    part_of: dict[str, str] = {}
    for group, strata in groups.items():
        part_of[group] = max(fractions, key=lambda part: sum(1 - placed[part, s] / quota[part, s] for s in strata))
        placed.update((part_of[group], stratum) for stratum in strata)
    return catalogue["group"].map(part_of).rename("part")


def _strata_of_groups(catalogue: pd.DataFrame, seed: int) -> dict[str, list[Stratum]]:
    """Per group, in the order of placing, the label and the kind of each of its pictures."""
    strata: dict[str, list[Stratum]] = {}
    for group, label, kind in zip(catalogue["group"], catalogue["label"], catalogue["kind"], strict=True):
        strata.setdefault(group, []).extend([(label,), (label, kind)])
    names = pd.Series(list(strata), dtype=str)
    order = pd.DataFrame({"name": names, "size": names.map(lambda name: -len(strata[name]))})
    order["rank"] = seeded_rank(names, seed)
    return {name: strata[name] for name in order.sort_values(["size", "rank"])["name"]}


def _check(catalogue: pd.DataFrame, parts: pd.Series, wanted: str, remedy: str) -> None:
    for label, group in catalogue.groupby("label")["group"]:
        lacking = [part for part in PARTS if part not in set(parts[group.index])]
        if lacking:
            pictures = f"{len(group)} {label} pictures in {_counted(group.nunique(), 'group')}"
            raise SplitError(
                f"{pictures} cannot fill {wanted}: {lacking[0]} would have none. "
                f"Sample more, or {remedy} in params.yaml."
            )


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
