"""Methods trained several times and judged on the same pictures: readers and cases, as radiology has them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from facevalue.statistics import jackknife
from facevalue.statistics.bootstrap import COIN_VARIANCE
from facevalue.statistics.components import Components, freedom
from facevalue.statistics.delong import CHANCE_VARIANCE, Placements
from facevalue.statistics.intervals import Difference, Estimate, StudentEstimate, mean, spread
from facevalue.statistics.power import Foreseen
from facevalue.statistics.resampling import Groups

FEWEST_FOR_CHANCES = 5  # trainings from which their scatter is known well enough to speak of new ones

_ROUNDING = 1e-9  # of a variance


@dataclass(frozen=True, eq=False)
class Trainings:
    """One measure of k methods with r >= 2 trainings each, fully crossed with test pictures.

    Hypothesis of a comparison: over trainings and pictures like these, both methods are equal in the mean. Pairing: all
    networks on the same pictures, and training j of every method on the same draw. Assumptions: trainings are
    independent given the pool of pictures that they draw from, pictures (or groups of them) independent of each other.

    Model and test (Obuchowski and Rockette 1995; Hillis 2007, Statistics in Medicine 26:596; trainings as readers:
    Chen, Gallas and Yousef 2012, Pattern Recognition 45:2661). A_ij is method i's measure in training j, and with two
    methods MS(TR) = sum_ij (A_ij - A_i. - A_.j + A_..)^2 / (r - 1). Var(A_1. - A_2.) = 2 D / r with
    D = MS(TR) + r max(Cov2 - Cov3, 0): the first part is trainings', on r - 1 degrees of freedom, the second
    pictures'. One method's own is MS(R) / r + max(Cov2, 0) in the same way.

    Three things are added. Hillis' degrees of freedom are counted from the scatter that was seen, which of few
    trainings is too small by chance too often: the test then rejects a true hypothesis in up to 12 % (2 trainings) and
    8 % (3). So below 5 trainings Student's quantile is Cochran's (1964, Biometrics 20:191): the mean of both parts'
    own, weighted by their variances. `chance` is the variance of one more picture of each class that is judged by
    chance, as in `Placements`, so that a perfect method has an interval too; and pictures' part has `freedom` degrees
    of freedom, where Hillis takes it for known. These two vanish with the number of pictures. Each method's own
    interval is Wilson's.

    Attributes:
        values: (k, r).
        covariance: (k, r, k, r), over pictures.
        chance: variance added to one method's.
        freedom: of the covariance.
        size: as how many pictures they count, for Wilson's interval.
    """

    values: NDArray[np.float64]
    covariance: NDArray[np.float64]
    chance: float = 0.0
    freedom: float = math.inf
    size: float = math.inf

    @property
    def trainings(self) -> int:
        """How many of each method."""
        return int(self.values.shape[1])

    def estimate(self, column: int) -> Estimate:
        """One method's mean over trainings."""
        found = self.student(column)
        return Estimate(found.value, found.score_interval(self.size), spread(self.values[column]))

    def student(self, column: int) -> StudentEstimate:
        """One method's mean over trainings, with its standard error and degrees of freedom."""
        values, found = self.values[column], self.components(column)
        of_pictures = max(found.same_method, 0.0) + self.chance
        return self._student(mean(values), float(values.var(ddof=1)) / self.trainings, of_pictures)

    def compare(self, first: int, second: int) -> Difference:
        """Two methods by their means."""
        return self.difference(first, second).between(self.estimate(first), self.estimate(second))

    def difference(self, first: int, second: int) -> StudentEstimate:
        """Second minus first, with its standard error and degrees of freedom."""
        found = self.components(first, second)
        between = max(found.same_method - found.neither, 0.0)
        differences = self._differences(first, second)
        return self._student(
            mean(differences),
            float(differences.var(ddof=1)) / self.trainings,  # 2 MS(TR) / r
            2 * (between + self.chance),
        )

    def components(self, *columns: int) -> Components:
        """Of one method or of several."""
        return Components.of(self.covariance[np.ix_(columns, range(self.trainings), columns, range(self.trainings))])

    def scatter(self, column: int) -> float:
        """Standard deviation of one method's measure between trainings, beyond what the pictures make it."""
        found = self.components(column)
        return _above(float(self.values[column].var(ddof=1)), found.variance - found.same_method, found.variance)

    def scatter_of_difference(self, first: int, second: int) -> float:
        """The same of second minus first; 0 where it does not rise above what pictures alone would make."""
        observed = float(self._differences(first, second).var(ddof=1))
        found = self.components(first, second)
        return _above(observed, 2 * found.within_training, found.variance)

    def wins(self, first: int, second: int) -> float | None:
        """Chance that the better method is better in a new pair of trainings too; None where that cannot be told."""
        scatter = self.scatter_of_difference(first, second)
        if self.trainings < FEWEST_FOR_CHANCES or scatter == 0:
            return None
        value = mean(self._differences(first, second))
        return float(norm.cdf(abs(value) / scatter))

    def foreseen(self, first: int, second: int) -> Foreseen:
        """What more trainings, or more pictures, would show of second minus first."""
        found = self.components(first, second)
        return Foreseen(
            value=mean(self._differences(first, second)),
            trainings=self.trainings,
            of_trainings=self.scatter_of_difference(first, second) ** 2,
            of_both=2 * max(found.within_training, 0.0),
            of_pictures=2 * max(found.same_method - found.neither, 0.0),
            chance=2 * self.chance,
            freedom=self.freedom,
        )

    def _differences(self, first: int, second: int) -> NDArray[np.float64]:
        """Second minus first in each training, (r,)."""
        return np.asarray(self.values[second] - self.values[first])

    def _student(self, value: float, of_trainings: float, of_pictures: float) -> StudentEstimate:
        degrees = freedom([of_trainings, of_pictures], self.trainings, self.freedom)
        return StudentEstimate(value, math.sqrt(of_trainings + of_pictures), float(degrees))


def of_aucs(
    targets: NDArray[np.int64],
    logits: NDArray[np.float64],
    groups: ArrayLike,
    folds: NDArray[np.int64] | None = None,
) -> Trainings:
    """The AUC of every training; DeLong's covariance, or the jackknife's over groups where these hold several pictures.

    Args:
        targets: (n,), fake = 1; of either class in two groups at least.
        logits: (n, k, r).
        groups: (n,), a name per picture.
        folds: (n, r), with cross-fitting the fold whose network scored a picture; no group is in two of one training.

    Raises:
        ValueError: a logit is not finite.
    """
    found, columns = Groups.of(groups, targets), logits.reshape(len(targets), -1)
    single = np.zeros((len(targets), logits.shape[2]), dtype=np.int64)
    within = np.tile(single if folds is None else folds, logits.shape[1])
    placed = Placements.of(targets, columns, within)
    if found.several:
        covariance = jackknife.covariance(jackknife.aucs_without(placed, targets, columns, within, found))
    else:
        covariance = placed.covariance
    chance = CHANCE_VARIANCE * found.one_more(found.fakes, found.reals)
    return _crossed(placed.aucs, covariance, chance, found, logits.shape[1:])


def of_accuracies(targets: NDArray[np.int64], correct: NDArray[np.bool_], groups: ArrayLike) -> Trainings:
    """The accuracy of every training, as `of_aucs`.

    Args:
        targets: (n,), fake = 1; in two groups at least.
        correct: (n, k, r), which pictures were judged rightly.
        groups: (n,), a name per picture.
    """
    found = Groups.of(groups, targets)
    columns = correct.reshape(len(targets), -1).astype(np.float64)
    covariance = jackknife.covariance(jackknife.means_without(columns, found))
    chance = COIN_VARIANCE * found.one_more(found.fakes + found.reals)
    return _crossed(columns.mean(axis=0), covariance, chance, found, correct.shape[1:])


def _above(observed: float, expected: float, variance: float) -> float:
    """Standard deviation of what is observed beyond what is expected; what rounding alone leaves is nothing."""
    beyond = observed - expected
    return math.sqrt(beyond) if beyond > _ROUNDING * variance else 0.0


def _crossed(
    values: NDArray[np.float64],
    covariance: NDArray[np.float64],
    chance: float,
    groups: Groups,
    shape: tuple[int, ...],
) -> Trainings:
    return Trainings(values.reshape(shape), covariance.reshape(shape * 2), chance, groups.freedom, groups.count)
