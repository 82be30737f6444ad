"""Dividing pictures into train, validation and test: stratified, and no group on two sides."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Protocol, TypeVar

import pandas as pd

from facevalue.common import trainings
from facevalue.common.catalogue import PARTS, seeded_rank
from facevalue.common.errors import SplitError

Stratum = tuple[str, ...]
Drawn = TypeVar("Drawn")

_ATTEMPTS = 20  # for a repeat; the first division has one, and its failure is the user's to hear of


class Remedy(Protocol):
    """What an error ends with."""

    def __call__(self, label: str, *, change: str, sides: int) -> str:
        """What to do for pictures of a label that are to fill so many sides, when nothing helps but a `change`."""


def sample_more(label: str, *, change: str, sides: int) -> str:
    """The remedy where pictures are too few."""
    return f"Sample more, or {change}"


def assign(catalogue: pd.DataFrame, val: float, test: float, seed: int, remedy: Remedy = sample_more) -> pd.Series:
    """The part of every picture; empty for one that has rows of several groups, which stand on two sides.

    Args:
        catalogue: a row per picture, or one more for each further group of a picture, with the same index.
        val: fraction of the pictures for validation.
        test: fraction of the pictures for the test.
        seed: of the order in which groups of one size are placed.
        remedy: of an error.

    Raises:
        SplitError: a part is left without real or without fake pictures.
    """
    return assign_repeatedly(catalogue, val, test, [seed], remedy)[0]


def assign_repeatedly(
    catalogue: pd.DataFrame, val: float, test: float, seeds: Sequence[int], remedy: Remedy = sample_more
) -> list[pd.Series]:
    """The same for every seed, all with the test part of the first: the others divide the rest anew.

    Args:
        catalogue: as in `assign`, and so `val`, `test` and `remedy`.
        val: fraction.
        test: fraction.
        seeds: one per repeat.
        remedy: of an error.

    Raises:
        SplitError: a part is left without real or without fake pictures.
    """
    first = placed_in(catalogue, {"train": 1 - val - test, "val": val, "test": test}, seeds[0])
    rest, share = first != "test", val / (1 - test)

    def checked(placed: pd.Series) -> pd.Series:
        parts = _agreed(placed)
        change = "change split.val and split.test"
        check(catalogue, parts, "train, val and test", partial(remedy, change=change, sides=len(PARTS)))
        return parts

    def again(seed: int) -> pd.Series:
        return checked(pd.concat([first[~rest], placed_in(catalogue[rest], {"train": 1 - share, "val": share}, seed)]))

    divided = [checked(first)]
    return divided + [redrawn(again, seed).reindex(divided[0].index) for seed in seeds[1:]]


def redrawn(draw: Callable[[int], Drawn], seed: int) -> Drawn:
    """What a seed draws, or where that leaves a part without a class, the first of some more that does not.

    Raises:
        SplitError: none of them does; that of the last.
    """
    for attempt in range(_ATTEMPTS - 1):
        with suppress(SplitError):
            return draw(trainings.seed(seed, attempt))
    return draw(trainings.seed(seed, _ATTEMPTS - 1))


def cross_fit(
    catalogue: pd.DataFrame, val: float, folds: int, seed: int, remedy: Remedy = sample_more
) -> list[pd.Series]:
    """The part of every picture in each fold, as in `assign`; every picture is in one fold's test part, or in none.

    Args:
        catalogue: as in `assign`, and so `seed` and `remedy`.
        val: fraction of all the pictures for validation, taken from those that a fold does not test.
        folds: how many; 1 / `folds` + `val` is below 1.

    Raises:
        SplitError: a part of a fold is left without real or without fake pictures.
    """
    tested_in = placed_in(catalogue, {str(fold): 1 / folds for fold in range(folds)}, seed)
    share = val / (1 - 1 / folds)
    change, sides = "lower split.folds, or change split.val", max(folds, len(PARTS))
    divided = []
    for fold in range(folds):
        tested = tested_in == str(fold)
        placed = placed_in(catalogue[~tested], {"train": 1 - share, "val": share}, seed)
        parts = _agreed(pd.concat([placed, tested_in[tested].replace(str(fold), "test")]))
        parts = parts.reindex(tested.index.unique())
        check(catalogue, parts, f"train, val and test of {folds} folds", partial(remedy, change=change, sides=sides))
        divided.append(parts)
    return divided


def placed_in(catalogue: pd.DataFrame, fractions: Mapping[str, float], seed: int) -> pd.Series:
    """The part of every row where the parts are to hold these fractions.

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


def check(catalogue: pd.DataFrame, parts: pd.Series, wanted: str, remedy: Callable[[str], str]) -> None:
    """Refuse parts of which one lacks a class.

    Args:
        catalogue: the pictures.
        parts: of each, by its index; empty where it has none.
        wanted: how the message calls the parts.
        remedy: what to do for pictures of this label.

    Raises:
        SplitError: train, val or test is left without real or without fake pictures.
    """
    pictures = catalogue[~catalogue.index.duplicated()]
    for label, groups in pictures.groupby("label")["group"]:
        lacking = [part for part in PARTS if part not in set(parts[groups.index])]
        if lacking:
            count = groups.nunique()
            what = f"{len(groups)} {label} pictures in {count} group{'' if count == 1 else 's'}"
            raise SplitError(
                f"{what} cannot fill {wanted}: {lacking[0]} would have none. {remedy(str(label))} in params.yaml."
            )


def _agreed(parts: pd.Series) -> pd.Series:
    """One part per picture from those of its rows: empty where they differ."""
    if parts.index.is_unique:
        return parts
    rows = parts.groupby(level=0)
    return rows.first().where(rows.nunique() == 1, "")


def _strata_of_groups(catalogue: pd.DataFrame, seed: int) -> dict[str, list[Stratum]]:
    """Per group, in the order of placing, the label and the kind of each of its pictures."""
    strata: dict[str, list[Stratum]] = {}
    for group, label, kind in zip(catalogue["group"], catalogue["label"], catalogue["kind"], strict=True):
        strata.setdefault(group, []).extend([(label,), (label, kind)])
    names = pd.Series(list(strata), dtype=str)
    order = pd.DataFrame({"name": names, "size": names.map(lambda name: -len(strata[name]))})
    order["rank"] = seeded_rank(names, seed)
    return {name: strata[name] for name in order.sort_values(["size", "rank"])["name"]}
