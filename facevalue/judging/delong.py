"""Two AUCs on the same pictures: DeLong's covariance in O(n log n), and intervals that hold on few pictures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from facevalue.judging.intervals import Estimate, Own, Paired, satterthwaite
from facevalue.judging.scored import of_both_classes

CHANCE_VARIANCE = 1 / 12
"""Variance of one placement of a score that knows nothing: a placement is then uniform on 0..1."""


@dataclass(frozen=True)
class PairedAUC(Paired):
    """What `delong` found; `covariance` is DeLong's own, of (first, second)."""

    degrees_of_freedom: float
    covariance: tuple[tuple[float, float], tuple[float, float]]


def delong(targets: NDArray[np.int64], first: NDArray[np.float64], second: NDArray[np.float64]) -> PairedAUC:
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
        first: (n,), logits of one detector.
        second: (n,), logits of the other.

    Raises:
        FacevalueError: no picture, one class only, or a logit that is not finite.
    """
    return Placements.of(targets, np.column_stack([first, second])).compare(0, 1)


@dataclass(frozen=True)
class Placements:
    """Where k detectors place the pictures: (m, k) of the m fakes and (n, k) of the n reals.

    `wins` (k,) are the pairs of a fake and a real in the right order, a tie being half of one.
    """

    of_fakes: NDArray[np.float64]
    of_reals: NDArray[np.float64]
    wins: NDArray[np.float64]

    @classmethod
    def of(cls, targets: NDArray[np.int64], logits: NDArray[np.float64]) -> "Placements":
        """The placements by targets (n,) and logits (n, k); O(k n log n).

        Raises:
            FacevalueError: no picture, one class only, or a logit that is not finite.
        """
        columns = [of_both_classes(targets, column, "an AUC") for column in logits.T]
        passed = [_passed(each.logits[each.targets == 1], each.logits[each.targets == 0]) for each in columns]
        fakes, reals = (np.column_stack(each) for each in zip(*passed, strict=True))
        return cls(fakes / len(reals), reals / len(fakes), fakes.sum(axis=0))

    def own(self, column: int) -> Own:
        """One detector's AUC, and its interval as `delong` has it."""
        estimate = _estimate(self.wins[column], self.of_fakes[:, column], self.of_reals[:, column], 1)
        size = 2 / (1 / len(self.of_fakes) + 1 / len(self.of_reals))
        return Own(estimate.value, estimate.score_interval(size))

    def compare(self, first: int, second: int) -> PairedAUC:
        """Two detectors, as `delong` does."""
        fakes, reals = self.of_fakes[:, [first, second]], self.of_reals[:, [first, second]]
        ahead = self.wins[second] - self.wins[first]
        estimate = _estimate(ahead, fakes[:, 1] - fakes[:, 0], reals[:, 1] - reals[:, 0], 2)
        covariance = (_covariance(fakes) + _covariance(reals)).tolist()
        one, other = self.own(first), self.own(second)
        return PairedAUC(
            first=one.value,
            second=other.value,
            difference=estimate.value,
            standard_error=estimate.standard_error,
            interval=estimate.interval,
            p_value=estimate.p_value,
            first_interval=one.interval,
            second_interval=other.interval,
            degrees_of_freedom=estimate.degrees_of_freedom,
            covariance=(tuple(covariance[0]), tuple(covariance[1])),
        )


def _passed(fakes: NDArray[np.float64], reals: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many of the other class each fake stands above and each real below: its mid-rank among all, less its own's.

    Halves at most, so that sums are exact, and AUCs are equal just where they are.
    """
    ranks = rankdata(np.concatenate([fakes, reals]))
    return ranks[: fakes.size] - rankdata(fakes), fakes.size - (ranks[fakes.size :] - rankdata(reals))


def _covariance(placed: NDArray[np.float64]) -> NDArray[np.float64]:
    """DeLong's S / m, (2, 2); one picture alone has none: NaN."""
    count = len(placed)
    return np.cov(placed, rowvar=False) / count if count > 1 else np.full((2, 2), np.nan)


def _estimate(wins: float, of_fakes: NDArray[np.float64], of_reals: NDArray[np.float64], detectors: int) -> Estimate:
    """The steadied estimate of one detector's AUC by its wins and placements, or of a difference by theirs."""
    variances = [_steadied(placed, detectors) for placed in (of_fakes, of_reals)]
    freedom = satterthwaite(variances, [float(of_fakes.size), float(of_reals.size)])
    return Estimate(float(wins / (of_fakes.size * of_reals.size)), sum(variances) ** 0.5, freedom)


def _steadied(placed: NDArray[np.float64], detectors: int) -> float:
    squares = float(np.square(placed - placed.mean()).sum())
    return (squares + detectors * CHANCE_VARIANCE) / placed.size**2
