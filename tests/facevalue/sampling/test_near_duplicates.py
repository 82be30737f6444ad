from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from facevalue.sampling.near_duplicates import (
    _MASKS,
    NEAR_BITS,
    Pairs,
    looks,
    near_duplicates,
    near_duplicates_between,
)

HASHES = st.integers(0, 2**64 - 1)
# In families: a hash, and others that differ from it in some bits
FAMILIES = st.lists(st.tuples(HASHES, st.lists(st.sets(st.integers(0, 63), max_size=8), max_size=6)), max_size=6)


def texts(hashes: Iterable[int]) -> pd.Series:
    return pd.Series([f"{value:016x}" for value in hashes], dtype=str)


def listed(pairs: Iterable[Pairs]) -> list[tuple[int, ...]]:
    return sorted(tuple(map(int, pair)) for block in pairs for pair in zip(*block, strict=True))


def by_brute_force(first: pd.Series, second: pd.Series) -> NDArray[np.int64]:
    one, other = (np.array([int(text, 16) for text in each], np.uint64) for each in (first, second))
    return np.asarray(np.bitwise_count(one[:, None] ^ other[None]), np.int64)


def relatives(families: list[tuple[int, list[set[int]]]]) -> pd.Series:
    return texts(head ^ sum(1 << bit for bit in flipped) for head, each in families for flipped in [set(), *each])


@given(FAMILIES)
def test_every_pair_that_brute_force_finds_is_found_once(families: list[tuple[int, list[set[int]]]]) -> None:
    hashes = relatives(families)
    bits = by_brute_force(hashes, hashes)
    first, second = np.nonzero(np.triu(bits <= NEAR_BITS, 1))
    assert listed(near_duplicates(hashes)) == listed([(first, second, bits[first, second])])


@given(FAMILIES, FAMILIES)
def test_so_is_every_pair_of_two_tables(
    families: list[tuple[int, list[set[int]]]], others: list[tuple[int, list[set[int]]]]
) -> None:
    one, other = relatives(families), relatives([*families[:2], *others])
    bits = by_brute_force(one, other)
    first, second = np.nonzero(bits <= NEAR_BITS)
    assert listed(near_duplicates_between(one, other)) == listed([(first, second, bits[first, second])])


@pytest.mark.parametrize("seed", range(3))
def test_so_is_every_pair_of_thousands(seed: int) -> None:
    chance = np.random.default_rng(seed)
    heads = [int(head) for head in chance.integers(0, 2**63, 1_500)]
    flipped = [chance.choice(64, chance.integers(1, 7), replace=False) for _ in range(4_500)]
    near = [heads[number // 3] ^ sum(1 << int(bit) for bit in bits) for number, bits in enumerate(flipped)]
    hashes = texts([*heads, *near])
    bits = by_brute_force(hashes, hashes)
    first, second = np.nonzero(np.triu(bits <= NEAR_BITS, 1))
    assert len(first) > 2_000
    assert listed(near_duplicates(hashes)) == listed([(first, second, bits[first, second])])


def test_six_pieces_hold_every_bit_and_two_of_them_are_a_mask() -> None:
    assert len(_MASKS) == 15
    assert sum(int(mask).bit_count() for mask in _MASKS) == 5 * 64  # each piece with the five others
    assert min(int(mask).bit_count() for mask in _MASKS) >= 20


def test_no_more_pairs_at_a_time_than_rows() -> None:
    blocks = [len(first) for first, _, _ in near_duplicates(texts([7] * 300))]
    assert sum(blocks) == 300 * 299 // 2
    assert max(blocks) < 300


def test_a_look_is_named_by_its_first_and_links_what_is_near_by_turns() -> None:
    hashes = texts([0, 0b111, 0b111111, 0xFFFF_FFFF, 0, 0xFFFF_FFFF_FFFF])
    facts = pd.DataFrame({"path": list("abcdef"), "hash": hashes, "brightness_spread": [9.0] * 4 + [1.0, 9.0]})
    assert looks(facts, pd.Series([""] * 6)).tolist() == ["a", "a", "a", "", "", ""]
