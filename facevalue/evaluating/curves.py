"""The points of the curves and tables that show a method; ready for CSV or JSON."""

from collections.abc import Sequence

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


def mean_roc(curves: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several trainings' ROC as one: at every false positive rate of any, the mean of their true positive rates.

    Vertical averaging (Fawcett 2006, section 9.1). Where a curve stands upright it has a foot and a top, and so has the
    mean. Columns as `roc_points`, without `threshold`; where a training has no curve there is none.
    """
    return _mean_curve(curves, _ROC[0], _ROC[1], step=False)


def mean_precision_recall(curves: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The same of precision at every recall; between two points it is that of the higher recall."""
    rising = [curve.iloc[::-1] for curve in curves]
    return _mean_curve(rising, _PRECISION_RECALL[0], _PRECISION_RECALL[1], step=True).iloc[::-1].reset_index(drop=True)


def _mean_curve(curves: Sequence[pd.DataFrame], x: str, y: str, step: bool) -> pd.DataFrame:
    if any(curve.empty for curve in curves):
        return pd.DataFrame(columns=[x, y], dtype=np.float64)
    lines = [(curve[x].to_numpy(), curve[y].to_numpy()) for curve in curves]
    if len(lines) == 1:
        return pd.DataFrame(dict(zip((x, y), lines[0], strict=True)))
    grid = np.unique(np.concatenate([line[0] for line in lines]))
    feet, tops = (np.mean(ends, axis=0) for ends in zip(*(_ends(*line, grid, step) for line in lines), strict=True))
    points = pd.DataFrame({x: np.repeat(grid, 2), y: np.column_stack([feet, tops]).ravel()})
    return points.drop_duplicates(ignore_index=True)


def _ends(
    x: NDArray[np.float64], y: NDArray[np.float64], grid: NDArray[np.float64], step: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A rising curve at every point of the grid: its foot and its top, which differ where it stands upright."""
    first, after = (np.searchsorted(x, grid, side=side) for side in ("left", "right"))
    there = after > first
    between = y[np.minimum(first, len(y) - 1)] if step else np.interp(grid, x, y)
    return np.where(there, y[np.minimum(first, len(y) - 1)], between), np.where(there, y[after - 1], between)


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
