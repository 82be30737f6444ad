"""The points of the curves and tables that show a method; ready for CSV or JSON."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from facevalue.statistics.inputs import checked
from facevalue.statistics.thresholds import Threshold, called_fake

_ROC = ["false_positive_rate", "true_positive_rate", "threshold"]
_PRECISION_RECALL = ["recall", "precision", "threshold"]


def roc_points(targets: NDArray[np.int64], logits: NDArray[np.float64]) -> pd.DataFrame:
    """The ROC from (0, 0) to (1, 1), corners only: a row is what happens at its threshold.

    Columns `false_positive_rate`, `true_positive_rate`, `threshold`. The threshold is a probability, as in the
    parameters; the first point, which no picture reaches, has the sigmoid of infinity: 1.0. So every number is finite.
    Pictures of one class only have no curve: no row.

    Raises:
        ValueError: a logit is NaN or infinite.
    """
    scores = checked(targets, logits)
    if not scores.has_both_classes:
        return pd.DataFrame(columns=_ROC, dtype=np.float64)
    from sklearn.metrics import roc_curve

    false_positive_rate, true_positive_rate, threshold = roc_curve(*scores)
    points = false_positive_rate, true_positive_rate, expit(threshold)
    return pd.DataFrame(dict(zip(_ROC, points, strict=True)))


def precision_recall_points(targets: NDArray[np.int64], logits: NDArray[np.float64]) -> pd.DataFrame:
    """Precision against recall, recall falling from 1 to 0.

    Columns `recall`, `precision`, `threshold` (a probability). The last point, recall 0 and precision 1, has no picture
    and by convention the threshold 1.0. Pictures of one class only have no curve: no row.

    Raises:
        ValueError: a logit is NaN or infinite.
    """
    scores = checked(targets, logits)
    if not scores.has_both_classes:
        return pd.DataFrame(columns=_PRECISION_RECALL, dtype=np.float64)
    from sklearn.metrics import precision_recall_curve

    precision, recall, threshold = precision_recall_curve(*scores, drop_intermediate=True)
    points = recall, precision, np.append(expit(threshold), 1.0)
    return pd.DataFrame(dict(zip(_PRECISION_RECALL, points, strict=True)))


def confusion(targets: NDArray[np.int64], logits: NDArray[np.float64], threshold: Threshold) -> pd.DataFrame:
    """What each picture is and what it was called: columns `actual` and `predicted`, `real` or `fake`, in given order.

    Raises:
        ValueError: a logit is NaN or infinite.
    """
    scores = checked(targets, logits)
    return pd.DataFrame(
        {"actual": named(scores.targets == 1), "predicted": named(called_fake(scores.logits, threshold))}
    )


def named(fake: NDArray[np.bool_]) -> NDArray[np.str_]:
    """`fake` where it is, else `real`."""
    return np.where(fake, "fake", "real")
