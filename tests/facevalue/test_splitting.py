import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.errors import SplitError
from facevalue.splitting import PARTS, assign


def pictures(n: int, people: int | None = None, seed: int = 0) -> pd.DataFrame:
    """Half real, half fake of four kinds; with `people`, each picture shows one of them at random."""
    i = np.arange(n)
    kinds = np.where(i % 2 == 0, "real", np.array(["a", "b", "c", "d"])[i // 2 % 4])
    owner = np.random.default_rng(seed).integers(0, people, n) if people else i
    return pd.DataFrame(
        {
            "path": [f"{k}.jpg" for k in i],
            "label": np.where(i % 2 == 0, "real", "fake"),
            "kind": kinds,
            "group": [f"g{k}" for k in owner],
        }
    )


@given(st.integers(0, 1000), st.integers(20, 60))
@settings(max_examples=25, deadline=None)
def test_no_group_stands_on_two_sides(seed: int, people: int) -> None:
    table = pictures(120, people, seed)
    parts = assign(table, 0.2, 0.3, seed)
    assert parts.groupby(table["group"]).nunique().max() == 1
    assert set(parts) == set(PARTS)


@given(st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_every_kind_is_divided_in_proportion(seed: int) -> None:
    table = pictures(400)
    share = pd.crosstab(table["kind"], assign(table, 0.2, 0.3, seed), normalize="index")
    for part, fraction in {"train": 0.5, "val": 0.2, "test": 0.3}.items():
        assert (share[part] - fraction).abs().max() <= 0.02


def test_groups_cost_little_proportion() -> None:
    table = pictures(400, people=160)
    share = assign(table, 0.2, 0.3, 0).value_counts(normalize=True)
    assert share["train"] == pytest.approx(0.5, abs=0.02)
    assert share["test"] == pytest.approx(0.3, abs=0.02)


def test_the_seed_decides_and_the_order_of_rows_does_not() -> None:
    table = pictures(100, people=40)
    parts = assign(table, 0.2, 0.3, 0)
    pd.testing.assert_series_equal(assign(table.sample(frac=1, random_state=3), 0.2, 0.3, 0).sort_index(), parts)
    assert (assign(table, 0.2, 0.3, 1) != parts).any()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pictures(60, people=1), "30 fake pictures in 1 group cannot fill train, val and test"),
        (pictures(2), "1 fake pictures in 1 group cannot fill"),
        (pictures(4), "would have none. Sample more, or change split.val and split.test"),
    ],
)
def test_what_cannot_be_is_said(table: pd.DataFrame, words: str) -> None:
    with pytest.raises(SplitError, match=words):
        assign(table, 0.2, 0.3, 0)


def test_six_pictures_are_enough() -> None:
    parts = assign(pictures(6).assign(kind=["real", "fake"] * 3), 0.3, 0.3, 0)
    assert parts.groupby(["real", "fake"] * 3).nunique().tolist() == [3, 3]
    assert sorted(parts) == ["test", "test", "train", "train", "val", "val"]
