"""Estimates with their intervals and tests, as every comparison gives them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtridf, stdtrit
from scipy.stats import binomtest
from scipy.stats import t as student

Number = TypeVar("Number", float, NDArray[np.float64])

CONFIDENCE = 0.95
LEVEL = 1 - CONFIDENCE


class Interval(NamedTuple):
    """A two-sided 95 % confidence interval, its ends included."""

    low: float
    high: float

    @property
    def known(self) -> Self | None:
        """Itself; None for `UNKNOWN`."""
        return None if math.isnan(self.low) else self


UNKNOWN = Interval(math.nan, math.nan)  # where nothing tells how other pictures would do


class Estimate(NamedTuple):
    """A measure of one method, and the interval that holds it.

    Of several trainings `value` is the mean, and `spread` the standard deviation among them; of one it is NaN.
    """

    value: float
    interval: Interval
    spread: float = math.nan


NOTHING = Estimate(math.nan, UNKNOWN)


def flat(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """For a flat mapping: the value under `name`, with the ends of its interval, `_low` and `_high`, and its `_sd`."""
    value, (low, high), spread = estimate or NOTHING
    ends = {f"{name}_low": known(low), f"{name}_high": known(high), f"{name}_sd": known(spread)}
    return {name: known(value), **ends}


def complement(share: Estimate) -> Estimate:
    """Of a share in 0..1, the rest."""
    low, high = share.interval
    return Estimate(1 - share.value, Interval(1 - high, 1 - low), share.spread)


@dataclass(frozen=True)
class Difference:
    """By how much two methods differ in one measure on the same pictures; `value` is second minus first.

    All but `value` is NaN where the interval is `UNKNOWN`.
    """

    first: Estimate
    second: Estimate
    value: float
    standard_error: float
    interval: Interval
    p_value: float


class Estimates(Protocol):
    """One measure of any number of methods on the same pictures; a method is named by its column."""

    def estimate(self, column: int) -> Estimate:
        """Of one method."""


class Estimator(Estimates, Protocol):
    """The same, which also compares methods."""

    def compare(self, first: int, second: int) -> Difference:
        """Of two methods, second minus first."""


@dataclass(frozen=True, eq=False)
class Values:
    """One measure of k methods and nothing more, (k, r): all pictures of a class belong together, for example."""

    values: NDArray[np.float64]

    def estimate(self, column: int) -> Estimate:
        """One method's mean over trainings."""
        return Estimate(mean(self.values[column]), UNKNOWN, spread(self.values[column]))

    def compare(self, first: int, second: int) -> Difference:
        """Two methods by their means."""
        apart = mean(self.values[second] - self.values[first])
        return Difference(self.estimate(first), self.estimate(second), apart, math.nan, UNKNOWN, math.nan)


def mean(values: NDArray[np.float64]) -> float:
    """The mean, (n,); of equal numbers that number, to the last digit."""
    return float(values[0] + (values - values[0]).mean())


def spread(values: NDArray[np.float64]) -> float:
    """Standard deviation of several numbers, (n,); NaN of one alone."""
    return float(values.std(ddof=1)) if values.size > 1 else math.nan


def known(value: float) -> float | None:
    """For JSON, which has no NaN."""
    return None if math.isnan(value) else value


class StudentEstimate(NamedTuple):
    """A number, such as a difference in -1..1, whose deviation from the truth in standard errors is Student's."""

    value: float
    standard_error: float
    degrees_of_freedom: float

    @property
    def interval(self) -> Interval:
        """`value` plus and minus t standard errors, cut at -1 and 1."""
        return self.interval_among(1)

    def interval_among(self, comparisons: int) -> Interval:
        """The same so wide that all of so many comparisons hold the truth with 95 % (Bonferroni)."""
        reach = float(quantile(self.degrees_of_freedom, comparisons)) * self.standard_error
        return Interval(max(-1.0, self.value - reach), min(1.0, self.value + reach))

    @property
    def p_value(self) -> float:
        """Two-sided, of the hypothesis that it is 0; below 0.05 just where the interval leaves 0 out."""
        return float(2 * student.sf(abs(self.value) / self.standard_error, self.degrees_of_freedom))

    def p_value_among(self, comparisons: int) -> float:
        """The same among so many comparisons (Bonferroni); below 0.05 just where `interval_among` leaves 0 out."""
        return min(1.0, comparisons * self.p_value)

    def between(self, first: Estimate, second: Estimate) -> Difference:
        """The same number as the difference of two estimates."""
        return Difference(first, second, self.value, self.standard_error, self.interval, self.p_value)

    def score_interval(self, size: float) -> Interval:
        """Wilson's interval for a value p in 0..1 that is worth as many trials as give it its variance: p (1 - p) / n.

        For that p is moved towards 1/2, as if one of `size` + 1 pictures were half right: at 0 and 1 it still has one.
        """
        inner = (self.value * size + 0.5) / (size + 1)
        trials = inner * (1 - inner) / self.standard_error**2
        deviate = float(quantile(self.degrees_of_freedom))
        shrink = deviate**2 / trials
        centre = (self.value + shrink / 2) / (1 + shrink)
        reach = deviate * math.sqrt(self.value * (1 - self.value) / trials + shrink / (4 * trials)) / (1 + shrink)
        # The interval holds the value; rounding alone could leave it out at 0 and 1.
        return Interval(max(0.0, min(self.value, centre - reach)), min(1.0, max(self.value, centre + reach)))


def quantile(degrees_of_freedom: Number, comparisons: int = 1) -> Number:
    """Student's t that leaves 2.5 % above it; of several comparisons, their share of that."""
    return stdtrit(degrees_of_freedom, 1 - LEVEL / (2 * comparisons))  # type: ignore[no-any-return]


def satterthwaite(variances: Sequence[Number], degrees_of_freedom: Sequence[float]) -> Number:
    """Degrees of freedom of a sum of independent variance estimates: (sum v)^2 / sum(v^2 / df). Satterthwaite 1946."""
    parts = sum(variance**2 / freedom for variance, freedom in zip(variances, degrees_of_freedom, strict=True))
    return sum(variances) ** 2 / parts  # type: ignore[return-value]


def weighted_quantile(variances: Sequence[Number], degrees_of_freedom: Sequence[float]) -> Number:
    """Cochran's quantile of a sum of independent variance estimates: the mean of their own, weighted by them."""
    parts = sum(variance * quantile(freedom) for variance, freedom in zip(variances, degrees_of_freedom, strict=True))
    return parts / sum(variances)  # type: ignore[return-value]


def freedom_of(quantile_asked: Number) -> Number:
    """The degrees of freedom of which Student's t leaves 2.5 % above a quantile; the inverse of `quantile`."""
    return stdtridf(1 - LEVEL / 2, quantile_asked)  # type: ignore[no-any-return]


def share_interval(hits: int, trials: int) -> Interval:
    """Wilson's score interval of a share, such as an accuracy (Wilson 1927)."""
    found = binomtest(hits, trials).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))
