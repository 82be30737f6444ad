"""The measures of one method on one set of pictures."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from facevalue.evaluating.calibration import brier, expected_calibration_error
from facevalue.statistics.inputs import Scores, checked
from facevalue.statistics.intervals import mean
from facevalue.statistics.thresholds import Threshold, called_fake


@dataclass(frozen=True)
class Measures:
    """How well one method tells fake (positive) from real (negative) pictures.

    All lie in 0..1 except `log_loss` (nats). `None` marks what the pictures cannot tell: with one class only there is
    no `auc`, `average_precision`, `eer` or `balanced_accuracy`, and no recall of the class that is absent; without
    pictures there is nothing. `tpr_at_fpr_1` and `tpr_at_fpr_5` are the shares of fakes found where at most 1 % and 5 %
    of reals are called fake, which few reals cannot tell.
    """

    accuracy: float | None
    balanced_accuracy: float | None
    auc: float | None
    average_precision: float | None
    eer: float | None
    tpr_at_fpr_1: float | None
    tpr_at_fpr_5: float | None
    log_loss: float | None
    brier: float | None
    ece: float | None
    recall_real: float | None
    recall_fake: float | None

    def to_metrics(self) -> dict[str, float | None]:
        """A flat mapping, one key per measure, unrounded."""
        return asdict(self)


def measure(
    targets: NDArray[np.int64],
    logits: NDArray[np.float64],
    threshold: Threshold,
) -> Measures:
    """Every measure of one training of one method, but those with an interval, which the panel has: None here.

    These are the AUC, the accuracy and the true positive rates.

    A picture is called fake where sigmoid(logit) >= threshold. Average precision and EER use the logits themselves, so
    that a sigmoid which saturates makes no ties.

    Args:
        targets: (n,), fake = 1.
        logits: (n,), higher means fake.
        threshold: A probability, or one per picture (n,).

    Raises:
        ValueError: a logit is NaN or infinite.
    """
    scores = checked(targets, logits)
    correct = called_fake(scores.logits, threshold) == scores.targets
    recall_real = _mean(correct[scores.targets == 0])
    recall_fake = _mean(correct[scores.targets == 1])
    average_precision, eer = _ranking(scores)
    return Measures(
        accuracy=None,
        balanced_accuracy=None if recall_real is None or recall_fake is None else (recall_real + recall_fake) / 2,
        auc=None,
        average_precision=average_precision,
        eer=eer,
        tpr_at_fpr_1=None,
        tpr_at_fpr_5=None,
        log_loss=_mean(_log_loss(scores)),
        brier=brier(*scores),
        ece=expected_calibration_error(*scores),
        recall_real=recall_real,
        recall_fake=recall_fake,
    )


def average(several: Sequence[Measures]) -> Measures:
    """The mean of each measure over trainings; None where a training has none."""
    columns = {field.name: [getattr(each, field.name) for each in several] for field in fields(Measures)}
    return Measures(
        **{
            name: None if None in column else mean(np.array(column, dtype=np.float64))
            for name, column in columns.items()
        }
    )


def _ranking(scores: Scores) -> tuple[float | None, float | None]:
    """Average precision, and the equal error rate."""
    if not scores.has_both_classes:
        return None, None
    from sklearn.metrics import average_precision_score, roc_curve

    false_positive_rate, true_positive_rate, _ = roc_curve(*scores)
    return float(average_precision_score(*scores)), equal_error_rate(false_positive_rate, true_positive_rate)


def equal_error_rate(false_positive_rate: NDArray[np.float64], true_positive_rate: NDArray[np.float64]) -> float:
    """Where as many reals are called fake as fakes real: FPR = 1 - TPR.

    Between two neighbouring points the ROC is a straight line (Fawcett 2006, "An introduction to ROC analysis",
    section 10: a coin that picks one of two thresholds reaches every point between them). FPR + TPR - 1 rises strictly
    along the curve from -1 to 1, so its one zero is found by linear interpolation.

    Args:
        false_positive_rate: (k,), ascending from 0 to 1.
        true_positive_rate: (k,), ascending from 0 to 1.
    """
    return float(np.interp(0.0, false_positive_rate + true_positive_rate - 1, false_positive_rate))


def _log_loss(scores: Scores) -> NDArray[np.float64]:
    """Of each picture -log p(true class) = log(1 + exp(-z)), z the logit, negative for reals: never log(0)."""
    signs = 2 * scores.targets - 1
    return np.asarray(np.logaddexp(0.0, -signs * scores.logits))


def _mean(values: NDArray[np.bool_] | NDArray[np.float64]) -> float | None:
    return float(values.mean()) if values.size else None
