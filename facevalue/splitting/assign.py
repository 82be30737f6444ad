"""Dividing pictures into train, validation and test: stratified, and no group on two sides."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from facevalue.common.catalogue import PARTS, called, items, seeded_rank
from facevalue.common.errors import SplitError

Stratum = tuple[str, ...]


def assign(catalogue: pd.DataFrame, val: float, test: float, seed: int) -> pd.Series:
    """The part of every picture, aligned with the catalogue's index.

    Args:
        val: fraction of the pictures for validation.
        test: fraction of the pictures for the test.

    Raises:
        SplitError: a part is left without real or without fake pictures.
    """
    parts = placed_in(catalogue, {"train": 1 - val - test, "val": val, "test": test}, seed)
    change = "change split.val and split.test"
    check(catalogue, parts, "train, val and test", partial(_remedy, catalogue, len(PARTS), change))
    return parts


def cross_fit(catalogue: pd.DataFrame, val: float, folds: int, seed: int) -> list[pd.Series]:
    """The part of every picture in each fold, aligned as in `assign`; every picture is in one fold's test part.

    Args:
        val: fraction of all the pictures for validation, taken from those that a fold does not test.
        folds: how many; 1 / `folds` + `val` is below 1.

    Raises:
        SplitError: a part of a fold is left without real or without fake pictures.
    """
    tested_in = placed_in(catalogue, {str(fold): 1 / folds for fold in range(folds)}, seed)
    share = val / (1 - 1 / folds)
    divided = []
    for fold in range(folds):
        rest = catalogue[tested_in != str(fold)]
        parts = placed_in(rest, {"train": 1 - share, "val": share}, seed).reindex(catalogue.index, fill_value="test")
        remedy = partial(_remedy, catalogue, max(folds, len(PARTS)), "lower split.folds, or change split.val")
        check(catalogue, parts, f"train, val and test of {folds} folds", remedy)
        divided.append(parts)
    return divided


def placed_in(catalogue: pd.DataFrame, fractions: Mapping[str, float], seed: int) -> pd.Series:
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


def check(catalogue: pd.DataFrame, parts: pd.Series, wanted: str, remedy: Callable[[str], str]) -> None:
    """Refuse parts of which one lacks a class.

    Args:
        catalogue: the pictures.
        parts: of each, aligned with its index.
        wanted: how the message calls the parts.
        remedy: what to do for pictures of this label.

    Raises:
        SplitError: train, val or test is left without real or without fake pictures.
    """
    for label, groups in catalogue.groupby("label")["group"]:
        lacking = [part for part in PARTS if part not in set(parts[groups.index])]
        if lacking:
            count = groups.nunique()
            pictures = f"{len(groups)} {label} pictures in {count} group{'' if count == 1 else 's'}"
            what = f"{pictures} cannot fill {wanted}: {lacking[0]} would have none"
            raise SplitError(f"{what}. {remedy(str(label))} in params.yaml.")


def _remedy(catalogue: pd.DataFrame, sides: int, change: str, label: str) -> str:
    """Sampling more helps, unless a group is too large for one of so many sides: it would only make it larger."""
    drawn = items(catalogue[catalogue["label"] == label])
    largest = drawn["group"].value_counts().max()
    if largest == 1 or largest * sides <= len(drawn):
        return f"Sample more, or {change}"
    return (
        f"What is known of identities links {largest} of {len(drawn)} {called(drawn)} into one group, so sampling more "
        f"does not help. Set split.official to true, if the dataset has a split of its own, or {change}"
    )
