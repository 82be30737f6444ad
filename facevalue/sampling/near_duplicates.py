"""Near-duplicates: pictures that look alike by a perceptual hash. They share a look: identity, not written down."""

from collections.abc import Iterator

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
_BLOCK = 4_000_000  # distances held at a time: 32 MB of hashes

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Of each pair the first row, the second, which is below it, and the distance in bits."""


def near_duplicates(texts: pd.Series) -> Iterator[Pairs]:
    """The pairs of rows, in order, whose hashes are within `NEAR_BITS`, in blocks of rows that bound the memory.

    Args:
        texts: (n) hashes as 16 hex digits.
    """
    hashes = _numbers(texts)
    step = _rows(hashes.size)
    for start in range(0, hashes.size, step):
        bits = np.bitwise_count(hashes[start : start + step, None] ^ hashes[None, start:])
        first, second = np.nonzero(bits <= NEAR_BITS)
        once = first < second
        first, second = first[once], second[once]
        yield first + start, second + start, bits[first, second].astype(np.int64)


def near_duplicates_between(texts: pd.Series, others: pd.Series) -> Iterator[Pairs]:
    """The same of a row of one table and a row of another; a row of the first is in one block alone.

    Args:
        texts: (n) hashes as 16 hex digits.
        others: (m) the same.
    """
    hashes, columns = _numbers(texts), _numbers(others)
    step = _rows(columns.size)
    for start in range(0, hashes.size, step):
        bits = np.bitwise_count(hashes[start : start + step, None] ^ columns[None])
        first, second = np.nonzero(bits <= NEAR_BITS)
        yield first + start, second, bits[first, second].astype(np.int64)


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


def _numbers(texts: pd.Series) -> NDArray[np.uint64]:
    return np.array([int(text, 16) for text in texts], dtype=np.uint64)


def _rows(columns: int) -> int:
    """How many make a block."""
    return max(1, _BLOCK // max(1, columns))
