"""Means of several AUCs, each on some of the same pictures: covariance by leaving out one group at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from facevalue.statistics import jackknife
from facevalue.statistics.delong import CHANCE_VARIANCE, Placements
from facevalue.statistics.intervals import Difference, Estimate, Estimator, StudentEstimate, Values
from facevalue.statistics.resampling import Groups
from facevalue.statistics.trainings import Trainings


@dataclass(frozen=True, eq=False)
class Combined:
    """AUCs of k methods in r trainings, or means of such, and what each is without every group of pictures.

    Attributes:
        values: (k, r).
        without: (groups, k, r), over all groups there are; NaN where no pair of a fake and a real is left.
    """

    values: NDArray[np.float64]
    without: NDArray[np.float64]

    @classmethod
    def of_aucs(
        cls, targets: NDArray[np.int64], logits: NDArray[np.float64], groups: NDArray[np.int64], count: int
    ) -> Self:
        """The AUCs on some pictures.

        Args:
            targets: (n,), fake = 1; both classes.
            logits: (n, k, r), finite.
            groups: (n,), numbers below `count`.
            count: how many groups all pictures have; a group that none of these is in changes nothing.
        """
        columns = logits.reshape(len(targets), -1)
        single = np.zeros(columns.shape, dtype=np.int64)
        placed, found = Placements.of(targets, columns), Groups.of(groups, targets)
        without = np.tile(placed.aucs, (count, 1))
        with np.errstate(invalid="ignore"):  # a group that holds every pair leaves none
            without[np.unique(groups)] = jackknife.aucs_without(placed, targets, columns, single, found)
        return cls(placed.aucs.reshape(logits.shape[1:]), without.reshape(count, *logits.shape[1:]))

    @classmethod
    def mean(cls, several: Sequence[Self]) -> Self:
        """Their mean, each weighing the same."""
        return cls(
            np.mean([each.values for each in several], axis=0), np.mean([each.without for each in several], axis=0)
        )

    @classmethod
    def beside(cls, *several: Self) -> Self:
        """The same methods under several conditions, as more methods: those of the first, then of the second."""
        return cls(
            np.concatenate([each.values for each in several]),
            np.concatenate([each.without for each in several], axis=1),
        )

    def within(self, groups: NDArray[np.int64]) -> Self:
        """The same over some of the groups, by their numbers, where the others change nothing."""
        return type(self)(self.values, self.without[groups])

    def estimator(self, groups: Groups) -> Estimator:
        """Estimates and comparisons: of several trainings as `Trainings`, of one each as `OneTraining`.

        Where one group holds every pair there are but values.

        Args:
            groups: those of all the pictures that the numbers are of. One more picture of each class that is judged by
                chance is added to the variance, as everywhere.
        """
        if not np.isfinite(self.without).all():
            return Values(self.values)
        covariance = jackknife.covariance(self.without.reshape(len(self.without), -1))
        chance = CHANCE_VARIANCE * groups.one_more(groups.fakes, groups.reals)
        shape = self.values.shape
        if shape[1] > 1:
            return Trainings(self.values, covariance.reshape(shape * 2), chance, groups.freedom, groups.count)
        return OneTraining(self.values[:, 0], covariance, chance, groups.freedom, groups.count)


@dataclass(frozen=True, eq=False)
class OneTraining:
    """One measure of k methods of one training each: the pictures' part of `Trainings`, networks held fixed.

    Attributes:
        values: (k,).
        covariance: (k, k), over pictures.
        chance: variance added to one method's.
        freedom: of the covariance.
        size: as how many pictures they count, for Wilson's interval.
    """

    values: NDArray[np.float64]
    covariance: NDArray[np.float64]
    chance: float
    freedom: float
    size: float

    def estimate(self, column: int) -> Estimate:
        """One method's value."""
        found = self._student(float(self.values[column]), float(self.covariance[column, column]), 1)
        return Estimate(found.value, found.score_interval(self.size))

    def compare(self, first: int, second: int) -> Difference:
        """Two methods on the same pictures."""
        own = self.covariance[[first, second], [first, second]].sum()
        variance = max(0.0, float(own - 2 * self.covariance[first, second]))
        found = self._student(float(self.values[second] - self.values[first]), variance, 2)
        return found.between(self.estimate(first), self.estimate(second))

    def _student(self, value: float, variance: float, methods: int) -> StudentEstimate:
        return StudentEstimate(value, float(variance + methods * self.chance) ** 0.5, self.freedom)
