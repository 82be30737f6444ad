"""By how much a change of the pictures moves scores, and how far it moves real and fake ones apart."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from facevalue.statistics import jackknife
from facevalue.statistics.components import Components, freedom
from facevalue.statistics.intervals import UNKNOWN, Interval, mean, quantile, satterthwaite
from facevalue.statistics.resampling import Groups


class Shift(NamedTuple):
    """A mean by which scores moved, with its interval, and the p-value of the hypothesis that it is 0.

    The interval is `UNKNOWN` and the p-value NaN where a class is missing or all of it is in one group.
    """

    value: float
    interval: Interval
    p_value: float


class Shifts(NamedTuple):
    """That of real pictures, that of fakes, and by how much that of fakes is above that of reals."""

    real: Shift
    fake: Shift
    apart: Shift


_NOTHING = Shift(math.nan, UNKNOWN, math.nan)


def shifts(targets: NDArray[np.int64], moved: NDArray[np.float64], groups: ArrayLike) -> Shifts:
    """How far pictures moved in the mean, by class.

    Hypothesis of `apart`: over pictures like these, both classes move alike. Pairing: a picture's move is between its
    own two scores. Assumption: groups are independent samples; the pictures of one may depend on each other in any way.

    Method: the jackknife over groups gives the variance of each mean and of their difference, so that a group of both
    classes counts as what it is. Student's quantile has one degree of freedom less than there are groups of the class;
    of the difference Satterthwaite's. Of several trainings the mean is taken, and their scatter counts as in
    `Trainings`.

    Args:
        targets: (n,), fake = 1.
        moved: (n, r), by how much each of r trainings' scores moved.
        groups: (n,), a name per picture.
    """
    found = Groups.of(groups, targets)
    counts = {label: counted for label, counted in ((0, found.reals), (1, found.fakes)) if counted.any()}
    means = {label: np.array([mean(column) for column in moved[targets == label].T]) for label in counts}
    if any(np.count_nonzero(counted) < 2 for counted in counts.values()) or len(counts) < 2:
        known = {label: Shift(mean(each), UNKNOWN, math.nan) for label, each in means.items()}
        apart = Shift(mean(means[1] - means[0]), UNKNOWN, math.nan) if len(means) == 2 else _NOTHING
        return Shifts(known.get(0, _NOTHING), known.get(1, _NOTHING), apart)
    left = {label: _without(moved, targets == label, found, counts[label]) for label in counts}
    of_class = {label: jackknife.covariance(left[label][counts[label] > 0]) for label in counts}
    free = {label: float(np.count_nonzero(counts[label]) - 1) for label in counts}
    variances = [float(of_class[label].mean()) for label in counts]
    both = satterthwaite(variances, list(free.values())) if max(variances) > 0 else 1.0
    real, fake = (_shift(means[label], of_class[label], free[label]) for label in counts)
    return Shifts(real, fake, _shift(means[1] - means[0], jackknife.covariance(left[1] - left[0]), both))


def _without(
    moved: NDArray[np.float64], mine: NDArray[np.bool_], groups: Groups, counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """A class's means without each group, (groups, r); without one that holds none of the class, the mean itself."""
    sums = np.column_stack([np.bincount(groups.of_picture[mine], column[mine], groups.count) for column in moved.T])
    return np.asarray((sums.sum(axis=0) - sums) / (counts.sum() - counts)[:, None])


def _shift(means: NDArray[np.float64], covariance: NDArray[np.float64], of_pictures: float) -> Shift:
    """From the trainings' means (r,), their covariance over pictures (r, r) and its degrees of freedom."""
    value, trainings = mean(means), means.size
    if trainings == 1:
        variance, degrees = float(covariance[0, 0]), of_pictures
    else:
        shared = Components.of(covariance.reshape(1, trainings, 1, trainings)).same_method
        parts = [float(means.var(ddof=1)) / trainings, max(shared, 0.0)]
        variance = sum(parts)
        degrees = float(freedom(parts, trainings, of_pictures)) if variance > 0 else of_pictures
    error = math.sqrt(variance)
    if error == 0:  # as where a change leaves every picture as it is
        return Shift(value, Interval(value, value), 1.0 if value == 0 else 0.0)
    reach = float(quantile(degrees)) * error
    p_value = float(2 * student.sf(abs(value) / error, degrees))
    return Shift(value, Interval(value - reach, value + reach), p_value)
