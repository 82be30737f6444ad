"""Pictures that stand twice in a sample, as the same file or as the same picture in another file."""

import dataclasses
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.sampling.near_duplicates import NEAR_BITS, near_duplicates

MOST_EXAMPLES = 6

_KINDS = ("exact", "near", "within_real", "within_fake", "across_classes", "across_parts", "across_groups")


@dataclass(frozen=True)
class Duplicates:
    """How many pairs there are, and some of them.

    `exact` are pairs of the same file, `near` all others within `bits`. Both together are counted again by where they
    lie: `within_real`, `within_fake` and `across_classes` add up to all; `across_parts` are torn apart by the split,
    `across_groups` carry two groups' names. `examples` are (path, path, distance): the harmful first, which lie across
    classes or parts, then the closest.
    """

    exact: int
    near: int
    within_real: int
    within_fake: int
    across_classes: int
    across_parts: int
    across_groups: int
    bits: int
    examples: list[tuple[str, str, int]]

    def describe(self) -> str:
        """A few words: how many, and how many of them do harm."""
        if not self.exact + self.near:
            return "no duplicates"
        counts = f"{self.exact} exact and {self.near} near duplicates"
        return f"{counts} ({self.across_classes} across classes, {self.across_parts} across parts)"

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        return dataclasses.asdict(self)


def find(pictures: pd.DataFrame) -> Duplicates:
    """All pairs of near-duplicates; the order of the rows is of no account.

    Args:
        pictures: A row per picture with `path`, `label`, `group`, `part` (of the split), `hash` and `digest`.
    """
    rows = pictures.sort_values("path", ignore_index=True)
    codes = {name: pd.factorize(rows[name])[0] for name in ("label", "group", "part", "digest")}
    fake = (rows["label"] == "fake").to_numpy()
    counts = Counter(dict.fromkeys(_KINDS, 0))
    examples: list[tuple[int, ...]] = []
    for first, second, bits in near_duplicates(rows["hash"]):
        differ = {name: code[first] != code[second] for name, code in codes.items()}
        kinds = zip(_KINDS, _kinds(differ, fake[first]), strict=True)
        counts.update({kind: int(np.count_nonzero(pairs)) for kind, pairs in kinds})
        harmless = 2 - differ["label"].astype(np.int64) - differ["part"]
        foremost = np.lexsort((second, first, bits, harmless))[:MOST_EXAMPLES]
        candidates = np.column_stack([harmless, bits, first, second])[foremost].tolist()
        examples = sorted([*examples, *map(tuple, candidates)])[:MOST_EXAMPLES]
    paths = rows["path"].tolist()
    named = [(paths[first], paths[second], bits) for _, bits, first, second in examples]
    return Duplicates(**counts, bits=NEAR_BITS, examples=named)


def _kinds(differ: dict[str, NDArray[np.bool_]], fake: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], ...]:
    """Which pairs are of each of `_KINDS`, from what their pictures differ in and whether the first is fake."""
    within = ~differ["label"]
    by_file, by_class = (~differ["digest"], differ["digest"]), (within & ~fake, within & fake, differ["label"])
    return *by_file, *by_class, differ["part"], differ["group"]
