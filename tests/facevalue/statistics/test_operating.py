import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from benchmarks.coverage_operating import Case, simulate, truth
from facevalue.statistics.operating import operating_points, reals_needed, true_positive_rates
from facevalue.statistics.panel import Panel
from facevalue.statistics.rates import clopper_pearson

Pictures = tuple[NDArray[np.int64], NDArray[np.float64]]


@st.composite
def scored(draw: st.DrawFn) -> Pictures:
    n = draw(st.integers(2, 40))
    targets = draw(arrays(np.int64, n, elements=st.integers(0, 1)))
    assume(0 < targets.sum() < n)
    return targets, draw(arrays(np.float64, n, elements=st.integers(-8, 8).map(float)))  # coarse: ties are common


def at(pictures: Pictures, rate: float) -> float:
    return float(true_positive_rates(pictures[0], pictures[1][:, None], rate)[0])


def drawn(n: int, apart: float, trainings: int = 1, seed: int = 0) -> Pictures:
    """So many reals and fakes, their logits (2 n, 1, r)."""
    rng = np.random.default_rng(seed)
    targets = np.repeat([0, 1], n)
    shared = rng.normal(size=(2 * n, 1)) + apart * targets[:, None]
    return targets, (shared + rng.normal(size=(2 * n, trainings)) / 2)[:, None]


def test_by_hand() -> None:
    # 20 reals at 0..19, fakes among them: of 20 one may be called fake, so the real at 18 must not.
    targets = np.repeat([0, 1], [20, 4])
    logits = np.append(np.arange(20.0), [18.0, 18.5, 19.5, 3.0])
    assert at((targets, logits), 0.05) == 2 / 4  # the fake at 18 ties with a real
    assert at((targets, logits), 0.0499) == 1 / 4  # none may be called fake
    assert at((targets, logits), 0.10) == 3 / 4


def test_reals_of_one_score_are_called_alike() -> None:
    targets, logits = np.array([0, 0, 0, 0, 1, 1]), np.array([0.0, 2.0, 2.0, -1.0, 1.0, 3.0])
    assert at((targets, logits), 0.25) == 0.5  # one may be called fake, but two tie
    assert at((targets, logits), 0.5) == 1.0


@settings(max_examples=80)
@given(scored())
def test_it_rises_with_the_false_alarm_rate(pictures: Pictures) -> None:
    found = [at(pictures, rate) for rate in np.linspace(0, 0.99, 34)]
    assert all(one <= other for one, other in itertools.pairwise(found))


@settings(max_examples=80)
@given(scored(), st.floats(0, 0.99))
def test_it_is_the_best_point_of_the_roc_that_is_allowed(pictures: Pictures, rate: float) -> None:
    alarms, found, _ = roc_curve(*pictures, drop_intermediate=False)
    assert at(pictures, rate) == pytest.approx(found[alarms <= rate + 1e-9].max())


@settings(max_examples=40)
@given(scored())
def test_a_monotone_change_of_scale_is_of_no_account(pictures: Pictures) -> None:
    targets, logits = pictures
    assert at((targets, np.sinh(logits) * 3 - 1), 0.2) == at(pictures, 0.2)


@pytest.mark.parametrize(("rate", "needed"), [(0.05, 20), (0.01, 100), (0.3, 4), (0.001, 1000), (0.5, 2)])
def test_fewer_reals_than_one_over_the_rate_cannot_show_it(rate: float, needed: int) -> None:
    assert reals_needed(rate) == needed
    panels = [
        Panel.of(np.repeat([0, 1], [reals, 5]), [np.arange(reals + 5.0)], [0.5], np.arange(reals + 5))
        for reals in (needed - 1, needed)
    ]
    assert panels[0].true_positive_rate(rate, 20) is None
    found = panels[1].true_positive_rate(rate, 20)
    assert found
    assert found.estimate(0).value == 1.0


def test_it_is_groups_of_reals_that_count_and_fakes_must_be_there() -> None:
    targets, logits = np.repeat([0, 1], [60, 30]), np.arange(90.0)
    groups = np.append(np.arange(60) // 3, np.arange(60, 90))
    assert Panel.of(targets, [logits], [0.5], groups).true_positive_rate(0.05, 20)
    assert Panel.of(targets, [logits], [0.5], groups).real_groups == 20
    assert (
        Panel.of(targets, [logits], [0.5], np.append(np.arange(60) // 4, groups[60:])).true_positive_rate(0.05) is None
    )
    assert Panel.of(targets[:60], [logits[:60]], [0.5], np.arange(60)).true_positive_rate(0.05) is None


def test_fakes_of_one_group_have_no_interval() -> None:
    targets, logits = np.repeat([0, 1], [30, 10]), np.arange(40.0)
    found = Panel.of(targets, [logits], [0.5], np.minimum(np.arange(40), 30)).true_positive_rate(0.05)
    assert found
    assert found.estimate(0).value == 1.0
    assert found.estimate(0).interval.known is None


def test_several_trainings_have_the_mean_and_its_spread() -> None:
    targets, logits = drawn(60, 2.0, trainings=4)
    found = operating_points(targets, logits, np.arange(120), 0.05, 100).estimate(0)
    each = [float(true_positive_rates(targets, logits[:, :, number], 0.05)[0]) for number in range(4)]
    assert found.value == pytest.approx(np.mean(each))
    assert found.spread == pytest.approx(np.std(each, ddof=1))
    assert found.interval.low < found.value < found.interval.high


@pytest.mark.parametrize("trainings", [1, 3])
def test_a_perfect_method_has_an_interval(trainings: int) -> None:
    targets, logits = drawn(25, 40.0, trainings)
    found = operating_points(targets, logits, np.arange(50), 0.05, 60).estimate(0)
    assert found.value == found.interval.high == 1.0
    assert found.interval == pytest.approx(clopper_pearson(25, 25), abs=0.05)
    grouped = operating_points(targets, logits, np.arange(50) // 5, 0.05, 60).estimate(0)
    assert 0.4 < grouped.interval.low < found.interval.low - 0.05


@pytest.mark.parametrize("group_size", [1, 4])
def test_row_order_is_of_no_account(group_size: int) -> None:
    targets, logits = drawn(40, 1.5, trainings=2)
    groups, order = np.arange(80) // group_size, np.random.default_rng(1).permutation(80)
    one = operating_points(targets, logits, groups, 0.05, 80).estimate(0)
    other = operating_points(targets[order], logits[order], groups[order], 0.05, 80).estimate(0)
    assert (other.value, *other.interval) == pytest.approx((one.value, *one.interval))


def test_a_picture_that_stands_three_times_over_tells_no_more() -> None:
    targets, logits = drawn(100, 1.5)
    once = operating_points(targets, logits, np.arange(200), 0.05, 400).estimate(0)
    thrice = operating_points(
        np.tile(targets, 3), np.tile(logits, (3, 1, 1)), np.tile(np.arange(200), 3), 0.05, 400
    ).estimate(0)
    assert thrice.value == once.value
    widths = [found.interval.high - found.interval.low for found in (once, thrice)]
    assert widths[1] == pytest.approx(widths[0], rel=0.1)


def test_it_covers_where_an_exact_interval_of_the_fakes_alone_does_not() -> None:
    found = simulate(Case(apart=1.5, rate=0.05, pictures=100), studies=200, resamples=100)
    assert found.covered >= 0.95 - 0.046  # three standard errors
    assert found.by_fakes_alone < 0.85  # the reals that place the threshold are drawn too


@pytest.mark.parametrize("case", [Case(1.5, 0.05, 60, group_size=3), Case(1.5, 0.05, 60, trainings=3, scatter=0.15)])
def test_it_covers_with_groups_and_with_trainings(case: Case) -> None:
    assert simulate(case, studies=100, resamples=80).covered >= 0.95 - 0.065


@pytest.mark.parametrize(
    "case", [Case(1.5, 0.05, 20_000, group_size=2), Case(2.0, 0.01, 30_000, trainings=40, scatter=0.5)]
)
def test_the_simulated_scores_are_as_good_as_they_are_said_to_be(case: Case) -> None:
    assert simulate(case, studies=1, resamples=2).estimate == pytest.approx(truth(case), abs=0.05)
