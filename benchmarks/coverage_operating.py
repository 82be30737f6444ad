"""How often the interval of a true positive rate at a false-alarm rate holds it, on simulated scores of known truth.

    python -m benchmarks.coverage_operating

Scores of reals are standard normal, those of fakes lie higher by a number of standard deviations, so that the true
positive rate at a false-alarm rate of f is Phi(apart + Phi^-1(f)). Pictures of one group share half the variance.
Trainings share half the variance of every picture's score, and scatter in how far they hold the classes apart.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from facevalue.statistics.operating import RESAMPLES, operating_points
from facevalue.statistics.rates import clopper_pearson

STUDIES = 1000
SHARED = 0.5  # of the variance: what pictures of one group, and trainings, have in common
SEED = 0


class Case(NamedTuple):
    """What is drawn: so many reals and as many fakes."""

    apart: float
    rate: float
    pictures: int
    group_size: int = 1
    trainings: int = 1
    scatter: float = 0.0  # standard deviation of `apart` among trainings


CASES = (
    *(Case(apart, 0.05, pictures) for apart in (1.5, 2.5, 3.5) for pictures in (20, 30, 100, 400)),
    *(Case(apart, 0.01, pictures) for apart in (1.5, 2.5, 3.5) for pictures in (100, 200, 400, 1000)),
    *(Case(apart, 0.05, pictures, 3) for apart in (1.5, 2.5) for pictures in (60, 150)),
    *(Case(apart, 0.05, 100, 1, trainings, 0.15) for apart in (1.5, 2.5) for trainings in (3, 5)),
)


class Covered(NamedTuple):
    """Shares of the studies in which an interval held the true rate; the mean estimate and width."""

    covered: float
    by_fakes_alone: float
    estimate: float
    width: float


def truth(case: Case) -> float:
    """The true positive rate at the case's false-alarm rate, in the mean over trainings."""
    return float(norm.cdf((case.apart + norm.ppf(case.rate)) / np.sqrt(1 + case.scatter**2)))


def simulate(case: Case, studies: int = STUDIES, resamples: int = RESAMPLES, seed: int = SEED) -> Covered:
    """Draw and estimate so often; beside it the exact interval of the fakes alone, the threshold taken for given."""
    rng, true = np.random.default_rng(seed), truth(case)
    targets, groups = np.repeat([0, 1], case.pictures), np.arange(2 * case.pictures) // case.group_size
    rows = []
    for _ in range(studies):
        logits = _drawn(case, targets, groups, rng)
        found = operating_points(targets, logits, groups, case.rate, resamples, seed).estimate(0)
        alone = clopper_pearson(found.value * case.pictures, case.pictures)
        held = [interval.low <= true <= interval.high for interval in (found.interval, alone)]
        rows.append([*held, found.value, found.interval.high - found.interval.low])
    return Covered(*np.mean(rows, axis=0).tolist())


def _drawn(
    case: Case, targets: NDArray[np.int64], groups: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.float64]:
    pictures = rng.normal(size=(targets.size, 1))
    if case.group_size > 1:
        pictures = _mixed(rng.normal(size=groups.max() + 1)[groups, None], pictures)
    if case.trainings > 1:
        pictures = _mixed(pictures, rng.normal(size=(targets.size, case.trainings)))
    apart = case.apart + case.scatter * rng.normal(size=case.trainings)
    return (pictures + apart * targets[:, None])[:, None]


def _mixed(shared: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own)


def main() -> None:
    """Print the table of docs/statistics.md."""
    print("| apart | rate | reals, fakes | in groups of | trainings | true | mean | covered | width | by fakes alone |")
    print("|" + "---:|" * 10)
    for case in CASES:
        found = simulate(case)
        numbers = f"{truth(case):.3f} | {found.estimate:.3f} | {100 * found.covered:.1f} | {found.width:.2f}"
        drawn = f"{case.apart} | {100 * case.rate:g} % | {case.pictures:,} | {case.group_size} | {case.trainings}"
        print(f"| {drawn} | {numbers} | {100 * found.by_fakes_alone:.1f} |", flush=True)


if __name__ == "__main__":
    main()
