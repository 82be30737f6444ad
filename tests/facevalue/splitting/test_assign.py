import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.common.catalogue import PARTS
from facevalue.common.errors import SplitError
from facevalue.splitting.assign import assign, cross_fit, redrawn


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
            "video": "",
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
        (pictures(20, people=2).assign(video=lambda rows: rows["group"]), "would have none. Sample more"),
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


def test_an_assignment_is_what_it_always_was() -> None:
    """Recorded before there were folds: a recorded result must not lose its split."""
    parts = assign(pictures(40, people=25), 0.2, 0.3, 0)
    letters = "".join(part[1] for part in parts)  # of train, val, test
    assert letters == "erreraarereerrreraarereraearreeererarrra"


@given(seed=st.integers(0, 1000), people=st.integers(60, 100), folds=st.integers(2, 6))
@settings(max_examples=25)
def test_every_picture_is_tested_once_and_no_group_is_torn(seed: int, people: int, folds: int) -> None:
    table = pictures(120, people, seed)
    divided = cross_fit(table, 0.2, folds, seed)
    assert len(divided) == folds
    assert (pd.DataFrame([parts == "test" for parts in divided]).sum() == 1).all()
    for parts in divided:
        assert parts.index.equals(table.index)
        assert parts.groupby(table["group"]).nunique().max() == 1
        assert set(zip(table["label"], parts, strict=True)) == {(c, part) for c in ("real", "fake") for part in PARTS}


@given(seed=st.integers(0, 1000), people=st.integers(60, 150), folds=st.integers(2, 8))
@settings(max_examples=25)
def test_every_fold_holds_its_share_but_for_a_group(seed: int, people: int, folds: int) -> None:
    table = pictures(120, people, seed)
    quota = {"train": 60 * (0.8 - 1 / folds), "val": 60 * 0.2, "test": 60 / folds}
    largest = table["group"].value_counts().max()
    for parts in cross_fit(table, 0.2, folds, seed):
        counts = pd.crosstab(table["label"], parts)
        for part in PARTS:
            assert (counts[part] - quota[part]).abs().max() <= largest + 1e-9


def test_folds_divide_every_kind() -> None:
    table = pictures(400)
    for parts in cross_fit(table, 0.2, 5, 0):
        counts = pd.crosstab(table["kind"], parts)
        assert (counts.loc["a":"d"] - [10, 30, 10]).abs().max().max() <= 1


def test_the_seed_decides_the_folds_and_the_order_of_rows_does_not() -> None:
    table = pictures(100, people=60)
    divided = cross_fit(table, 0.2, 4, 0)
    again = cross_fit(table.sample(frac=1, random_state=3), 0.2, 4, 0)
    for parts, same in zip(divided, again, strict=True):
        pd.testing.assert_series_equal(same.sort_index(), parts)
    others = cross_fit(table, 0.2, 4, 1)
    assert any((parts != other).any() for parts, other in zip(divided, others, strict=True))


@pytest.mark.parametrize(
    ("people", "folds", "words"),
    [
        (4, 5, r"60 fake pictures in 4 groups cannot fill train, val and test of 5 folds: \w+ would have none"),
        (2, 2, r"in 2 groups cannot fill train, val and test of 2 folds.*lower split.folds, or change split.val in"),
    ],
)
def test_too_few_groups_for_the_folds_are_counted(people: int, folds: int, words: str) -> None:
    with pytest.raises(SplitError, match=words):
        cross_fit(pictures(120, people), 0.2, folds, 0)


def test_a_repeat_that_leaves_a_class_out_is_drawn_anew() -> None:
    seen = []

    def draw(seed: int) -> int:
        seen.append(seed)
        if len(seen) < 3:
            raise SplitError("no fake in val")
        return seed

    assert redrawn(draw, 7) == seen[2] != 7
    assert seen[0] == 7
    with pytest.raises(SplitError, match="never"):
        redrawn(never, 7)


def never(seed: int) -> int:
    raise SplitError("never")
