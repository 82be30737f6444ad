"""Two detectors on pictures that come in groups: resample the groups, not the pictures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from facevalue.judging.delong import CHANCE_VARIANCE
from facevalue.judging.intervals import Estimate, Interval
from facevalue.judging.scored import of_both_classes

RESAMPLES = 2000
_BLOCK = 4_000_000  # weights held at a time: 32 MB
_WITHIN = 0.5  # correlation of two pictures of one group that the steadying takes for granted

Statistic = Callable[[NDArray[np.int64]], NDArray[np.float64]]
"""From weights (resamples, n), how often each picture was drawn, to (resamples, 2): the measure of full and of crop."""


@dataclass(frozen=True)
class GroupedDifference:
    """What `grouped_auc` or `grouped_accuracy` found; `difference` is crop minus full."""

    difference: float
    standard_error: float
    degrees_of_freedom: float
    interval: Interval
    p_value: float
    interval_full: Interval
    interval_crop: Interval
    groups: int
    resamples: int


@dataclass(frozen=True)
class Groups:
    """Which group each picture is in, and which groups are alike.

    `of_picture` (n,) and `stratum` (groups,) are indices; groups are numbered by their sorted names, so that the order
    of the pictures is of no account. Groups are alike that hold reals only, fakes only, or both.
    """

    of_picture: NDArray[np.int64]
    stratum: NDArray[np.int64]
    fakes: NDArray[np.int64]
    reals: NDArray[np.int64]

    @classmethod
    def of(cls, names: ArrayLike, targets: NDArray[np.int64]) -> "Groups":
        """The groups that the pictures' group names (n,) and targets (n,) make."""
        of_picture, found = pd.factorize(np.asarray(names, dtype=object), sort=True)
        fakes = np.bincount(of_picture[targets == 1], minlength=len(found))
        reals = np.bincount(of_picture[targets == 0], minlength=len(found))
        _, stratum = np.unique(2 * (fakes > 0) + (reals > 0), return_inverse=True)
        return cls(of_picture, stratum, fakes, reals)


def grouped_auc(
    targets: NDArray[np.int64],
    full: NDArray[np.float64],
    crop: NDArray[np.float64],
    groups: ArrayLike,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> GroupedDifference:
    """Compare two AUCs on pictures in groups, such as the pictures of one person.

    Hypothesis: both AUCs are equal. Pairing: by picture; a resample draws the same pictures for both detectors.
    Assumption: groups are independent samples; pictures within a group may depend on each other in any way.

    Method (Davison & Hinkley 1997, section 3.8): groups are drawn with replacement as wholes, within strata of groups
    with reals only, fakes only, or both, so that every resample keeps both classes. The resamples' variance is
    steadied as in `delong`, with one more group per stratum whose pictures have the variance of chance and a
    correlation of 1/2 among themselves: with f fakes of m and r reals of n in each group, it adds the stratum's mean of
    (f (f + 1) / m^2 + r (r + 1) / n^2) / 2 times 1/6. Interval and p-value are Student's, with as many degrees of
    freedom as groups less strata. So, one picture per group, this is `delong` but for the draw. Each AUC's own interval
    is Wilson's, as there, from the same resamples.

    Why not percentiles or BCa: in simulations with 5, 10, 20 and 33 groups the percentile interval covered 69-96 %,
    Hesterberg's expanded one 77-100 %, BCa 68-95 %, and BCa rejected a true hypothesis in up to 17 %; this one covers
    95 % or more, and far more on fewer than ten groups, which cannot tell much.

    Args:
        targets: (n,), fake = 1.
        full: (n,), logits from the whole picture.
        crop: (n,), logits from the face.
        groups: (n,), a name per picture.
        resamples: How many; time grows with n times this, memory does not.
        seed: Of the draw.

    Raises:
        FacevalueError: no picture, one class only, or a logit that is not finite.
    """
    scored = of_both_classes(targets, full, "an AUC"), of_both_classes(targets, crop, "an AUC")
    labels = scored[0].targets
    auc_full, auc_crop = (_weighted_auc(labels, each.logits) for each in scored)

    def both(weights: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.column_stack([auc_full(weights), auc_crop(weights)])

    found = Groups.of(groups, labels)
    return _judge(both, found, CHANCE_VARIANCE * (_worth(found.fakes) + _worth(found.reals)), resamples, seed)


def grouped_accuracy(
    correct_full: NDArray[np.bool_],
    correct_crop: NDArray[np.bool_],
    targets: NDArray[np.int64],
    groups: ArrayLike,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> GroupedDifference:
    """Compare two accuracies on pictures in groups; as `grouped_auc`, and with one seed on the same resamples.

    A coin that knows nothing is right with variance 1/4, which takes the place of a placement's 1/12.

    Args:
        correct_full: (n,), whether the whole picture was judged rightly.
        correct_crop: (n,), whether the face was.
        targets: (n,), fake = 1.
        groups: (n,), a name per picture.
        resamples: How many.
        seed: Of the draw.
    """
    correct = np.column_stack([correct_full, correct_crop]).astype(np.int64)

    def both(weights: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(weights @ correct / weights.sum(axis=1, keepdims=True))

    found = Groups.of(groups, targets)
    return _judge(both, found, _worth(found.fakes + found.reals) / 4, resamples, seed)


def _worth(pictures: NDArray[np.int64]) -> NDArray[np.float64]:
    """Variance, in units of one picture's, that each group of so many pictures adds to the mean over all pictures."""
    return np.asarray(pictures * (1 + (pictures - 1) * _WITHIN) / pictures.sum() ** 2)


def _judge(
    both: Statistic, groups: Groups, chance: NDArray[np.float64], resamples: int, seed: int
) -> GroupedDifference:
    drawn = np.concatenate([both(weights) for weights in _draws(groups, resamples, np.random.default_rng(seed))])
    observed = both(np.ones((1, groups.of_picture.size), dtype=np.int64))[0]
    sizes = np.bincount(groups.stratum)
    added, count = float((np.bincount(groups.stratum, chance) / sizes).sum()), int(sizes.sum())

    def estimate(value: float, values: NDArray[np.float64], methods: int) -> Estimate:
        error = float(values.var(ddof=1) + methods * added) ** 0.5
        return Estimate(value, error, max(1.0, float(count - sizes.size)))

    ahead = estimate(float(observed[1] - observed[0]), drawn[:, 1] - drawn[:, 0], 2)
    full, crop = (estimate(float(observed[column]), drawn[:, column], 1) for column in (0, 1))
    return GroupedDifference(
        difference=ahead.value,
        standard_error=ahead.standard_error,
        degrees_of_freedom=ahead.degrees_of_freedom,
        interval=ahead.interval,
        p_value=ahead.p_value,
        interval_full=full.score_interval(count),
        interval_crop=crop.score_interval(count),
        groups=count,
        resamples=resamples,
    )


def _draws(groups: Groups, resamples: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Weights (rows, n) in blocks of rows that bound the memory, `resamples` rows in all."""
    rows = max(1, _BLOCK // groups.of_picture.size)
    for start in range(0, resamples, rows):
        yield _counts(groups, min(rows, resamples - start), rng)[:, groups.of_picture]


def _counts(groups: Groups, rows: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How often each group is drawn, (rows, groups): in each stratum as many groups as it has, with replacement."""
    counts = np.zeros((rows, groups.stratum.size), dtype=np.int64)
    for stratum in range(groups.stratum.max() + 1):
        members = np.flatnonzero(groups.stratum == stratum)
        picked = rng.integers(members.size, size=(rows, members.size)) + members.size * np.arange(rows)[:, None]
        counts[:, members] = np.bincount(picked.ravel(), minlength=rows * members.size).reshape(rows, members.size)
    return counts


def _weighted_auc(targets: NDArray[np.int64], logits: NDArray[np.float64]) -> Statistic:
    """The AUC of pictures that count as often as their weight; sums of whole numbers, so that no order changes it."""
    order = np.argsort(logits, kind="stable")
    fakes, reals = order[targets[order] == 1], order[targets[order] == 0]
    below = np.searchsorted(logits[reals], logits[fakes], side="left")
    up_to = np.searchsorted(logits[reals], logits[fakes], side="right")

    def auc(weights: NDArray[np.int64]) -> NDArray[np.float64]:
        of_fakes, of_reals = weights[:, fakes], weights[:, reals]
        passed = np.pad(np.cumsum(of_reals, axis=1), ((0, 0), (1, 0)))
        wins = (of_fakes * (passed[:, below] + passed[:, up_to])).sum(axis=1)
        return np.asarray(wins / (2 * of_fakes.sum(axis=1) * of_reals.sum(axis=1)))

    return auc
