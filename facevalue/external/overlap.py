"""Which pictures of a set from elsewhere the networks knew before: those of the sample, and their near-duplicates."""

from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from facevalue.common import images
from facevalue.common.errors import PictureError
from facevalue.common.parallel import ordered_map
from facevalue.sampling.file_facts import facts_of
from facevalue.sampling.near_duplicates import near_duplicates_between, telling
from facevalue.sources import shards
from facevalue.sources.base import quoted

LEARNT, TESTED = "learnt", "tested"
_FACTS = ["hash", "brightness_spread"]
_WORDS = {
    LEARNT: "pictures that the networks learnt from, or near-duplicates of such, on which they do too well",
    TESTED: "pictures of the own test part, or near-duplicates of such, which are not from elsewhere",
}


@dataclass(frozen=True, eq=False)
class Overlap:
    """What became of each picture's likes in the sample.

    Attributes:
        paths: of the pictures, (n,).
        known: `learnt` of one that is, or looks like, a picture that any training drew for train or val; `tested` of
            one that looks like a test picture alone; empty of others, and of what cannot be read, (n,).
    """

    paths: pd.Series
    known: pd.Series

    @property
    def remarks(self) -> tuple[str, ...]:
        """In words, with an example; nothing where there is none."""
        found = {use: self.paths[self.known == use] for use in _WORDS}
        return tuple(
            f"{_WORDS[use]}: {len(alike):,} of {len(self.paths):,}, e.g. {quoted(alike.iloc[0])}"
            for use, alike in found.items()
            if len(alike)
        )

    def to_metrics(self) -> dict[str, int]:
        """How many of either, for JSON."""
        return {use: int((self.known == use).sum()) for use in _WORDS}


def find(root: Path, paths: pd.Series, sampled: pd.DataFrame, learnt: Set[str], tested: Set[str]) -> Overlap:
    """Look for a set's pictures in the sample, by what they show: names, folders and encodings are of no account.

    A face that was cut out of a picture, a mirrored or a rotated one, and most that were cropped, are not found. Flat
    pictures look like nothing.

    Args:
        root: what the paths start from.
        paths: of the set's pictures, (n,).
        sampled: the sampled pictures' `path`, `hash` and `brightness_spread`, as the source has them.
        learnt: which of these any training drew for its training or validation part.
        tested: which any tests.
    """
    known = pd.Series("", paths.index)
    use = np.select([sampled["path"].isin(learnt), sampled["path"].isin(tested)], [LEARNT, TESTED], "")
    theirs = telling(pd.DataFrame(ordered_map(_look, (root / path for path in paths)), paths.index, _FACTS).dropna())
    ours = telling(sampled.assign(use=use))
    uses = ours["use"].to_numpy()
    pairs = [(some, uses[others]) for some, others, _ in near_duplicates_between(theirs["hash"], ours["hash"])]
    for each in (TESTED, LEARNT):  # the worse one last, so that it stays
        for some, found in pairs:
            known.loc[theirs.index[some[found == each]]] = each
    return Overlap(paths, known)


def _look(file: Path) -> tuple[object, ...]:
    try:
        place = shards.located(file)
        facts = facts_of(place, images.read(place))
    except PictureError:  # of which the table of scores says why
        return None, None
    return tuple(facts[name] for name in _FACTS)
