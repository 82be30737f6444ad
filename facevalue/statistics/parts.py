"""One measure on two parts of the pictures that the same networks scored, such as the young and the old."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facevalue.statistics import jackknife
from facevalue.statistics.bootstrap import COIN_VARIANCE
from facevalue.statistics.delong import CHANCE_VARIANCE, Placements
from facevalue.statistics.intervals import StudentEstimate, mean, satterthwaite
from facevalue.statistics.resampling import Groups
from facevalue.statistics.trainings import Trainings


@dataclass(frozen=True, eq=False)
class Part:
    """One measure of k methods with r trainings each on a part of the pictures, and what each group does to it.

    Hypothesis of a comparison: one method's measure is the same on both parts, in the mean over trainings and pictures
    like these. Pairing: training j of a method scored both parts. Assumptions: no picture is in both; groups are
    independent of each other, and one may have pictures in both parts.

    The covariance over pictures is the jackknife's over groups (`jackknife.covariance`) on either part. Parts that
    share no group are independent; those that do covary by the products of what leaving out a shared group does to
    either. Of one training each the variance of the difference is V1 + V2 - 2 C, of several it is taken apart as in
    `Trainings`, the two parts in place of two methods: what a training does to both cancels. To each part's variance
    that of one more group is added that is judged by chance, as there; degrees of freedom are Satterthwaite's of the
    parts' own.

    Attributes:
        values: (k, r).
        groups: (g,), the groups of its pictures, ascending; numbered as in other parts.
        deviations: (g, k, r), of the measure without each of them from its mean, in units that make their products sum
            up to the covariance.
        chance: variance added to one method's.
        freedom: degrees of freedom of the covariance.
    """

    values: NDArray[np.float64]
    groups: NDArray[np.int64]
    deviations: NDArray[np.float64]
    chance: float
    freedom: float

    @classmethod
    def of_aucs(
        cls,
        targets: NDArray[np.int64],
        logits: NDArray[np.float64],
        groups: NDArray[np.int64],
        folds: NDArray[np.int64],
    ) -> "Part":
        """Of AUCs.

        Args:
            targets: (n,), fake = 1; of either class in two groups at least.
            logits: (n, k, r), finite.
            groups: (n,), numbers.
            folds: (n, r), as `trainings.of_aucs` takes them; no group in all pairs of a fake and a real.
        """
        found, columns = Groups.of(groups, targets), logits.reshape(len(targets), -1)
        within = np.tile(folds, logits.shape[1])
        placed = Placements.of(targets, columns, within)
        left_out = jackknife.aucs_without(placed, targets, columns, within, found)
        chance = CHANCE_VARIANCE * found.one_more(found.fakes, found.reals)
        return cls._of(placed.aucs.reshape(logits.shape[1:]), groups, left_out, chance, found)

    @classmethod
    def of_rates(cls, hits: NDArray[np.bool_], groups: NDArray[np.int64]) -> "Part":
        """Of shares of the pictures, such as a recall, which are one class alone.

        Args:
            hits: (n, k, r).
            groups: (n,), numbers; two at least.
        """
        found = Groups.of(groups, np.zeros(len(hits), dtype=np.int64))
        columns = hits.reshape(len(hits), -1).astype(np.float64)
        left_out = jackknife.means_without(columns, found)
        chance = COIN_VARIANCE * found.one_more(found.reals)
        return cls._of(hits.mean(axis=0), groups, left_out, chance, found)

    @classmethod
    def _of(
        cls,
        values: NDArray[np.float64],
        groups: NDArray[np.int64],
        left_out: NDArray[np.float64],
        chance: float,
        found: Groups,
    ) -> "Part":
        scale = math.sqrt((found.count - 1) / found.count)
        deviations = scale * (left_out - left_out.mean(axis=0))
        return cls(values, np.unique(groups), deviations.reshape(-1, *values.shape), chance, found.freedom)

    def estimate(self, method: int) -> StudentEstimate:
        """One method's mean over trainings, with its standard error and degrees of freedom."""
        values, covariance = self.values[method], self._covariance(self, method)
        if values.size > 1:
            crossed = covariance[None, :, None, :]
            return Trainings(values[None], crossed, self.chance, self.freedom).student(0)
        return StudentEstimate(mean(values), math.sqrt(covariance[0, 0] + self.chance), self.freedom)

    def difference(self, other: "Part", method: int) -> StudentEstimate:
        """The other part's mean over trainings less this one's."""
        values = np.stack([self.values[method], other.values[method]])
        own, others = self._covariance(self, method), other._covariance(other, method)
        between = self._covariance(other, method)
        variances = [own.diagonal().mean() + self.chance, others.diagonal().mean() + other.chance]
        freedom = satterthwaite(variances, [self.freedom, other.freedom])
        if values.shape[1] > 1:
            crossed = np.stack([np.stack([own, between], axis=1), np.stack([between.T, others], axis=1)])
            return Trainings(values, crossed, (self.chance + other.chance) / 2, freedom).difference(0, 1)
        variance = sum(variances) - 2 * between[0, 0]
        return StudentEstimate(float(values[1, 0] - values[0, 0]), math.sqrt(variance), freedom)

    def _covariance(self, other: "Part", method: int) -> NDArray[np.float64]:
        """Over pictures, of this part's trainings and the other's, (r, r)."""
        _, own, others = np.intersect1d(self.groups, other.groups, assume_unique=True, return_indices=True)
        return np.asarray(self.deviations[own, method].T @ other.deviations[others, method])
