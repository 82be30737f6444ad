"""The points of the curves and tables that show a detector; ready for CSV or JSON."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from facevalue.judging.scored import checked, of_both_classes
from facevalue.judging.scores import called_fake


def roc_points(targets: NDArray[np.int64], logits: NDArray[np.float64]) -> pd.DataFrame:
    """The ROC from (0, 0) to (1, 1), corners only: a row is what happens at its threshold.

    Columns `false_positive_rate`, `true_positive_rate`, `threshold`. The threshold is a probability, as in the
    parameters; the first point, which no picture reaches, has the sigmoid of infinity: 1.0. So every number is finite.

    Raises:
        FacevalueError: no picture, one class only, or a logit that is not finite.
    """
    from sklearn.metrics import roc_curve

    false_positive_rate, true_positive_rate, threshold = roc_curve(*of_both_classes(targets, logits, "a ROC curve"))
    return pd.DataFrame(
        {
            "false_positive_rate": false_positive_rate,
            "true_positive_rate": true_positive_rate,
            "threshold": expit(threshold),
        }
    )


def precision_recall_points(targets: NDArray[np.int64], logits: NDArray[np.float64]) -> pd.DataFrame:
    """Precision against recall, recall falling from 1 to 0.

    Columns `recall`, `precision`, `threshold` (a probability). The last point, recall 0 and precision 1, has no picture
    and by convention the threshold 1.0.

    Raises:
        FacevalueError: no picture, one class only, or a logit that is not finite.
    """
    from sklearn.metrics import precision_recall_curve

    scored = of_both_classes(targets, logits, "a precision-recall curve")
    precision, recall, threshold = precision_recall_curve(*scored, drop_intermediate=True)
    return pd.DataFrame({"recall": recall, "precision": precision, "threshold": [*expit(threshold), 1.0]})


def confusion(targets: NDArray[np.int64], logits: NDArray[np.float64], threshold: float) -> pd.DataFrame:
    """What each picture is and what it was called: columns `actual` and `predicted`, `real` or `fake`, in given order.

    Raises:
        FacevalueError: no picture, or a logit that is not finite.
    """
    scored = checked(targets, logits)
    return pd.DataFrame(
        {"actual": _named(scored.targets == 1), "predicted": _named(called_fake(scored.logits, threshold))}
    )


def _named(fake: NDArray[np.bool_]) -> NDArray[np.str_]:
    return np.where(fake, "fake", "real")
