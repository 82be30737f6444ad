"""Mean moves of scores, against scipy where there is nothing but pictures, and against simulated truths."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from facevalue.statistics.shifts import shifts

TARGETS = np.arange(60) % 2


def moves(seed: int, real: float = 0.0, fake: float = 0.0, n: int = 60, trainings: int = 1) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return np.asarray(np.where(np.arange(n) % 2, fake, real)[:, None] + rng.normal(size=(n, trainings)))


def test_single_pictures_give_the_t_test() -> None:
    moved = moves(0, 0.3, -0.4)
    found = shifts(TARGETS, moved, np.arange(60))
    for label, shift in ((0, found.real), (1, found.fake)):
        expected = stats.ttest_1samp(moved[label == TARGETS, 0], 0)
        assert shift.p_value == pytest.approx(expected.pvalue)
        assert shift.interval == pytest.approx(tuple(expected.confidence_interval()))
    welch = stats.ttest_ind(moved[TARGETS == 1, 0], moved[TARGETS == 0, 0], equal_var=False)
    assert found.apart.value == pytest.approx(found.fake.value - found.real.value)
    assert found.apart.p_value == pytest.approx(welch.pvalue, rel=0.15)  # the jackknife's variance is a trifle larger
    assert found.apart.p_value >= welch.pvalue


def test_a_picture_that_stands_three_times_counts_once() -> None:
    moved, names = moves(1, fake=0.5), np.arange(60)
    once = shifts(TARGETS, moved, names)
    thrice = shifts(np.repeat(TARGETS, 3), np.repeat(moved, 3, axis=0), np.repeat(names, 3))
    for one, other in zip(once, thrice, strict=True):
        assert other.interval == pytest.approx(one.interval)


def test_a_group_of_both_classes_moves_both_alike() -> None:
    """What a real and its fake share cancels out in their difference, and only there."""
    rng = np.random.default_rng(2)
    shared = np.repeat(rng.normal(0, 5, 30), 2)[:, None]
    moved = shared + rng.normal(0, 0.1, (60, 1))
    paired, apart = (shifts(TARGETS, moved, names).apart.interval for names in (np.arange(60) // 2, np.arange(60)))
    assert paired.high - paired.low < 0.2
    assert apart.high - apart.low > 2


def test_what_moves_nothing_is_no_finding() -> None:
    found = shifts(TARGETS, np.zeros((60, 2)), np.arange(60))
    assert [shift.p_value for shift in found] == [1, 1, 1]
    assert found.apart.interval == (0, 0)


@pytest.mark.parametrize("trainings", [1, 5])
def test_both_classes_moving_alike_is_found_in_few_of_many_studies(trainings: int) -> None:
    """Three reals and three fakes to a group; each training has its own mean move of each class."""
    rng = np.random.default_rng(3)
    targets, names, found = np.arange(90) // 3 % 2, np.arange(90) // 3, 0
    for _ in range(400):
        of_group = np.repeat(rng.normal(size=(30, 1)), 3, axis=0) + rng.normal(0, 0.5, (90, 1))
        of_training = rng.normal(0, 0.3, (2, trainings))[targets] if trainings > 1 else 0.0
        found += shifts(targets, 1 + of_group + of_training, names).apart.p_value < 0.05
    assert found / 400 < 0.08


def test_a_class_that_is_missing_or_one_group_has_no_interval() -> None:
    moved = moves(4)
    one = shifts(TARGETS, moved, np.where(TARGETS == 1, "all of them", np.arange(60).astype(str)))
    assert one.apart.value == pytest.approx(one.fake.value - one.real.value)
    assert all(math.isnan(shift.interval.low) and math.isnan(shift.p_value) for shift in one)
    reals = shifts(np.zeros(60, dtype=np.int64), moved, np.arange(60))
    assert reals.real.value == pytest.approx(moved.mean())
    assert math.isnan(reals.apart.value)
    nobody = shifts(np.zeros(0, dtype=np.int64), np.empty((0, 1)), [])
    assert math.isnan(nobody.real.value)
