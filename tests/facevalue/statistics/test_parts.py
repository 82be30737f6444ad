import math

import numpy as np
import pytest
from numpy.typing import NDArray

from facevalue.statistics.delong import Placements
from facevalue.statistics.panel import Panel
from facevalue.statistics.parts import Part
from facevalue.statistics.rates import clopper_pearson, korn_graubard
from facevalue.statistics.trainings import of_accuracies, of_aucs

METHODS = 2


def panel(n: int, trainings: int = 1, size: int = 1, seed: int = 0, apart: float = 1.0) -> Panel:
    """So many pictures, half of them fake, in groups of such a size that hold both classes where it is even."""
    rng = np.random.default_rng(seed)
    targets = np.arange(n) % 2
    groups = np.arange(n) // size
    shared = rng.normal(size=groups[-1] + 1)[groups] + apart * targets
    logits = [shared[:, None] + rng.normal(size=(n, trainings)) for _ in range(METHODS)]
    return Panel.of(targets, logits, [0.5] * METHODS, groups)


def halves(whole: Panel) -> tuple[Panel, Panel]:
    """The first and the second half; no group is in both."""
    first = np.arange(whole.pictures) < whole.pictures // 2
    return whole.where(first), whole.where(~first)


def aucs(found: Panel) -> Part:
    part = found.auc_part()
    assert part
    return part


def alarms(found: Panel) -> Part:
    part = found.false_alarm_part()
    assert part
    return part


@pytest.mark.parametrize("trainings", [2, 5])
@pytest.mark.parametrize("size", [1, 2])
def test_one_part_alone_is_as_trainings_judge_it(trainings: int, size: int) -> None:
    found = panel(60, trainings, size)
    part = aucs(found)
    whole = of_aucs(found.targets, found.logits, found.groups)
    np.testing.assert_allclose(part.values, whole.values)
    # One picture per group, `of_aucs` takes DeLong's covariance, which the jackknife comes near.
    assert part.estimate(1) == pytest.approx(whole.student(1), rel=1e-9 if size > 1 else 0.05)
    reals = found.where(found.targets == 0)
    called = reals.logits >= 0
    assert alarms(found).estimate(0) == pytest.approx(of_accuracies(reals.targets, called, reals.groups).student(0))


def test_disjoint_parts_of_one_training_add_up_their_variances() -> None:
    young, old = halves(panel(80))
    first, second = aucs(young), aucs(old)
    found = first.difference(second, 0)
    assert found.value == pytest.approx(second.values[0, 0] - first.values[0, 0])
    errors = [part.estimate(0).standard_error for part in (first, second)]
    assert found.standard_error == pytest.approx(math.hypot(*errors))
    delong = [Placements.of(each.targets, each.logits[..., 0]).covariance[0, 0] for each in (young, old)]
    assert found.standard_error**2 == pytest.approx(sum(delong) + first.chance + second.chance, rel=0.05)


def test_the_difference_of_two_rates_by_hand() -> None:
    # 12 of 20 and 5 of 10, each picture its own group: p (1 - p) / (n - 1) and a coin's 1/4 for one more picture of n.
    hits = [np.arange(n)[:, None, None] < k for n, k in ((20, 12), (10, 5))]
    first, second = Part.of_rates(hits[0], np.arange(20)), Part.of_rates(hits[1], np.arange(20, 30))
    found = first.difference(second, 0)
    variances = 0.6 * 0.4 / 19 + 0.25 / 20**2, 0.5 * 0.5 / 9 + 0.25 / 10**2
    assert found.value == pytest.approx(-0.1)
    assert found.standard_error**2 == pytest.approx(sum(variances))
    assert found.degrees_of_freedom == pytest.approx(
        sum(variances) ** 2 / (variances[0] ** 2 / 19 + variances[1] ** 2 / 9)
    )


def test_groups_in_both_parts_are_taken_into_account() -> None:
    """Every picture of the second part is the twin of one of the first: the difference is 0, and sure to be."""
    once = panel(40)
    targets, logits = np.tile(once.targets, 2), [np.tile(column, 2) for column in once.logits[..., 0].T]
    errors = {}
    for name, groups in (("shared", np.tile(np.arange(40), 2)), ("own", np.arange(80))):
        first, second = halves(Panel.of(targets, logits, [0.5] * METHODS, groups))
        found = aucs(first).difference(aucs(second), 0)
        assert found.value == 0
        errors[name] = found.standard_error
    chance = 2 * aucs(once).chance
    assert errors["shared"] == pytest.approx(np.sqrt(chance))
    assert errors["own"] > 2 * errors["shared"]


@pytest.mark.parametrize("size", [1, 2])
def test_what_a_training_does_to_both_parts_cancels(size: int) -> None:
    """Trainings that only shift all false alarms alike leave the gap between two parts alone."""
    rng = np.random.default_rng(3)
    n = 200
    logits = rng.normal(size=n)[:, None] + rng.normal(0, 1.5, size=5)
    found = Panel.of(np.zeros(n, dtype=np.int64), [logits], [0.5], np.arange(n) // size)
    first, second = (alarms(part) for part in halves(found))
    gap = first.difference(second, 0)
    alone = [part.estimate(0).standard_error for part in (first, second)]
    assert gap.standard_error < 0.6 * math.hypot(*alone)


def test_order_of_the_pictures_is_of_no_account() -> None:
    found = panel(60, 3, 3)
    first, second = halves(found)
    mixed = np.random.default_rng(1).permutation(second.pictures)
    other = Panel(
        second.targets[mixed],
        second.groups[mixed],
        second.logits[mixed],
        second.thresholds[mixed],
        second.folds[mixed],
    )
    assert aucs(first).difference(aucs(other), 1) == pytest.approx(aucs(first).difference(aucs(second), 1))
    back = aucs(second).difference(aucs(first), 1)
    assert back.value == pytest.approx(-aucs(first).difference(aucs(second), 1).value)


def test_a_part_that_cannot_tell_is_none() -> None:
    found = panel(40, size=2)
    assert found.where(found.targets == 1).auc_part() is None
    assert found.where(found.groups == 0).auc_part() is None
    assert found.where(found.groups == 0).false_alarm_part() is None
    assert found.where(found.targets == 1).false_alarm_part() is None


def test_perfect_parts_have_a_width() -> None:
    first, second = halves(panel(40, apart=50))
    found = aucs(first).difference(aucs(second), 0)
    assert (found.value, found.p_value) == (0, 1)
    assert found.interval.low < -0.01


def covered(measure: str, trainings: int, size: int, studies: int = 300) -> float:
    """How often the gap of two parts of 40 pictures that are judged alike is held, and 0 its truth."""
    held = 0
    for seed in range(studies):
        found = panel(160 if size > 1 else 80, trainings, size, seed)
        first, second = (aucs(part) if measure == "auc" else alarms(part) for part in halves(found))
        low, high = first.difference(second, 0).interval
        held += low <= 0 <= high
    return held / studies


@pytest.mark.parametrize("measure", ["auc", "false alarms"])
@pytest.mark.parametrize(("trainings", "size"), [(1, 1), (1, 4), (5, 1), (5, 4)])
def test_the_interval_covers(measure: str, trainings: int, size: int) -> None:
    assert covered(measure, trainings, size) >= 0.93  # of 300 studies, three standard errors below 0.967


def right(of: Panel, label: int) -> NDArray[np.float64]:
    chosen = of.targets == label
    return np.asarray(((of.logits[chosen] >= 0) == (label == 1)).mean(axis=0))


def test_a_recall_of_independent_pictures_has_the_exact_interval() -> None:
    found = panel(60)
    for label in (0, 1):
        estimator = found.recall(label)
        assert estimator
        value = right(found, label)[1, 0]
        assert estimator.estimate(1).value == pytest.approx(value)
        assert estimator.estimate(1).interval == pytest.approx(clopper_pearson(value * 30, 30))
        assert np.isnan(estimator.estimate(1).spread)


@pytest.mark.parametrize(("trainings", "size"), [(1, 4), (3, 1), (3, 4)])
def test_otherwise_it_is_korn_and_graubard_s(trainings: int, size: int) -> None:
    found = panel(60, trainings, size)
    estimator = found.recall(0)
    assert estimator
    value, interval, spread = estimator.estimate(0)
    assert value == pytest.approx(right(found, 0)[0].mean())
    reals = found.targets == 0
    part = Part.of_rates(found.logits[reals] < 0, found.groups[reals])
    assert interval == korn_graubard(part.estimate(0), 30, part.groups.size)
    assert interval.high - interval.low >= np.ptp(clopper_pearson(value * 30, 30)) - 1e-9
    assert np.isnan(spread) if trainings == 1 else spread == pytest.approx(right(found, 0)[0].std(ddof=1))


def test_a_recall_of_nothing_and_of_one_group() -> None:
    found = panel(40, size=4)
    assert found.where(found.targets == 1).recall(0) is None
    one = found.where(found.groups == 0).recall(1)
    assert one
    assert np.isnan(one.estimate(0).interval.low)
    alone = panel(40).where(np.arange(40) == 1).recall(1)
    assert alone
    assert alone.estimate(0).interval == clopper_pearson(alone.estimate(0).value, 1)
