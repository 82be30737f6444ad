"""Identity where it is not written down: pictures that look alike share a group."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.auditing import duplicates
from facevalue.grouping import joined

_FLAT = 2.0  # of 255, the standard deviation of luma: a black frame looks like any other and shows nobody


def join(groups: pd.Series, facts: pd.DataFrame) -> tuple[pd.Series, int]:
    """Join the groups of near-duplicates, as `auditing.duplicates` finds them; flat pictures join nothing.

    Args:
        groups: (n) the group of each picture.
        facts: (n) rows with `hash` and `brightness_spread`, in the same order.

    Returns:
        The groups as `grouping.joined` gives them, and how many now share theirs with another.
    """
    telling = np.flatnonzero(facts["brightness_spread"] >= _FLAT)
    return joined(groups, _pairs(facts["hash"].iloc[telling], telling))


def _pairs(hashes: pd.Series, positions: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Enough pairs to link all that are alike: equal hashes with the first of them, and the first ones."""
    codes, _ = pd.factorize(hashes)
    _, firsts = np.unique(codes, return_index=True)  # by code, and codes count up in the order of appearance
    yield from zip(positions[firsts[codes]].tolist(), positions.tolist(), strict=True)
    for some, others, _ in duplicates.alike(hashes.iloc[firsts]):
        yield from zip(positions[firsts[some]].tolist(), positions[firsts[others]].tolist(), strict=True)
