"""Intervals of a rate, such as the share of fakes that are found: exact, also of pictures in groups."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from facevalue.statistics.intervals import LEVEL, Estimate, Interval, StudentEstimate, quantile, spread


@dataclass(frozen=True, eq=False)
class Counted:
    """The rate of k methods with one training each, on independent pictures: how many of `trials` are `hits` (k,)."""

    hits: NDArray[np.int64]
    trials: int

    def estimate(self, column: int) -> Estimate:
        """One method's rate, with the exact interval."""
        hits = int(self.hits[column])
        return Estimate(hits / self.trials, clopper_pearson(hits, self.trials))


@dataclass(frozen=True, eq=False)
class Rates:
    """The rate of k methods with r trainings each, (k, r), on pictures that may depend on another.

    `means` are each method's over its trainings, with standard error; `groups` is in how many the `pictures` come.
    """

    values: NDArray[np.float64]
    means: tuple[StudentEstimate, ...]
    pictures: int
    groups: int

    def estimate(self, column: int) -> Estimate:
        """One method's mean over trainings, with Korn and Graubard's interval."""
        found = self.means[column]
        return Estimate(found.value, korn_graubard(found, self.pictures, self.groups), spread(self.values[column]))


def clopper_pearson(hits: float, trials: float) -> Interval:
    """The exact interval of a rate: all rates that a binomial test of `hits` among `trials` would not reject.

    Clopper and Pearson 1934 (Biometrika 26, 404-413), by quantiles of the beta distribution. It covers at least 95 % at
    any rate and any number of independent trials. Neither number need be whole.

    Args:
        hits: from 0 to `trials`.
        trials: above 0.
    """
    misses = trials - hits
    low = float(beta.ppf(LEVEL / 2, hits, misses + 1)) if hits > 0 else 0.0
    high = float(beta.isf(LEVEL / 2, hits + 1, misses)) if misses > 0 else 1.0
    return Interval(low, high)


def korn_graubard(found: StudentEstimate, trials: int, groups: float) -> Interval:
    """The exact interval with as many trials as the rate's variance is worth: p (1 - p) / variance, at most `trials`.

    Korn and Graubard 1998 (Survey Methodology 24, 193-201): trials that depend on another, or a variance that has other
    sources too, make a design effect; the effective number is `trials` over it. Where the variance is itself uncertain,
    the number is multiplied by the square of the ratio of Student's quantiles, on `trials` - 1 degrees of freedom and
    on the variance's own. It is never narrower than `clopper_pearson` of all trials.

    As in `StudentEstimate.score_interval`, p (1 - p) is taken of a p that is moved towards 1/2, as if one of `groups` +
    1 were half right: so rates of 0 and 1, whose pictures all agree, have an effective number too.

    Args:
        found: the rate in 0..1, its standard error (above 0) and degrees of freedom.
        trials: how many pictures it is of.
        groups: how many groups they come in.
    """
    inner = (found.value * groups + 0.5) / (groups + 1)
    worth = inner * (1 - inner) / found.standard_error**2
    sure = quantile(max(1.0, trials - 1.0)) / quantile(found.degrees_of_freedom)
    effective = float(min(trials, worth * sure**2))
    return clopper_pearson(found.value * effective, effective)
