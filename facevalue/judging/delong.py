"""Two AUCs on the same pictures: DeLong's covariance in O(n log n), and intervals that hold on few pictures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from facevalue.judging.intervals import Estimate, Interval, satterthwaite
from facevalue.judging.scored import of_both_classes

CHANCE_VARIANCE = 1 / 12
"""Variance of one placement of a score that knows nothing: a placement is then uniform on 0..1."""


@dataclass(frozen=True)
class PairedAUC:
    """What `delong` found; `difference` is crop minus full, `covariance` DeLong's own, of (full, crop)."""

    auc_full: float
    auc_crop: float
    difference: float
    standard_error: float
    degrees_of_freedom: float
    interval: Interval
    p_value: float
    interval_full: Interval
    interval_crop: Interval
    covariance: tuple[tuple[float, float], tuple[float, float]]


def delong(targets: NDArray[np.int64], full: NDArray[np.float64], crop: NDArray[np.float64]) -> PairedAUC:
    """Compare the AUC of two detectors that scored the same pictures.

    Hypothesis: both AUCs are equal. Pairing: by picture. Assumptions: pictures are independent (where they come in
    groups, use the bootstrap), and each class is a random sample. A tie between a fake and a real counts one half.

    Estimate and covariance (DeLong, DeLong & Clarke-Pearson 1988, equations 4-6). A fake's placement is the share of
    reals it is ranked above, a real's the share of fakes above it; their mean over either class is the AUC. With
    S10 and S01 the sample covariance matrices, (2, 2), of the m fakes' and n reals' placements by both detectors,
    `covariance` = S10 / m + S01 / n. Placements come from mid-ranks (Sun & Xu 2014, equations 11-13).

    Small samples. DeLong's normal interval covers too seldom where few pictures or an AUC near 1 make the variance
    estimate too small, and has no width where both detectors are perfect. So one more degree of freedom is given to
    each class, worth the placements' variance at chance and no correlation: S = (sum of squares + I / 12) / m instead
    of (sum of squares) / (m - 1). Satterthwaite's degrees of freedom and Student's t take the place of the normal.
    That steadied variance is `standard_error` squared; interval and p-value follow from it, so they never disagree.
    The addition is 1 / (6 m^2) + 1 / (6 n^2) and fades against DeLong's O(1 / m + 1 / n). Nothing needs a special
    case: identical scores give a difference of 0 and p = 1, two perfect detectors an interval around 0 with a width.

    Each AUC's own interval is Wilson's, with the pictures counted by what its steadied variance is worth.

    Args:
        targets: (n,), fake = 1.
        full: (n,), logits from the whole picture.
        crop: (n,), logits from the face.

    Raises:
        FacevalueError: no picture, one class only, or a logit that is not finite.
    """
    of_fakes, of_reals = placements(targets, full, crop)
    aucs = of_fakes.mean(axis=0)
    estimate = _estimate(aucs, of_fakes, of_reals, np.array([-1.0, 1.0]))
    size = 2 / (1 / len(of_fakes) + 1 / len(of_reals))
    covariance = (_covariance(of_fakes) + _covariance(of_reals)).tolist()
    return PairedAUC(
        auc_full=float(aucs[0]),
        auc_crop=float(aucs[1]),
        difference=estimate.value,
        standard_error=estimate.standard_error,
        degrees_of_freedom=estimate.degrees_of_freedom,
        interval=estimate.interval,
        p_value=estimate.p_value,
        interval_full=_estimate(aucs, of_fakes, of_reals, np.array([1.0, 0.0])).score_interval(size),
        interval_crop=_estimate(aucs, of_fakes, of_reals, np.array([0.0, 1.0])).score_interval(size),
        covariance=(tuple(covariance[0]), tuple(covariance[1])),
    )


def placements(
    targets: NDArray[np.int64], full: NDArray[np.float64], crop: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The placements (m, 2) of the m fakes and (n, 2) of the n reals, columns full and crop; O(n log n).

    Raises:
        FacevalueError: no picture, one class only, or a logit that is not finite.
    """
    columns = [of_both_classes(targets, logits, "an AUC") for logits in (full, crop)]
    placed = [_placements(scored.logits[scored.targets == 1], scored.logits[scored.targets == 0]) for scored in columns]
    return np.column_stack([fakes for fakes, _ in placed]), np.column_stack([reals for _, reals in placed])


def _placements(
    fakes: NDArray[np.float64], reals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Among how many of the other class each one stands: its mid-rank among all, less that among its own."""
    ranks = rankdata(np.concatenate([fakes, reals]))
    below_fakes = ranks[: fakes.size] - rankdata(fakes)
    below_reals = ranks[fakes.size :] - rankdata(reals)
    return below_fakes / reals.size, 1 - below_reals / fakes.size


def _squares(placed: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = placed - placed.mean(axis=0)
    return np.asarray(centred.T @ centred)


def _covariance(placed: NDArray[np.float64]) -> NDArray[np.float64]:
    """DeLong's S / m, (2, 2); one picture alone has none: NaN."""
    count = len(placed)
    return _squares(placed) / ((count - 1) * count) if count > 1 else np.full((2, 2), np.nan)


def _estimate(
    aucs: NDArray[np.float64],
    of_fakes: NDArray[np.float64],
    of_reals: NDArray[np.float64],
    contrast: NDArray[np.float64],
) -> Estimate:
    """The steadied estimate of one contrast of both AUCs: crop minus full, or one alone."""
    counts = [float(len(of_fakes)), float(len(of_reals))]
    steadied = [(_squares(placed) + CHANCE_VARIANCE * np.eye(2)) / len(placed) ** 2 for placed in (of_fakes, of_reals)]
    variances = [float(contrast @ part @ contrast) for part in steadied]
    return Estimate(float(contrast @ aucs), sum(variances) ** 0.5, satterthwaite(variances, counts))
