"""Which test pictures are made worse: not too many, each label and kind in its share."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.robustness.choose import at_most

COUNTS = {"real": 40, "swap": 25, "synthesis": 12, "edit": 5}
TEST = pd.DataFrame(
    [
        {"path": f"{kind}/{i}.png", "label": "real" if kind == "real" else "fake", "kind": kind}
        for kind, number in COUNTS.items()
        for i in range(number)
    ]
)
MOST = st.integers(2, len(TEST) + 10)


def drawn(most: int, folds: int = 1, order: int | None = None) -> pd.DataFrame:
    test = TEST if order is None else TEST.sample(frac=1, random_state=order)
    return pd.concat(at_most([test[fold::folds] for fold in range(folds)], most))


@given(MOST, MOST)
@settings(max_examples=25)
def test_those_for_a_smaller_number_are_among_them(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert len(drawn(few)) == min(few, len(TEST))
    assert set(drawn(few)["path"]) <= set(drawn(many)["path"])


@given(MOST)
@settings(max_examples=25)
def test_every_label_and_every_kind_in_it_has_its_share_within_one(most: int) -> None:
    chosen = drawn(most)
    for label, all_of_it in TEST.groupby("label"):
        of_label = chosen[chosen["label"] == label]
        assert abs(len(of_label) - len(chosen) * len(all_of_it) / len(TEST)) <= 1
        for kind, number in all_of_it["kind"].value_counts().items():
            assert abs((of_label["kind"] == kind).sum() - len(of_label) * number / len(all_of_it)) <= 1


@given(MOST, st.integers(2, 5), st.integers(0, 100))
@settings(max_examples=25)
def test_neither_their_order_nor_their_folds_matter(most: int, folds: int, order: int) -> None:
    assert set(drawn(most, folds, order)["path"]) == set(drawn(most)["path"])


def test_each_fold_keeps_its_own_and_their_order() -> None:
    tests = [TEST[::2], TEST[1::2]]
    for test, few in zip(tests, at_most(tests, 30), strict=True):
        pd.testing.assert_frame_equal(few, test.loc[few.index])
        assert 0 < len(few) < len(test)


def test_all_are_taken_where_there_are_no_more() -> None:
    for most in (len(TEST), len(TEST) + 1):
        pd.testing.assert_frame_equal(at_most([TEST], most)[0], TEST)
