"""Methods on pictures that come in groups: resample the groups, not the pictures."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facevalue.statistics.delong import CHANCE_VARIANCE, Placements
from facevalue.statistics.intervals import Difference, Estimate, StudentEstimate
from facevalue.statistics.resampling import Groups

RESAMPLES = 2000
CHANCE = 0.5
COIN_VARIANCE = 1 / 4  # of a picture that is judged by chance: right or wrong

Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From draws (rows, groups), how often each group was drawn, to (rows, k): the measure of each method."""


@dataclass(frozen=True)
class Resampled:
    """One measure of k methods: `observed` (k,), and `drawn` (resamples, k) from resampled groups.

    `regularisation` is the variance of chance that is added to one method's.
    """

    observed: NDArray[np.float64]
    drawn: NDArray[np.float64]
    regularisation: float
    groups: int
    freedom: float

    @classmethod
    def of(
        cls,
        observed: NDArray[np.float64],
        statistic: Statistic,
        groups: Groups,
        chance: float,
        resamples: int,
        seed: int,
    ) -> "Resampled":
        """Draw and measure; `chance` is the variance of one more group per stratum, were it told by chance."""
        drawn = np.concatenate([statistic(counts) for counts in groups.draws(resamples, seed)])
        return cls(observed, drawn, chance, groups.count, groups.freedom)

    def estimate(self, column: int) -> Estimate:
        """One method's value, and Wilson's interval."""
        found = self._student(float(self.observed[column]), self.drawn[:, column], 1)
        return Estimate(found.value, found.score_interval(self.groups))

    def compare(self, first: int, second: int) -> Difference:
        """Two methods on the same resamples."""
        observed, drawn = (each[..., second] - each[..., first] for each in (self.observed, self.drawn))
        return self._student(float(observed), drawn, 2).between(self.estimate(first), self.estimate(second))

    def _student(self, value: float, drawn: NDArray[np.float64], methods: int) -> StudentEstimate:
        error = float(drawn.var(ddof=1) + methods * self.regularisation) ** 0.5
        return StudentEstimate(value, error, self.freedom)


def grouped_auc(
    targets: NDArray[np.int64],
    logits: NDArray[np.float64],
    groups: ArrayLike,
    resamples: int = RESAMPLES,
    seed: int = 0,
    folds: NDArray[np.int64] | None = None,
) -> Resampled:
    """AUCs, and their comparison, on pictures in groups, such as the pictures of one person.

    Hypothesis of a comparison: both AUCs are equal. Pairing: by picture; a resample draws the same pictures for all
    methods. Assumption: groups are independent samples; pictures within a group may depend on each other in any way.

    Method (Davison & Hinkley 1997, section 3.8): groups are drawn with replacement as wholes, within strata of groups
    with reals only, fakes only, or both, so that every resample keeps both classes. The resamples' variance is
    regularised as in `Placements`, with one more group per stratum whose pictures have the variance of chance and a
    correlation of 1/2 among themselves: with f fakes of m and r reals of n in each group, it adds the stratum's mean of
    (f (f + 1) / m^2 + r (r + 1) / n^2) / 2 times 1/12 per method. Interval and p-value are Student's, with as many
    degrees of freedom as groups less strata. So, one picture per group, this is DeLong's but for the draw. Each AUC's
    own interval is Wilson's, as there, from the same resamples.

    Why not percentiles or BCa: in simulations with 5, 10, 20 and 33 groups the percentile interval covered 69-96 %,
    Hesterberg's expanded one 77-100 %, BCa 68-95 %, and BCa rejected a true hypothesis in up to 17 %; this one covers
    95 % or more, and far more on fewer than ten groups, which cannot tell much.

    Args:
        targets: (n,), fake = 1.
        logits: (n, k), a column per method.
        groups: (n,), a name per picture.
        resamples: How many; time grows with n times this, memory does not. Only their variance is used, so its error is
            one part in sqrt(2 resamples) of the width: 1.6 % for 2,000, 3.2 % for 500.
        seed: Of the draw.
        folds: (n, k), as `Placements.of` takes them.

    Raises:
        ValueError: no picture, no fold with both classes, or a logit that is not finite.
    """
    within = np.zeros(logits.shape, dtype=np.int64) if folds is None else folds
    observed, found = Placements.of(targets, logits, within).aucs, Groups.of(groups, targets)
    aucs = [_weighted_auc(targets, *each, found.of_picture) for each in zip(logits.T, within.T, strict=True)]

    def measured(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([auc(counts) for auc in aucs])

    chance = CHANCE_VARIANCE * found.one_more(found.fakes, found.reals)
    return Resampled.of(observed, measured, found, chance, resamples, seed)


def grouped_accuracy(
    targets: NDArray[np.int64],
    correct: NDArray[np.bool_],
    groups: ArrayLike,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Resampled:
    """Accuracies on pictures in groups; as `grouped_auc`, and with one seed on the same resamples.

    A coin that knows nothing is right with variance 1/4, which takes the place of a placement's 1/12.

    Args:
        targets: (n,), fake = 1.
        correct: (n, k), which pictures each method judged rightly.
        groups: (n,), a name per picture.
        resamples: How many.
        seed: Of the draw.
    """
    found = Groups.of(groups, targets)
    sizes = (found.fakes + found.reals).astype(np.float64)
    hits = np.column_stack([np.bincount(found.of_picture, column, sizes.size) for column in correct.T])

    def measured(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((counts @ hits) / (counts @ sizes)[:, None])

    chance = COIN_VARIANCE * found.one_more(found.fakes + found.reals)
    return Resampled.of(correct.mean(axis=0), measured, found, chance, resamples, seed)


def _weighted_auc(
    targets: NDArray[np.int64],
    logits: NDArray[np.float64],
    folds: NDArray[np.int64],
    of_picture: NDArray[np.int64],
) -> Statistic:
    """The AUC, (rows,), of pictures that count as often as their group was drawn."""
    inside = [folds == fold for fold in np.unique(folds)]
    pairs = [_weighted_pairs(targets[fold], logits[fold], of_picture[fold]) for fold in inside]

    def auc(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        wins, among = np.sum([each(counts) for each in pairs], axis=0)
        return np.where(among > 0, wins / np.maximum(among, 1), CHANCE)  # a draw may leave no fold both classes

    return auc


def _weighted_pairs(
    targets: NDArray[np.int64], logits: NDArray[np.float64], of_picture: NDArray[np.int64]
) -> Statistic:
    """One fold's pairs in the right order, and all of them, (2, rows)."""
    order = np.argsort(logits, kind="stable")
    fakes, reals = order[targets[order] == 1], order[targets[order] == 0]
    below = np.searchsorted(logits[reals], logits[fakes], side="left")
    up_to = np.searchsorted(logits[reals], logits[fakes], side="right")
    groups = of_picture[fakes], of_picture[reals]

    def pairs(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        of_fakes, of_reals = (np.take(counts, each, axis=1) for each in groups)
        passed = np.pad(np.cumsum(of_reals, axis=1), ((0, 0), (1, 0)))
        wins = np.einsum("ij,ij->i", of_fakes, passed[:, below] + passed[:, up_to]) / 2
        return np.stack([wins, of_fakes.sum(axis=1) * passed[:, -1]])

    return pairs
