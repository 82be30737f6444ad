import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.metrics import balanced_accuracy_score

from facevalue.statistics.thresholds import (
    balanced_accuracy_threshold,
    called_fake,
    false_alarm_threshold,
    false_alarms_allowed,
)

Pictures = tuple[NDArray[np.int64], NDArray[np.float64]]


@st.composite
def scored(draw: st.DrawFn) -> Pictures:
    n = draw(st.integers(2, 20))
    targets = draw(arrays(np.int64, n, elements=st.integers(0, 1)))
    assume(0 < targets.sum() < n)
    return targets, draw(arrays(np.float64, n, elements=st.integers(-8, 8).map(float)))


def of_probabilities(targets: list[int], probabilities: list[float]) -> float:
    return balanced_accuracy_threshold(np.array(targets), logit(np.array(probabilities)))


def test_halfway_between_the_classes() -> None:
    assert of_probabilities([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.9]) == pytest.approx(0.4)


def test_a_rare_class_counts_as_much_as_a_common_one() -> None:
    # Calling all above 0.15 fake finds the one fake and spares 3 of 5 reals: (1 + 3/5) / 2; all real has 1/2.
    assert of_probabilities([0, 0, 0, 0, 0, 1], [0.02, 0.04, 0.1, 0.3, 0.4, 0.2]) == pytest.approx(0.15)


def test_of_equally_good_ones_the_nearest_to_one_half() -> None:
    # 0.25 and 0.7 both judge three of four rightly.
    assert of_probabilities([0, 1, 0, 1], [0.2, 0.3, 0.6, 0.8]) == pytest.approx(0.7)


def test_of_equally_near_ones_the_lower() -> None:
    # 0.375 and 0.625, both numbers that a computer holds exactly.
    targets, probabilities = np.array([0, 1, 0, 1]), np.array([0.25, 0.5, 0.5, 0.75])
    assert balanced_accuracy_threshold(targets, logit(probabilities)) == 0.375


@settings(max_examples=40)
@given(scored())
def test_none_is_better(pictures: Pictures) -> None:
    targets, logits = pictures
    chosen = balanced_accuracy_threshold(targets, logits)

    def worth(threshold: float) -> float:
        return float(balanced_accuracy_score(targets, called_fake(logits, threshold)))

    probabilities = expit(logits)
    others = {*probabilities, *(probabilities + 1e-9), 0.0, 0.5, 1.0}
    assert worth(chosen) == pytest.approx(max(worth(threshold) for threshold in {chosen, *others}))
    assert 0 <= chosen <= 1


def test_a_detector_that_is_wrong_throughout_gets_an_end_that_calls_all_alike() -> None:
    chosen = of_probabilities([1, 1, 0, 0], [0.1, 0.2, 0.6, 0.9])
    assert chosen in (pytest.approx(0.05), pytest.approx(0.95))


@pytest.mark.parametrize(("targets", "logits"), [([1, 1], [1.0, 2.0]), ([0], [3.0]), ([], []), ([0, 1], [1.0, np.nan])])
def test_one_class_cannot_choose(targets: list[int], logits: list[float]) -> None:
    assert balanced_accuracy_threshold(np.array(targets, dtype=np.int64), np.array(logits)) == 0.5


def test_scores_that_are_not_finite_have_no_say() -> None:
    targets, logits = np.array([0, 1, 1, 0]), np.array([-1.0, 1.0, -np.inf, np.nan])
    assert balanced_accuracy_threshold(targets, logits) == 0.5


def test_certainty_beyond_the_computers_digits() -> None:
    logits = np.array([-900.0, -800.0, 800.0, 900.0])  # probabilities 0, 0, 1, 1
    assert balanced_accuracy_threshold(np.array([0, 0, 1, 1]), logits) == 0.5
    assert 0 <= balanced_accuracy_threshold(np.array([0, 1, 0, 1]), logits) <= 1


def test_a_threshold_per_picture() -> None:
    assert called_fake(np.zeros(3), np.array([0.4, 0.5, 0.6])).tolist() == [True, True, False]


@pytest.mark.parametrize(("rate", "reals", "allowed"), [(0.05, 19, 0), (0.05, 20, 1), (0.29, 100, 29), (0.07, 100, 7)])
def test_how_many_reals_may_be_called_fake(rate: float, reals: int, allowed: int) -> None:
    assert false_alarms_allowed(rate, reals) == allowed


@settings(max_examples=80)
@given(scored(), st.floats(0.01, 0.99))
def test_a_false_alarm_rate_is_kept_and_a_smaller_threshold_would_not_keep_it(pictures: Pictures, rate: float) -> None:
    targets, logits = pictures
    reals = logits[targets == 0]
    threshold = false_alarm_threshold(targets, logits, rate)
    assert called_fake(reals, threshold).mean() <= rate + 1e-9
    assert called_fake(reals, float(np.nextafter(threshold, 0))).mean() > rate - 1e-9


def test_fewer_reals_than_one_over_the_rate_are_all_spared() -> None:
    targets, probabilities = np.array([0] * 19 + [1]), np.append(np.linspace(0.1, 0.8, 19), 0.81)
    threshold = false_alarm_threshold(targets, logit(probabilities), 0.05)
    assert 0.8 < threshold < 0.8 + 1e-9
    assert called_fake(logit(probabilities), threshold).tolist() == [False] * 19 + [True]


def test_reals_without_a_finite_score_have_no_say_and_without_reals_nothing_is_chosen() -> None:
    targets, logits = np.array([0, 0, 0, 1]), np.array([np.nan, np.inf, -1.0, 2.0])
    assert false_alarm_threshold(targets, logits, 0.05) == np.nextafter(expit(-1.0), 1)
    assert false_alarm_threshold(targets[3:], logits[3:], 0.05) == 0.5
    assert false_alarm_threshold(targets[:0], logits[:0], 0.05) == 0.5


def test_a_real_of_full_certainty_leaves_no_fake_to_call() -> None:
    targets, logits = np.array([0, 1, 1]), np.array([800.0, 900.0, 1.0])
    threshold = false_alarm_threshold(targets, logits, 0.05)
    assert threshold == np.nextafter(1.0, 2.0)
    assert not called_fake(logits, threshold).any()
