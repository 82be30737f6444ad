"""Near-duplicates: pictures that look alike by a perceptual hash. They share a look: identity, not written down."""

from collections.abc import Iterator
from itertools import combinations, count

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common.catalogue import item_names
from facevalue.common.union_find import linked

NEAR_BITS = 4
"""Hashes that differ in so many of 64 bits, or fewer, are taken for one picture.

ImageHash's `phash` follows Krawetz (2011, "Looks like it"), who finds pictures similar up to a distance of 5 and
different from 10 on. Half of the bits are set, those above the median, so distances are even: 4. Saving a picture anew
at JPEG quality 30, reducing it to 64 px or blurring it moves 0 to 4 bits. Portraits that are all centred on a face
differ less than photographs at large: of 196,000 pairs of strangers 12 were within 10 bits, and none within 4.
"""
_FLAT = 2.0  # of 255, the standard deviation of luma: a black frame looks like any other and shows nobody
_PIECES = np.array_split(np.uint64(1) << np.arange(64, dtype=np.uint64), NEAR_BITS + 2)
_MASKS = [np.bitwise_or.reduce(np.concatenate(pieces)) for pieces in combinations(_PIECES, 2)]
"""Cut into six pieces, hashes that differ in four bits agree in two pieces at least: each pair of pieces, as a mask."""

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Of each pair the first row, the second, which is below it, and the distance in bits."""


def near_duplicates(texts: pd.Series) -> Iterator[Pairs]:
    """All pairs of rows whose hashes are within `NEAR_BITS`, each once, in any order, at most n at a time.

    Only rows that agree in two pieces of six are compared (multi-index hashing: Norouzi, Punjani and Fleet 2012), and
    none that are near is missed: a million take seconds, where hashes are not nearly all alike.

    Args:
        texts: (n) hashes as 16 hex digits.
    """
    hashes = np.array([int(text, 16) for text in texts], dtype=np.uint64)
    for number, mask in enumerate(_MASKS):
        keys = hashes & mask
        order = np.argsort(keys, kind="stable")
        end = np.searchsorted(keys[order], keys[order], side="right")  # of those that agree with each
        start = np.arange(hashes.size)
        for step in count(1):
            start = start[start + step < end[start]]
            if not start.size:
                break
            apart = hashes[order[start]] ^ hashes[order[start + step]]
            near = np.bitwise_count(apart) <= NEAR_BITS
            for earlier in _MASKS[:number]:  # under which the pair was told already
                near &= apart & earlier != 0
            pair = np.stack([order[start[near]], order[start[near] + step]])
            yield pair.min(axis=0), pair.max(axis=0), np.bitwise_count(apart[near]).astype(np.int64)


def near_duplicates_between(texts: pd.Series, others: pd.Series) -> Iterator[Pairs]:
    """The same of a row of one table and a row of another.

    Args:
        texts: (n) hashes as 16 hex digits.
        others: (m) the same.
    """
    for first, second, bits in near_duplicates(pd.concat([texts, others])):
        across = (first < len(texts)) & (second >= len(texts))
        yield first[across], second[across] - len(texts), bits[across]


def telling(facts: pd.DataFrame) -> pd.DataFrame:
    """The rows of pictures that show something: flat ones look like nothing, and like each other."""
    return facts[facts["brightness_spread"] >= _FLAT]


def looks(facts: pd.DataFrame, videos: pd.Series) -> pd.Series:
    """The look of each picture: what near-duplicates have in common, called by the first of them; empty without any.

    Flat pictures look like nothing, and frames of one video are alike anyway.

    Args:
        facts: (n) rows with `path`, `hash` and `brightness_spread`.
        videos: (n) of each, or empty.
    """
    shown = telling(facts)
    paths = shown["path"].tolist()
    alike: dict[str, list[str]] = {path: [path] for path in paths}
    for one, other in _pairs(shown["hash"]):
        alike[paths[other]].append(paths[one])
    found = pd.Series(linked(list(alike.values())), shown.index, dtype=str)
    items = item_names(videos, facts["path"])[found.index]
    return found[items.groupby(found).transform("nunique") > 1].reindex(facts.index, fill_value="").rename("look")


def _pairs(hashes: pd.Series) -> Iterator[tuple[int, int]]:
    """Enough pairs to link all near-duplicates: equal hashes with the first of them, and the first ones."""
    codes, _ = pd.factorize(hashes)
    _, firsts = np.unique(codes, return_index=True)  # by code, and codes count up in the order of appearance
    yield from zip(firsts[codes].tolist(), range(len(codes)), strict=True)
    for some, others, _ in near_duplicates(hashes.iloc[firsts]):
        yield from zip(firsts[some].tolist(), firsts[others].tolist(), strict=True)
