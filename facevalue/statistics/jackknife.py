"""Covariance of several measures on pictures in groups: leave one group out at a time."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from facevalue.statistics.delong import Placements
from facevalue.statistics.resampling import Groups


def aucs_without(
    placed: Placements, targets: NDArray[np.int64], logits: NDArray[np.float64], groups: Groups
) -> NDArray[np.float64]:
    """Each column's AUC without each group, (groups, k), exactly; O(k n log n).

    The pairs that a group's fakes and reals win against all pictures go; those among themselves went twice.

    Args:
        placed: `Placements.of` these targets and logits.
        targets: (n,), fake = 1.
        logits: (n, k).
        groups: Of which none holds a whole class.
    """
    fakes, reals = groups.of_picture[targets == 1], groups.of_picture[targets == 0]
    m, n = len(fakes), len(reals)
    wins = np.column_stack(
        [
            placed.wins[column]
            - np.bincount(fakes, placed.of_fakes[:, column] * n, groups.count)
            - np.bincount(reals, placed.of_reals[:, column] * m, groups.count)
            + _wins_within(targets, logits[:, column], groups)
            for column in range(logits.shape[1])
        ]
    )
    return np.asarray(wins / ((m - groups.fakes) * (n - groups.reals))[:, None])


def means_without(values: NDArray[np.float64], groups: Groups) -> NDArray[np.float64]:
    """Each column's mean over the pictures without each group, (groups, k), from (n, k)."""
    sizes = groups.fakes + groups.reals
    sums = np.column_stack([np.bincount(groups.of_picture, column, groups.count) for column in values.T])
    return np.asarray((values.sum(axis=0) - sums) / (len(values) - sizes)[:, None])


def covariance(left_out: NDArray[np.float64]) -> NDArray[np.float64]:
    """The jackknife's, (k, k), of k measures by their values (groups, k) without each group.

    (g - 1) / g times the sum of squares and products about the mean (Efron and Tibshirani 1993, equation 11.5).
    """
    centred = left_out - left_out.mean(axis=0)
    count = len(left_out)
    return np.asarray((count - 1) / count * centred.T @ centred)


def _wins_within(targets: NDArray[np.int64], logits: NDArray[np.float64], groups: Groups) -> NDArray[np.float64]:
    """Pairs of a fake and a real of one group in the right order, (groups,): a rank sum per group."""
    apart = groups.of_picture * (len(logits) + 1.0) + rankdata(logits)  # group by group, in the logits' order
    sizes = groups.fakes + groups.reals
    within = rankdata(apart) - (np.cumsum(sizes) - sizes)[groups.of_picture]
    fake = targets == 1
    ranks = np.bincount(groups.of_picture[fake], within[fake], groups.count)
    return np.asarray(ranks - groups.fakes * (groups.fakes + 1) / 2)
