import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.common.methods import TRAINED
from facevalue.explaining import choose

COLUMNS = ["picture", "label", "kind", "full", "crop"]


def scores(*rows: tuple[str, str, str, float, float], threshold: float = 0.5) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(
        **{f"called_{method}": np.where(table[method] >= threshold, "fake", "real") for method in TRAINED}
    )


NINE = scores(
    ("a", "real", "real", 0.10, 0.20),
    ("b", "real", "real", 0.05, 0.01),  # the real success
    ("c", "real", "real", 0.90, 0.30),  # full's worst
    ("d", "fake", "swap", 0.20, 0.60),
    ("e", "fake", "swap", 0.40, 0.05),  # crop's worst, and wrong in both
    ("f", "fake", "swap", 0.70, 0.99),  # the less confident method counts
    ("g", "fake", "swap", 0.80, 0.75),  # the swap success
    ("h", "fake", "synthesis", 0.51, 0.52),  # the synthesis success, however near
    ("i", "fake", "attribute", 0.90, 0.49),  # none of attribute
)


def names(table: pd.DataFrame) -> str:
    return "".join(table["picture"])


def test_the_worst_errors_of_each_method_come_first() -> None:
    assert names(choose.errors(NINE, "full")) == "cde"
    assert names(choose.errors(NINE, "crop")) == "ei"
    assert list(choose.errors(NINE, "full").columns) == list(NINE.columns)


def test_the_most_confident_errors_of_either_method() -> None:
    assert names(choose.most_confident_errors(NINE, 9)) == "ecdi"
    assert names(choose.most_confident_errors(NINE, 2)) == "ec"


def test_one_success_per_kind_real_first() -> None:
    assert names(choose.successes(NINE, 6)) == "bgh"
    assert names(choose.successes(NINE, 2)) == "bg"


def test_ties_go_by_the_name_of_the_picture() -> None:
    tied = scores(*((name, "real", "real", 0.75, 0.25) for name in "cab"))
    assert names(choose.errors(tied, "full")) == "abc"
    assert names(choose.most_confident_errors(tied, 2)) == "ab"
    right = scores(*((name, "fake", "swap", 0.75, 0.75) for name in "cab"))
    assert names(choose.successes(right, 6)) == "a"


def test_the_distance_is_from_the_truth_also_with_another_threshold() -> None:
    # From 0.8 on a picture is called fake: both fakes are missed, and 0.5 is the farther miss than 0.75.
    strict = scores(("a", "fake", "swap", 0.75, 0.9), ("b", "fake", "swap", 0.5, 0.9), threshold=0.8)
    assert names(choose.errors(strict, "full")) == "ba"


@pytest.mark.parametrize(
    ("table", "errors", "successes"),
    [
        (scores(), "", ""),
        (scores(("a", "real", "real", 0.1, 0.1)), "", "a"),
        (scores(("a", "fake", "swap", 0.1, 0.1)), "a", ""),
        (scores(("a", "real", "real", np.nan, 0.1), ("b", "fake", "swap", np.nan, 0.9)), "", ""),
    ],
)
def test_few_pictures_or_none(table: pd.DataFrame, errors: str, successes: str) -> None:
    assert names(choose.errors(table, "full")) == errors
    assert names(choose.most_confident_errors(table, 4)) == errors
    assert names(choose.successes(table, 6)) == successes


def test_a_kind_of_both_classes_is_two_kinds() -> None:
    same = scores(("a", "fake", "studio", 0.9, 0.9), ("b", "real", "studio", 0.1, 0.1))
    assert names(choose.successes(same, 6)) == "ba"


@settings(max_examples=20)
@given(st.permutations(range(len(NINE))))
def test_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    mixed = NINE.iloc[order]
    for method in TRAINED:
        pd.testing.assert_frame_equal(choose.errors(mixed, method), choose.errors(NINE, method))
    pd.testing.assert_frame_equal(choose.most_confident_errors(mixed, 3), choose.most_confident_errors(NINE, 3))
    pd.testing.assert_frame_equal(choose.successes(mixed, 3), choose.successes(NINE, 3))
