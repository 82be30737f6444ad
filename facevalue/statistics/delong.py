"""AUCs of methods on the same pictures: DeLong's covariance in O(n log n), and intervals that hold on few pictures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from facevalue.statistics.inputs import both_classes, checked
from facevalue.statistics.intervals import Difference, Estimate, StudentEstimate, satterthwaite

CHANCE_VARIANCE = 1 / 12
"""Variance of one placement of a score that knows nothing: a placement is then uniform on 0..1."""


@dataclass(frozen=True)
class Placements:
    """Where k methods place the pictures: (m, k) of the m fakes and (n, k) of the n reals.

    `wins` (k,) are the pairs of a fake and a real in the right order, a tie being half of one.

    Hypothesis of a comparison: both AUCs are equal. Pairing: by picture. Assumptions: pictures are independent (where
    they come in groups, use the bootstrap), and each class is a random sample. A tie between a fake and a real counts
    one half.

    Estimate and covariance (DeLong, DeLong & Clarke-Pearson 1988, equations 4-6). A fake's placement is the share of
    reals it is ranked above, a real's the share of fakes above it; their mean over either class is the AUC. With
    S10 and S01 the sample covariance matrices, (2, 2), of the m fakes' and n reals' placements by two methods, that of
    their AUCs is S10 / m + S01 / n. Placements come from mid-ranks (Sun & Xu 2014, equations 11-13).

    Small samples. DeLong's normal interval covers too seldom where few pictures or an AUC near 1 make the variance
    estimate too small, and has no width where both methods are perfect. So one more degree of freedom is given to
    each class, worth the placements' variance at chance and no correlation: S = (sum of squares + I / 12) / m instead
    of (sum of squares) / (m - 1). Satterthwaite's degrees of freedom and Student's t take the place of the normal.
    The square root of that regularised variance is the standard error; interval and p-value follow from it, so they
    never disagree. The addition is 1 / (6 m^2) + 1 / (6 n^2) and fades against DeLong's O(1 / m + 1 / n). Nothing needs
    a special case: identical scores give a difference of 0 and p = 1, two perfect methods an interval around 0 with a
    width.

    Each AUC's own interval is Wilson's, with the pictures counted by what its regularised variance is worth.
    """

    of_fakes: NDArray[np.float64]
    of_reals: NDArray[np.float64]
    wins: NDArray[np.float64]

    @classmethod
    def of(cls, targets: NDArray[np.int64], logits: NDArray[np.float64]) -> "Placements":
        """The placements by targets (n,), fake = 1, and logits (n, k); O(k n log n).

        Raises:
            ValueError: there is no picture, one class only, or a logit that is not finite.
        """
        columns = [checked(targets, column) for column in logits.T]
        if not both_classes(targets):
            raise ValueError("an AUC needs both classes")
        passed = [_passed(each.logits[each.targets == 1], each.logits[each.targets == 0]) for each in columns]
        fakes, reals = (np.column_stack(each) for each in zip(*passed, strict=True))
        return cls(fakes / len(reals), reals / len(fakes), fakes.sum(axis=0))

    @property
    def aucs(self) -> NDArray[np.float64]:
        """The AUC of each method, (k,): the share of pairs in the right order. The one place that computes it."""
        return np.asarray(self.wins / (len(self.of_fakes) * len(self.of_reals)))

    @property
    def covariance(self) -> NDArray[np.float64]:
        """DeLong's own of all AUCs, (k, k), over pictures: S10 / m + S01 / n, not regularised."""
        parts = (np.cov(placed, rowvar=False) / len(placed) for placed in (self.of_fakes, self.of_reals))
        return np.asarray(sum(parts)).reshape(self.wins.size, self.wins.size)

    def estimate(self, column: int) -> Estimate:
        """One method's AUC, and its interval."""
        found = self._student(float(self.aucs[column]), self.of_fakes[:, column], self.of_reals[:, column], 1)
        size = 2 / (1 / len(self.of_fakes) + 1 / len(self.of_reals))
        return Estimate(found.value, found.score_interval(size))

    def compare(self, first: int, second: int) -> Difference:
        """Two methods."""
        fakes, reals = (each[:, second] - each[:, first] for each in (self.of_fakes, self.of_reals))
        value = float((self.wins[second] - self.wins[first]) / (fakes.size * reals.size))
        return self._student(value, fakes, reals, 2).between(self.estimate(first), self.estimate(second))

    @staticmethod
    def _student(
        value: float, of_fakes: NDArray[np.float64], of_reals: NDArray[np.float64], methods: int
    ) -> StudentEstimate:
        """An AUC by its placements, or a difference by theirs."""
        variances = [_regularised(placed, methods) for placed in (of_fakes, of_reals)]
        freedom = satterthwaite(variances, [float(of_fakes.size), float(of_reals.size)])
        return StudentEstimate(value, sum(variances) ** 0.5, freedom)


def _passed(fakes: NDArray[np.float64], reals: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many of the other class each fake stands above and each real below: its mid-rank among all, less its own's.

    Halves at most, so that sums are exact, and AUCs are equal just where they are.
    """
    ranks = rankdata(np.concatenate([fakes, reals]))
    return ranks[: fakes.size] - rankdata(fakes), fakes.size - (ranks[fakes.size :] - rankdata(reals))


def _regularised(placed: NDArray[np.float64], methods: int) -> float:
    squares = float(np.square(placed - placed.mean()).sum())
    return (squares + methods * CHANCE_VARIANCE) / placed.size**2
