"""Holm's correction, by hand and against the worked example that is quoted for it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facevalue.statistics.holm import holm


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_is_between_the_p_value_and_bonferroni_s(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    for p_value, value in zip(p_values, adjusted, strict=True):
        assert p_value <= value <= min(1, max(p_value * len(p_values), p_value)) or value == max(adjusted)
    assert sorted(adjusted) == [adjusted[i] for i in np.argsort(p_values, kind="stable")]


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, math.nan]) == pytest.approx([0.03, 0.06, 0.06, math.nan], nan_ok=True)
    assert holm([0.6, 0.9]) == [1.0, 1.0]


def test_the_example_that_is_quoted_for_it() -> None:
    """Of p = 0.01, 0.04, 0.03 and 0.005 the first and the last are below 0.05 (Wikipedia, Holm-Bonferroni method)."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
