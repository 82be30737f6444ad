import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from facevalue.statistics.intervals import (
    UNKNOWN,
    Interval,
    StudentEstimate,
    Values,
    freedom_of,
    known,
    mean,
    quantile,
    satterthwaite,
    spread,
    weighted_quantile,
)


@given(st.floats(1, 1e4))
def test_a_quantile_tells_its_degrees_of_freedom(freedom: float) -> None:
    asked = float(quantile(freedom))
    assert asked == pytest.approx(float(student.isf(0.025, freedom)))
    assert freedom_of(asked) == pytest.approx(freedom, rel=1e-3)


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(1, 50), st.floats(1, 50))
def test_a_weighted_quantile_lies_between_its_parts(one: float, other: float, few: float, many: float) -> None:
    found = weighted_quantile([one, other], [few, many])
    parts = sorted([float(quantile(few)), float(quantile(many))])
    assert parts[0] * (1 - 1e-9) <= found <= parts[1] * (1 + 1e-9)
    # More careful than Satterthwaite's, which may have more degrees of freedom than either part.
    assert found >= quantile(satterthwaite([one, other], [few, many])) * (1 - 1e-9)


def test_what_is_not_known_is_absent() -> None:
    assert UNKNOWN.known is None
    assert Interval(0.1, 0.2).known == (0.1, 0.2)
    assert (known(math.nan), known(0.5)) == (None, 0.5)
    found = Values(np.array([[0.5, 0.7], [0.6, 1.0]])).compare(0, 1)
    assert (found.value, found.first.value) == pytest.approx((0.2, 0.6))
    assert found.interval.known is None
    assert found.first.spread == pytest.approx(0.02**0.5)


def test_the_mean_of_equal_numbers_is_that_number() -> None:
    assert mean(np.full(7, 0.1)) == 0.1
    assert math.isnan(spread(np.array([0.3])))


def test_bonferroni_s_interval_and_p_value_agree() -> None:
    found = StudentEstimate(0.3, 0.1, 20.0)
    assert found.interval_among(1) == found.interval
    assert found.p_value_among(1) == found.p_value
    assert found.interval_among(3).low == pytest.approx(0.3 - 0.1 * student.isf(0.025 / 3, 20))
    assert found.p_value_among(3) == pytest.approx(3 * found.p_value)
    for comparisons in range(1, 40):
        outside = found.interval_among(comparisons).low > 0
        assert outside == (found.p_value_among(comparisons) < 0.05)
    assert not outside
    assert found.p_value_among(10**6) == 1
