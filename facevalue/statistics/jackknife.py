"""Covariance of several measures on pictures in groups: leave one group out at a time."""

import numpy as np
from numpy.typing import NDArray

from facevalue.statistics.delong import Placements, passed
from facevalue.statistics.resampling import Groups


def aucs_without(
    placed: Placements,
    targets: NDArray[np.int64],
    logits: NDArray[np.float64],
    folds: NDArray[np.int64],
    groups: Groups,
) -> NDArray[np.float64]:
    """Each column's AUC without each group, (groups, k), exactly; O(k n log n).

    The pairs that a group's fakes and reals win against all pictures of their fold go; those among themselves went
    twice.

    Args:
        placed: `Placements.of` these targets, logits and folds.
        targets: (n,), fake = 1.
        logits: (n, k).
        folds: (n, k).
        groups: Each in one fold, and none with all pairs of a fake and a real.
    """
    fakes, reals = groups.of_picture[targets == 1], groups.of_picture[targets == 0]
    among = passed(targets, logits, np.broadcast_to(groups.of_picture[:, None], logits.shape))[targets == 1]
    wins = np.column_stack(
        [
            placed.wins[column]
            - np.bincount(fakes, placed.fakes.passed[:, column], groups.count)
            - np.bincount(reals, placed.reals.passed[:, column], groups.count)
            + np.bincount(fakes, among[:, column], groups.count)
            for column in range(logits.shape[1])
        ]
    )
    pairs = np.column_stack([pairs_without(targets, column, groups) for column in folds.T])
    return np.asarray(wins / pairs)


def pairs_without(targets: NDArray[np.int64], folds: NDArray[np.int64], groups: Groups) -> NDArray[np.float64]:
    """How many pairs within folds, (n,), there are without each group, (groups,)."""
    fakes, reals = (np.bincount(folds[targets == kind], minlength=int(folds.max()) + 1) for kind in (1, 0))
    of_group = np.zeros(groups.count, dtype=np.int64)
    of_group[groups.of_picture] = folds
    m, n = fakes[of_group], reals[of_group]
    return np.asarray(float(fakes @ reals) - m * n + (m - groups.fakes) * (n - groups.reals))


def means_without(values: NDArray[np.float64], groups: Groups) -> NDArray[np.float64]:
    """Each column's mean over the pictures without each group, (groups, k), from (n, k)."""
    sizes = groups.fakes + groups.reals
    sums = np.column_stack([np.bincount(groups.of_picture, column, groups.count) for column in values.T])
    return np.asarray((values.sum(axis=0) - sums) / (len(values) - sizes)[:, None])


def covariance(left_out: NDArray[np.float64]) -> NDArray[np.float64]:
    """The jackknife's, (k, k), of k measures by their values (groups, k) without each group.

    (g - 1) / g times the sum of squares and products about the mean (Efron and Tibshirani 1993, equation 11.5).
    """
    count = len(left_out)
    return (count - 1) / count * products(left_out)


def products(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of squares and products about the mean, (k, k), of values (n, k)."""
    centred = values - values.mean(axis=0)
    return np.asarray(centred.T @ centred)
