"""Do the intervals cover, and do the tests keep their level? Simulated methods whose true difference is known.

python -m benchmarks.coverage [--repeats 2000] prints a Markdown table. Of the difference of AUC and of accuracy: how
often the 95 % interval held the true one, and how often the 5 % test rejected, which is its level where the methods
are equal and its power where they are not; and how often each method's interval held. All in per cent.

Every cell should lie in 93-97 %. With 2,000 repeats (1,000 for groups; one standard error is 0.5 and 0.7 points) none
lies below. Those above are careful rather than wrong, and of these kinds:

- Both methods perfect: 100 %. No such sample can show a difference; the regularised variance keeps the interval open.
- 15 and 30 pictures: 95-100 % for the difference of AUC, the more the better and the more alike the methods are,
  because the regularisation then outweighs the few pairs that they order differently; 94-99 % for that of accuracy,
  whose outcomes are coarse, so that the exact test rejects in at most 3 % where it might in 5 %.
- Groups of three on 15 and 30 pictures: 97-100 %. Student's t has 3 to 9 degrees of freedom, and the regularisation
  adds a group to each of five or ten. Few groups cannot tell much, and the interval says so.
- Difference of AUC on 100 pictures, where both are high or pictures come in groups: up to 98.5 %, for the same reason;
  gone at 400.
- Intervals of one method where one of the methods is perfect: 97-98 %, the mean of its 100 % and the other's 95 %.

Equal methods were told apart in at most 5.4 % of a cell's samples by AUC and 5.9 % by accuracy; the latter, groups of
three with AUC 0.70 on 400 pictures, in 4.2 % of 4,000 further samples, so that was chance.
"""

import argparse
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from facevalue.statistics.intervals import LEVEL
from facevalue.statistics.panel import Panel

SIZES = (15, 30, 100, 400)
_GRID = np.arange(-60, 61)
_WITHIN_GROUP = 0.5  # correlation of two scores of one class in one group
_PERFECT = 40.0  # standard deviations between the classes


@dataclass(frozen=True)
class Case:
    """Two methods: normal scores, `apart_*` standard deviations between the classes, correlated within a picture.

    `ties` rounds every score to whole standard deviations; `group_size` pictures share an effect, all of one class
    (`mixed` False) or of both; `share_fake` is the share of fakes.
    """

    name: str
    apart_full: float
    apart_crop: float
    correlation: float = 0.5
    ties: bool = False
    group_size: int = 1
    mixed: bool = False
    share_fake: float = 0.5

    @property
    def no_difference(self) -> bool:
        """Whether both methods are equally good."""
        return self.apart_full == self.apart_crop


CASES = (
    Case("equal, AUC 0.70", 0.74, 0.74),
    Case("equal, AUC 0.70, unrelated", 0.74, 0.74, correlation=0),
    Case("equal, AUC 0.86", 1.5, 1.5),
    Case("equal, AUC 0.95", 2.33, 2.33),
    Case("equal, AUC 0.70, tied", 0.74, 0.74, ties=True),
    Case("equal, AUC 0.86, tied", 1.5, 1.5, ties=True),
    Case("equal, both perfect", _PERFECT, _PERFECT),
    Case("equal, one fake in four", 0.74, 0.74, share_fake=0.25),
    Case("AUC 0.76 and 0.92", 1.0, 2.0),
    Case("AUC 0.76 and 0.92, tied", 1.0, 2.0, ties=True),
    Case("AUC 0.50 and 0.76", 0.0, 1.0),
    Case("AUC 0.76 and perfect", 1.0, _PERFECT),
    Case("AUC 0.76 and perfect, tied", 1.0, _PERFECT, ties=True),
    Case("AUC 0.76 and 0.92, one fake in four", 1.0, 2.0, share_fake=0.25),
)
GROUPED = (
    Case("groups of 3, equal, AUC 0.70", 0.74, 0.74, group_size=3),
    Case("groups of 3, both classes, equal, AUC 0.70", 0.74, 0.74, group_size=3, mixed=True),
    Case("groups of 3, equal, AUC 0.86", 1.5, 1.5, group_size=3),
    Case("groups of 3, equal, AUC 0.86, tied", 1.5, 1.5, ties=True, group_size=3),
    Case("groups of 3, equal, both perfect", _PERFECT, _PERFECT, group_size=3),
    Case("groups of 3, AUC 0.76 and 0.92", 1.0, 2.0, group_size=3),
    Case("groups of 3, both classes, AUC 0.76 and 0.92", 1.0, 2.0, group_size=3, mixed=True),
    Case("groups of 3, AUC 0.76 and perfect", 1.0, _PERFECT, group_size=3),
)


@dataclass(frozen=True)
class Sample:
    """Pictures of one repeat; every array is (n,)."""

    targets: NDArray[np.int64]
    full: NDArray[np.float64]
    crop: NDArray[np.float64]
    groups: NDArray[np.int64]


@dataclass(frozen=True)
class Rates:
    """Shares of the repeats, but for `auc_width`, a mean; `own` is the coverage of either method's own interval."""

    auc_covered: float
    auc_rejected: float
    auc_width: float
    accuracy_covered: float
    accuracy_rejected: float
    own_auc_covered: float
    own_accuracy_covered: float


def draw(case: Case, size: int, rng: np.random.Generator) -> Sample:
    """`size` pictures; both classes always have the same share, by picture or by group."""
    groups = np.arange(size) // case.group_size
    unit = np.arange(size) if case.mixed else groups
    count = int(unit.max()) + 1
    targets = ((np.arange(count) * case.share_fake) % 1 < case.share_fake)[unit].astype(np.int64)
    full, other = (_effects(case, targets, groups, rng) for _ in range(2))
    crop = case.correlation * full + np.sqrt(1 - case.correlation**2) * other
    sign = targets - 0.5
    full, crop = full + sign * case.apart_full, crop + sign * case.apart_crop
    if case.ties:
        full, crop = np.round(full), np.round(crop)
    return Sample(targets, full, crop, groups)


def _effects(
    case: Case, targets: NDArray[np.int64], groups: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Standard normal noise, (n,); within a group and class it is correlated."""
    alone = rng.normal(size=targets.size)
    if case.group_size == 1:
        return alone
    shared = rng.normal(size=(groups.max() + 1, 2))[groups, targets]
    return np.asarray(np.sqrt(_WITHIN_GROUP) * shared + np.sqrt(1 - _WITHIN_GROUP) * alone)


def true_auc(apart: float, ties: bool) -> float:
    """The AUC of scores whose classes lie `apart` standard deviations from each other."""
    if not ties:
        return float(norm.cdf(apart / np.sqrt(2)))
    fakes, reals = (norm.cdf(_GRID + 0.5, mean) - norm.cdf(_GRID - 0.5, mean) for mean in (apart / 2, -apart / 2))
    return float((fakes * (np.cumsum(reals) - reals / 2)).sum())


def true_accuracy(apart: float, ties: bool, share_fake: float) -> float:
    """The accuracy at logit 0, which rounding moves to -0.5."""
    cut = -0.5 if ties else 0.0
    return float(share_fake * norm.sf(cut, apart / 2) + (1 - share_fake) * norm.cdf(cut, -apart / 2))


def simulate(case: Case, size: int, repeats: int, seed: int = 0, resamples: int = 400) -> Rates:
    """How the comparison fares on so many samples of one case."""
    rng = np.random.default_rng([seed, size, len(case.name)])
    rows = [_judge_once(case, draw(case, size, rng), resamples) for _ in range(repeats)]
    return Rates(*np.mean(rows, axis=0).tolist())


def _judge_once(case: Case, sample: Sample, resamples: int) -> list[float]:
    share = float(sample.targets.mean())
    aucs = [true_auc(apart, case.ties) for apart in (case.apart_full, case.apart_crop)]
    shares = [true_accuracy(apart, case.ties, share) for apart in (case.apart_full, case.apart_crop)]
    panel = Panel.of(sample.targets, [sample.full, sample.crop], [0.5, 0.5], sample.groups)
    by_auc, by_accuracy = panel.auc(resamples), panel.accuracy(resamples)
    assert by_auc
    assert by_accuracy
    auc, accuracy = by_auc.compare(0, 1), by_accuracy.compare(0, 1)
    return [
        _holds(auc.interval, aucs[1] - aucs[0]),
        auc.p_value < LEVEL,
        auc.interval.high - auc.interval.low,
        _holds(accuracy.interval, shares[1] - shares[0]),
        accuracy.p_value < LEVEL,
        (_holds(auc.first.interval, aucs[0]) + _holds(auc.second.interval, aucs[1])) / 2,
        (_holds(accuracy.first.interval, shares[0]) + _holds(accuracy.second.interval, shares[1])) / 2,
    ]


def _holds(interval: tuple[float, float], truth: float) -> bool:
    return interval[0] - 1e-9 <= truth <= interval[1] + 1e-9


def main() -> None:
    """Print every case at every size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--repeats", type=int, default=2000, help="per case and size; half of it for groups")
    repeats = parser.parse_args().repeats
    print("| case | pictures | AUC covered | rejected | width | accuracy covered | rejected | one AUC | one accuracy |")
    print("|---|" + "---:|" * 8)
    for case in (*CASES, *GROUPED):
        for size in SIZES:
            found = simulate(case, size, repeats if case.group_size == 1 else max(1, repeats // 2))
            print(_line(case, size, found), flush=True)


def _line(case: Case, size: int, found: Rates) -> str:
    shares = [f"{100 * share:.1f}" for share in astuple(found)]
    shares[2] = f"{found.auc_width:.2f}"
    return f"| {' | '.join([case.name, str(size), *shares])} |"


if __name__ == "__main__":
    main()
