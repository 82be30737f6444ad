import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest
from scipy.stats import t as student

from facevalue.statistics.intervals import StudentEstimate
from facevalue.statistics.rates import clopper_pearson, korn_graubard

RATES = st.integers(0, 3000).map(lambda hits: hits / 3000)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_published_intervals(hits: int, trials: int, low: float, high: float) -> None:
    # Newcombe 1998, Statistics in Medicine 17, 857-872: the four examples of table I by the exact method; the same as
    # scipy.stats.binomtest(hits, trials).proportion_ci(method="exact") prints.
    found = clopper_pearson(hits, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found == pytest.approx(binomtest(hits, trials).proportion_ci(method="exact"), abs=1e-12)


@pytest.mark.parametrize("trials", [5, 30, 200])
def test_it_covers_at_least_95_percent_at_any_rate(trials: int) -> None:
    ends = [clopper_pearson(hits, trials) for hits in range(trials + 1)]
    for rate in np.linspace(0.001, 0.999, 97):
        chances = binom.pmf(np.arange(trials + 1), trials, rate)
        covered = sum(float(chance) for chance, end in zip(chances, ends, strict=True) if end.low <= rate <= end.high)
        assert covered >= 0.95


def test_independent_trials_have_the_exact_interval() -> None:
    for hits in (0, 3, 29, 30):
        rate = hits / 30
        # The moved rate's variance is above p (1 - p) / n, so at most all 30 trials are counted.
        found = StudentEstimate(rate, math.sqrt(rate * (1 - rate) / 30 + 1e-6), 58.0)
        assert korn_graubard(found, 30, 30) == pytest.approx(clopper_pearson(hits, 30))


def test_the_effective_number_by_hand() -> None:
    # 0.3 of 200 pictures, variance twice that of 200 independent ones, 12 degrees of freedom; the rate is not moved.
    found = StudentEstimate(0.3, math.sqrt(2 * 0.3 * 0.7 / 200), 12.0)
    effective = 100 * (student.isf(0.025, 199) / student.isf(0.025, 12)) ** 2
    assert effective == pytest.approx(81.91, abs=0.01)
    hits = 0.3 * effective
    expected = beta.ppf(0.025, hits, effective - hits + 1), beta.ppf(0.975, hits + 1, effective - hits)
    assert korn_graubard(found, 200, 1e12) == pytest.approx(expected)


@given(RATES, st.floats(1e-4, 0.5), st.floats(1, 500), st.integers(1, 500), st.integers(1, 500))
def test_it_holds_the_rate_and_is_never_narrower_than_the_exact_one(
    rate: float, error: float, freedom: float, trials: int, groups: int
) -> None:
    found = korn_graubard(StudentEstimate(rate, error, freedom), trials, groups)
    exact = clopper_pearson(rate * trials, trials)
    assert 0 <= found.low <= exact.low + 1e-9
    assert exact.high - 1e-9 <= found.high <= 1
    assert found.low - 1e-9 <= rate <= found.high + 1e-9


@given(RATES, st.floats(0.01, 0.4), st.floats(2, 50))
def test_fewer_degrees_of_freedom_make_it_wider(rate: float, error: float, freedom: float) -> None:
    few, many = (korn_graubard(StudentEstimate(rate, error, df), 300, 300) for df in (freedom, 2 * freedom))
    assert few.low <= many.low + 1e-9
    assert few.high >= many.high - 1e-9
