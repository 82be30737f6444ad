"""AUCs of networks on the same pictures: DeLong's covariance in O(n log n), and intervals that hold on few pictures."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from facevalue.statistics.inputs import checked
from facevalue.statistics.intervals import Difference, Estimate, StudentEstimate, satterthwaite

CHANCE_VARIANCE = 1 / 12
"""Variance of one placement of a score that knows nothing: a placement is then uniform on 0..1."""


class Side(NamedTuple):
    """What the pictures of one class come to, in k columns.

    Attributes:
        passed: how many of the other class each is on the right side of, (m, k), a tie being half of one.
        deviations: of its placement from the mean of its fold, (m, k).
        means: how many means those are taken from: the folds of a column, at most.
    """

    passed: NDArray[np.float64]
    deviations: NDArray[np.float64]
    means: int

    @classmethod
    def of(cls, passed: NDArray[np.float64], folds: NDArray[np.int64], pairs: NDArray[np.float64]) -> "Side":
        """From what each passed and its fold, both (m, k), and all pairs of each column (k,)."""
        placed = passed * (len(passed) / pairs)
        columns = [each - _fold_means(each, fold)[fold] for each, fold in zip(placed.T, folds.T, strict=True)]
        return cls(passed, np.column_stack(columns), max(np.unique(fold).size for fold in folds.T))

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Of the mean placements, (k, k)."""
        count = len(self.deviations)
        return np.asarray(self.deviations.T @ self.deviations / (count * max(1, count - self.means)))

    def regularised(self, deviations: NDArray[np.float64], methods: int) -> tuple[float, float]:
        """Variance of a mean placement by its deviations (m,), with what is added to each method's, and its freedom."""
        count = len(deviations)
        freedom = max(1, count + 1 - self.means)
        squares = float(np.square(deviations).sum()) + methods * CHANCE_VARIANCE
        return squares / (count * freedom), float(freedom)


@dataclass(frozen=True)
class Placements:
    """Where k columns of scores place the fakes and the reals.

    `wins` (k,) are the pairs of a fake and a real in the right order, a tie being half of one, `pairs` (k,) all pairs.
    With cross-fitting, the scores of different folds come from different networks: pairs are those within a fold.

    Hypothesis of a comparison: both AUCs are equal. Pairing: by picture. Assumptions: pictures are independent (where
    they come in groups, use the bootstrap), and each class is a random sample. A tie between a fake and a real counts
    one half.

    Estimate and covariance (DeLong, DeLong & Clarke-Pearson 1988, equations 4-6). A fake's placement is the share of
    reals it is ranked above, a real's the share of fakes above it; their mean over either class is the AUC. With
    S10 and S01 the sample covariance matrices, (2, 2), of the m fakes' and n reals' placements by two methods, that of
    their AUCs is S10 / m + S01 / n. Placements come from mid-ranks (Sun & Xu 2014, equations 11-13). Over folds the AUC
    is the mean of theirs, weighted by their pairs; a placement is weighted in the same way, so that the mean is the AUC
    again, and deviates from the mean of its own fold, whose network is held fixed.

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

    fakes: Side
    reals: Side
    wins: NDArray[np.float64]
    pairs: NDArray[np.float64]

    @classmethod
    def of(
        cls, targets: NDArray[np.int64], logits: NDArray[np.float64], folds: NDArray[np.int64] | None = None
    ) -> "Placements":
        """The placements by targets (n,), fake = 1, and logits (n, k); O(k n log n).

        Args:
            targets: (n,), fake = 1.
            logits: (n, k).
            folds: (n, k), which network scored a picture; None where one network of a column scored all.

        Raises:
            ValueError: there is no picture, no fold with both classes, or a logit that is not finite.
        """
        within = np.zeros(logits.shape, dtype=np.int64) if folds is None else folds
        for column in logits.T:
            checked(targets, column)
        pairs = np.array([pairs_within(targets, column) for column in within.T])
        if not pairs.all():
            raise ValueError("an AUC needs both classes")
        won = passed(targets, logits, within)
        fakes, reals = (Side.of(won[kind], within[kind], pairs) for kind in (targets == 1, targets == 0))
        return cls(fakes, reals, fakes.passed.sum(axis=0), pairs)

    @property
    def aucs(self) -> NDArray[np.float64]:
        """The AUC of each column, (k,): the share of pairs in the right order. The one place that computes it."""
        return np.asarray(self.wins / self.pairs)

    @property
    def covariance(self) -> NDArray[np.float64]:
        """DeLong's own of all AUCs, (k, k), over pictures: S10 / m + S01 / n, not regularised."""
        return self.fakes.covariance + self.reals.covariance

    def estimate(self, column: int) -> Estimate:
        """One method's AUC, and its interval."""
        found = self._student(float(self.aucs[column]), [side.deviations[:, column] for side in self._sides], 1)
        size = 2 / sum(1 / len(side.deviations) for side in self._sides)
        return Estimate(found.value, found.score_interval(size))

    def compare(self, first: int, second: int) -> Difference:
        """Two methods, whose folds are the same."""
        value = float((self.wins[second] - self.wins[first]) / self.pairs[second])
        apart = [side.deviations[:, second] - side.deviations[:, first] for side in self._sides]
        return self._student(value, apart, 2).between(self.estimate(first), self.estimate(second))

    @property
    def _sides(self) -> tuple[Side, Side]:
        return self.fakes, self.reals

    def _student(self, value: float, deviations: list[NDArray[np.float64]], methods: int) -> StudentEstimate:
        """An AUC by the deviations of its placements, or a difference by theirs, on either side."""
        found = [side.regularised(each, methods) for side, each in zip(self._sides, deviations, strict=True)]
        variances, freedoms = ([each[kind] for each in found] for kind in (0, 1))
        return StudentEstimate(value, sum(variances) ** 0.5, satterthwaite(variances, freedoms))


def passed(targets: NDArray[np.int64], logits: NDArray[np.float64], folds: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many of the other class in its fold each fake stands above and each real below, (n, k), from two (n, k).

    Its mid-rank among all of the fold, less that among its own class: halves at most, so that sums are exact, and AUCs
    are equal just where they are.
    """
    fake = targets == 1
    above = _ranks(logits, folds)
    for kind in (fake, ~fake):
        above[kind] -= _ranks(logits[kind], folds[kind])
    fakes = np.column_stack([np.bincount(fold[fake], minlength=int(fold.max()) + 1)[fold] for fold in folds.T])
    return np.where(fake[:, None], above, fakes - above)


def pairs_within(targets: NDArray[np.int64], folds: NDArray[np.int64]) -> float:
    """How many pairs of a fake and a real of one fold there are, by targets and folds, (n,)."""
    counts = (np.bincount(folds[targets == kind], minlength=folds.max(initial=0) + 1) for kind in (0, 1))
    return float(np.prod(list(counts), axis=0).sum())


def _ranks(logits: NDArray[np.float64], folds: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mid-rank of each logit in its fold, (n, k)."""
    ranks = np.asarray(rankdata(logits, axis=0))
    if not folds.any():
        return ranks
    apart = folds * (len(logits) + 1.0) + ranks  # fold by fold, in the logits' order
    return np.asarray(rankdata(apart, axis=0)) - np.column_stack([_before(fold) for fold in folds.T])


def _before(folds: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many pictures are in folds of lower number, (n,)."""
    sizes = np.bincount(folds)
    return np.asarray((np.cumsum(sizes) - sizes)[folds])


def _fold_means(values: NDArray[np.float64], folds: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean of each fold's values, (folds,); of a fold without any, 0."""
    return np.asarray(np.bincount(folds, values) / np.maximum(1, np.bincount(folds)))
