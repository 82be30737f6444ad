import json
import math
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn import metrics

from facevalue.evaluating.measures import Measures, equal_error_rate, measure
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import Threshold

Pictures = tuple[NDArray[np.int64], NDArray[np.float64]]
LOGITS = st.integers(-20, 20).filter(bool).map(lambda tick: tick / 4)  # coarse, so that ties are common; never 0


def measured(targets: NDArray[np.int64], logits: NDArray[np.float64], threshold: Threshold) -> Measures:
    """As the evaluation does it: AUC and accuracy are those of the panel."""
    panel = Panel.of(targets, [logits], [threshold], np.arange(targets.size))
    auc, accuracy = (each.estimate(0).value if each else None for each in (panel.auc(), panel.accuracy()))
    return replace(measure(targets, logits, threshold), auc=auc, accuracy=accuracy)


@st.composite
def scored(draw: st.DrawFn) -> Pictures:
    n = draw(st.integers(2, 30))
    targets = draw(arrays(np.int64, n, elements=st.integers(0, 1)))
    assume(0 < targets.sum() < n)
    return targets, draw(arrays(np.float64, n, elements=LOGITS))


def test_by_hand() -> None:
    # Sorted by logit: fake 2, real 1, fake 0 (probability 0.5: called fake), real -1, real -3.
    found = measured(np.array([1, 0, 1, 0, 0]), np.array([2.0, 1.0, 0.0, -1.0, -3.0]), 0.5)
    assert found.accuracy == pytest.approx(4 / 5)
    assert found.recall_fake == 1.0
    assert found.recall_real == pytest.approx(2 / 3)
    assert found.balanced_accuracy == pytest.approx(5 / 6)
    assert found.auc == pytest.approx(5 / 6)  # of six pairs, one is in the wrong order
    assert found.average_precision == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    # ROC (0, 0) (0, 1/2) (1/3, 1/2) (1/3, 1) (1, 1): FPR = 1 - TPR is met at FPR 1/3, on the way from 1/2 up to 1.
    assert found.eer == pytest.approx(1 / 3)
    wrong_by = [-2, 1, 0, -1, -3]
    assert found.log_loss == pytest.approx(sum(math.log1p(math.exp(logit)) for logit in wrong_by) / 5)


def test_published_roc_example() -> None:
    # Fawcett 2006, figure 3: twenty instances; the threshold 0.54 has the highest accuracy, 70 %, at (0.1, 0.5).
    positive = np.array([1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0])
    probability = np.concatenate(
        [[0.9, 0.8, 0.7, 0.6], [0.55, 0.54, 0.53, 0.52, 0.51, 0.505], np.arange(40, 32, -1) / 100, [0.3, 0.1]]
    )
    found = measured(positive, np.log(probability / (1 - probability)), 0.5399)
    assert found.accuracy == pytest.approx(0.7)
    assert (found.recall_fake, found.recall_real) == pytest.approx((0.5, 0.9))


@settings(max_examples=50)
@given(scored())
def test_agrees_with_scikit_learn(pictures: Pictures) -> None:
    targets, logits = pictures
    found = measured(targets, logits, 0.3)
    probability = 1 / (1 + np.exp(-logits))
    called = (probability >= 0.3).astype(int)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(targets, called))
    assert found.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(targets, called))
    assert found.recall_fake == pytest.approx(metrics.recall_score(targets, called, pos_label=1))
    assert found.recall_real == pytest.approx(metrics.recall_score(targets, called, pos_label=0))
    assert found.auc == pytest.approx(metrics.roc_auc_score(targets, probability))
    assert found.average_precision == pytest.approx(metrics.average_precision_score(targets, probability))
    assert found.log_loss == pytest.approx(metrics.log_loss(targets, probability))


@settings(max_examples=50)
@given(scored())
def test_flipped_labels_and_negated_logits_mirror_the_measures(pictures: Pictures) -> None:
    targets, logits = pictures
    seen, mirrored = measured(targets, logits, 0.5), measured(1 - targets, -logits, 0.5)
    for name in ("accuracy", "balanced_accuracy", "auc", "eer", "log_loss"):
        assert getattr(mirrored, name) == pytest.approx(getattr(seen, name), abs=1e-12)
    assert mirrored.recall_real == seen.recall_fake
    assert mirrored.recall_fake == seen.recall_real


@settings(max_examples=50)
@given(scored(), st.randoms(use_true_random=False))
def test_row_order_is_of_no_account(pictures: Pictures, random: Random) -> None:
    targets, logits = pictures
    order = np.array(random.sample(range(targets.size), targets.size))
    assert measured(targets[order], logits[order], 0.5).to_metrics() == pytest.approx(
        measured(targets, logits, 0.5).to_metrics(), abs=1e-12
    )


@settings(max_examples=50)
@given(scored())
def test_a_monotone_change_of_scale_keeps_the_ranking_measures(pictures: Pictures) -> None:
    targets, logits = pictures
    seen, stretched = measured(targets, logits, 0.5), measured(targets, np.sinh(logits) * 7 + 2, 0.5)
    for name in ("auc", "average_precision", "eer"):
        assert getattr(stretched, name) == pytest.approx(getattr(seen, name), abs=1e-12)


def test_all_scores_equal_is_chance() -> None:
    found = measured(np.array([0, 0, 1, 1]), np.zeros(4), 0.5)
    assert (found.auc, found.eer, found.average_precision, found.accuracy) == (0.5, 0.5, 0.5, 0.5)
    assert (found.recall_real, found.recall_fake) == (0.0, 1.0)


def test_perfect_and_inverted() -> None:
    targets = np.array([0, 0, 1, 1])
    assert measured(targets, np.array([-2.0, -1, 1, 2]), 0.5).eer == 0.0
    assert measured(targets, np.array([2.0, 1, -1, -2]), 0.5).eer == 1.0
    assert measured(targets, np.array([2.0, 1, -1, -2]), 0.5).auc == 0.0


def test_equal_error_rate_lies_between_two_points() -> None:
    # On the line from (0.1, 0.6) to (0.3, 1.0): FPR = 1 - TPR where 0.1 + 0.2 t = 0.4 - 0.4 t, t = 1/2.
    assert equal_error_rate(np.array([0, 0.1, 0.3, 1]), np.array([0, 0.6, 1.0, 1.0])) == pytest.approx(0.2)


def test_logits_far_out_are_still_ranked_and_priced() -> None:
    found = measured(np.array([0, 1, 1]), np.array([800.0, 900.0, 1000.0]), 0.5)
    assert found.auc == 1.0
    assert found.log_loss == pytest.approx(800 / 3)


@pytest.mark.parametrize(
    ("label", "present", "absent"), [(0, "recall_real", "recall_fake"), (1, "recall_fake", "recall_real")]
)
def test_one_class_leaves_undefined_what_is_undefined(label: int, present: str, absent: str) -> None:
    found = measured(np.full(3, label), np.array([-1.0, 1.0, 2.0]), 0.5)
    assert getattr(found, present) == found.accuracy == pytest.approx(2 / 3 if label else 1 / 3)
    for undefined in ("auc", "average_precision", "eer", "balanced_accuracy", absent):
        assert getattr(found, undefined) is None


def test_metrics_are_flat_plain_numbers_under_the_agreed_names() -> None:
    found = measured(np.array([0, 1, 1]), np.array([-1.0, 1.0, 2.0]), 0.5).to_metrics()
    names = "accuracy balanced_accuracy auc average_precision eer tpr_at_fpr_1 tpr_at_fpr_5 log_loss brier ece"
    assert list(found) == [*names.split(), "recall_real", "recall_fake"]
    assert all(type(value) is float for name, value in found.items() if "fpr" not in name)  # those are the panel's
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_no_number_is_counted_and_refused(broken: float) -> None:
    with pytest.raises(ValueError, match="1 of 3 logits are not finite"):
        measured(np.array([0, 1, 1]), np.array([0.0, broken, 1.0]), 0.5)


def test_without_a_picture_nothing_is_known() -> None:
    found = measured(np.array([], dtype=int), np.array([]), 0.5)
    assert set(found.to_metrics().values()) == {None}


def test_a_threshold_per_picture() -> None:
    targets, logits = np.array([1, 0, 1, 0]), np.array([2.0, 1.0, 0.0, -1.0])
    found = measured(targets, logits, np.array([0.5, 0.8, 0.6, 0.5]))
    assert (found.accuracy, found.recall_fake, found.recall_real) == (0.75, 0.5, 1.0)
    assert measured(targets, logits, np.full(4, 0.5)) == measured(targets, logits, 0.5)


@pytest.mark.parametrize(("targets", "logits"), [([0, 2], [0.0, 1.0]), ([0, 1, 1], [0.0, 1.0])])
def test_a_caller_with_other_targets_is_a_programming_error(targets: list[int], logits: list[float]) -> None:
    with pytest.raises(ValueError, match=r"target"):
        measured(np.array(targets), np.array(logits), 0.5)
