"""The fakes that are found where few reals are called fake: the true positive rate at a false-alarm rate."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facevalue.statistics.bootstrap import COIN_VARIANCE
from facevalue.statistics.intervals import StudentEstimate, mean
from facevalue.statistics.jackknife import products
from facevalue.statistics.rates import Rates
from facevalue.statistics.resampling import Groups
from facevalue.statistics.thresholds import false_alarms_allowed
from facevalue.statistics.trainings import Trainings

RESAMPLES = 500

_ROUNDING = 1e-9  # of a count


def reals_needed(rate: float) -> int:
    """How many independent reals can show a false-alarm rate: of fewer, one false alarm alone is more than that."""
    return math.ceil(1 / rate - _ROUNDING)


def true_positive_rates(targets: NDArray[np.int64], logits: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """The largest share of fakes, (k,), that a threshold finds whose share of reals called fake is at most `rate`.

    A point of the ROC as it is, in steps: no line is drawn between two points, as no threshold lies there. Pictures of
    equal score are called alike. It never falls as `rate` rises.

    Args:
        targets: (n,), fake = 1; of both classes.
        logits: (n, k), a column per method; finite.
        rate: of false alarms, 0..1.
    """
    reals, fakes = (logits[targets == label] for label in (0, 1))
    spared = np.sort(reals, axis=0)[::-1][false_alarms_allowed(rate, len(reals))]
    return np.asarray((fakes > spared).mean(axis=0))


def operating_points(
    targets: NDArray[np.int64],
    logits: NDArray[np.float64],
    groups: ArrayLike,
    rate: float,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Rates:
    """`true_positive_rates` of every training, and intervals of their means.

    What is estimated: how many of all fakes the methods find at the threshold that calls `rate` of all reals fake. Two
    things are drawn then, the fakes that are found and the reals that place the threshold, and the latter matters more:
    where the ROC is steep, a threshold that lies a little higher loses many fakes. An exact interval of the fakes, with
    the threshold taken for given, covered 46 to 84 % in simulations with AUCs up to 0.96 (docs/statistics.md).

    So the variance is that of a bootstrap which draws whole groups of reals and of fakes, as in `grouped_auc`, and
    places the threshold anew in every resample; to it the variance of one more group is added that is found by chance,
    with a coin's 1/4. Of several trainings the resamples' covariance is taken apart as in `Trainings`, which adds the
    trainings' own scatter. The interval is `korn_graubard`'s, so never narrower than Clopper and Pearson's.

    Args:
        targets: (n,), fake = 1; of both classes.
        logits: (n, k, r), finite.
        groups: (n,), a name per picture.
        rate: of false alarms, above 0 and below 1.
        resamples: of the bootstrap; only their covariance is used.
        seed: of the bootstrap.
    """
    found, columns = Groups.of(groups, targets), logits.reshape(len(targets), -1)
    values = true_positive_rates(targets, columns, rate).reshape(logits.shape[1:])
    drawn = _drawn(targets, columns, found, rate, resamples, seed)
    chance = COIN_VARIANCE * found.one_more(found.fakes)
    methods, trainings = logits.shape[1:]
    means: tuple[StudentEstimate, ...]
    if trainings == 1:
        errors = np.sqrt(drawn.var(axis=0, ddof=1) + chance)
        means = tuple(
            StudentEstimate(mean(value), float(error), found.freedom)
            for value, error in zip(values, errors, strict=True)
        )
    else:
        covariance = (products(drawn) / (resamples - 1)).reshape(values.shape * 2)
        crossed = Trainings(values, covariance, chance, found.freedom, found.count)
        means = tuple(crossed.student(column) for column in range(methods))
    return Rates(values, means, int(targets.sum()), int(np.count_nonzero(found.fakes)))


def _drawn(
    targets: NDArray[np.int64],
    logits: NDArray[np.float64],
    groups: Groups,
    rate: float,
    resamples: int,
    seed: int,
) -> NDArray[np.float64]:
    """Each column's true positive rate, (resamples, k), of pictures that count as often as their group is drawn."""
    fakes, reals = np.flatnonzero(targets == 1), np.flatnonzero(targets == 0)
    ranked = []
    for column in logits.T:
        real, fake = (each[np.argsort(-column[each], kind="stable")] for each in (reals, fakes))
        above = np.searchsorted(-column[fake], -column[real], side="left")  # fakes above each real
        ranked.append((groups.of_picture[real], groups.of_picture[fake], above))

    def measured(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        rates = []
        for real, fake, above in ranked:
            alarms = np.cumsum(np.take(counts, real, axis=1), axis=1)
            spared = (alarms <= rate * alarms[:, -1:] + _ROUNDING).sum(axis=1)  # the highest real that is not called
            caught = np.pad(np.cumsum(np.take(counts, fake, axis=1), axis=1), ((0, 0), (1, 0)))
            rates.append(np.take_along_axis(caught, above[spared][:, None], axis=1)[:, 0] / caught[:, -1])
        return np.column_stack(rates)

    return np.concatenate([measured(counts) for counts in groups.draws(resamples, seed)])
