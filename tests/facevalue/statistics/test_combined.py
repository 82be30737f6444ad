import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facevalue.statistics.combined import Combined
from facevalue.statistics.delong import Placements
from facevalue.statistics.intervals import UNKNOWN
from facevalue.statistics.resampling import Groups
from facevalue.statistics.trainings import Trainings, of_aucs

Case = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]


def case(seed: int, pictures: int = 40, groups: int = 12, methods: int = 2, trainings: int = 3) -> Case:
    """Targets, logits in steps of 1/2 so that there are ties, and groups of which every one holds both classes."""
    chance = np.random.default_rng(seed)
    targets, numbers = np.arange(pictures) % 2, np.arange(pictures) // 2 % groups
    signal = targets[:, None, None] * chance.uniform(0, 2, methods)[:, None]
    logits = (
        signal + chance.normal(size=(pictures, methods, trainings)) + chance.normal(size=groups)[numbers, None, None]
    )
    return targets, np.round(2 * logits) / 2, numbers


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_one_mean_of_one_auc_is_that_of_several_trainings(seed: int) -> None:
    targets, logits, groups = case(seed)
    known = of_aucs(targets, logits, groups)
    found = Combined.of_aucs(targets, logits, groups, 12).estimator(Groups.of(groups, targets))
    assert isinstance(found, Trainings)
    np.testing.assert_allclose(found.values, known.values)
    np.testing.assert_allclose(found.covariance, known.covariance, atol=1e-15)
    assert (found.chance, found.freedom, found.size) == (known.chance, known.freedom, known.size)


def test_without_a_group_it_is_the_auc_of_the_others() -> None:
    targets, logits, groups = case(1)
    found = Combined.of_aucs(targets, logits, groups, 13)
    for group in range(13):
        kept = groups != group
        aucs = Placements.of(targets[kept], logits[kept].reshape(kept.sum(), -1)).aucs.reshape(2, 3)
        np.testing.assert_allclose(found.without[group], aucs)
    np.testing.assert_array_equal(found.without[12], found.values)  # none of these pictures is in it


def test_a_mean_and_methods_beside_others_are_those_of_the_numbers() -> None:
    targets, logits, groups = case(2)
    first, second = (Combined.of_aucs(targets, each, groups, 12) for each in (logits, logits[:, ::-1]))
    mean = Combined.mean([first, second])
    np.testing.assert_allclose(mean.values[0], mean.values[1])
    np.testing.assert_allclose(mean.without[:, 0], (first.without[:, 0] + first.without[:, 1]) / 2)
    beside = Combined.beside(first, second)
    np.testing.assert_array_equal(beside.values[[0, 1]], beside.values[[3, 2]])
    found = beside.estimator(Groups.of(groups, targets)).compare(0, 3)  # the same method twice
    assert (found.value, found.p_value) == (0, 1)


def test_of_independent_pictures_and_one_training_it_is_near_delong() -> None:
    targets, logits, _ = case(3, pictures=400, groups=200, trainings=1)
    alone = np.arange(400)
    found = Combined.of_aucs(targets, logits, alone, 400).estimator(Groups.of(alone, targets))
    known = Placements.of(targets, logits[..., 0])
    for column in (0, 1):
        assert found.estimate(column).value == known.estimate(column).value
        assert found.estimate(column).interval == pytest.approx(known.estimate(column).interval, abs=2e-3)
    assert found.compare(0, 1).value == pytest.approx(known.compare(0, 1).value)
    assert found.compare(0, 1).interval == pytest.approx(known.compare(0, 1).interval, abs=2e-3)


def test_a_perfect_method_has_an_interval_and_equal_ones_no_difference() -> None:
    targets, _, groups = case(4)
    logits = np.repeat(targets[:, None, None] * 1.0, 2, axis=1)
    found = Combined.of_aucs(targets, logits, groups, 12).estimator(Groups.of(groups, targets))
    value, interval, _ = found.estimate(0)
    assert value == interval.high == 1
    assert 0.5 < interval.low < 1
    assert (found.compare(0, 1).value, found.compare(0, 1).p_value) == (0, 1)


def test_where_one_group_holds_every_pair_there_is_no_interval() -> None:
    targets, logits, _ = case(5)
    groups = np.where(targets == 1, 0, np.arange(40))  # all fakes are one person's
    found = Combined.of_aucs(targets, logits, groups, 40).estimator(Groups.of(groups, targets))
    assert found.estimate(0).interval is UNKNOWN
    assert found.compare(0, 1).interval is UNKNOWN
