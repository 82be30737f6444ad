"""How often two values of a column are told apart that are alike, on simulated scores, with Bonferroni and without.

    python -m benchmarks.coverage_gaps

Half of the pictures are real. A score is the sum of what is its group's, of variance 1, of what a training makes of the
picture, of variance 1, and of 1 for a fake, so that the AUC is Phi(1 / 2) = 0.69. Each training also shifts all scores,
which moves the false alarms of all values alike.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from facevalue.statistics.intervals import LEVEL
from facevalue.statistics.panel import Panel

STUDIES = 1000
SHIFT = 0.5  # standard deviation among trainings
SEED = 0


class Case(NamedTuple):
    """So many values with so many pictures each."""

    values: int
    pictures: int
    trainings: int = 1
    group_size: int = 1


CASES = (
    *(Case(values, 40, trainings) for trainings in (1, 5) for values in (3, 6)),
    *(Case(6, 80, trainings, 4) for trainings in (1, 5)),
    Case(30, 40),
)


class Told(NamedTuple):
    """Shares of the studies in which some pair of values was told apart."""

    auc: float
    auc_alone: float
    false_alarms: float
    false_alarms_alone: float


def simulate(case: Case, studies: int = STUDIES, seed: int = SEED) -> Told:
    """Draw and compare every pair so often; `alone` is without Bonferroni."""
    rng, told = np.random.default_rng(seed), []
    value = np.repeat(np.arange(case.values), case.pictures)
    for _ in range(studies):
        panel = _drawn(case, rng)
        parts = [panel.where(value == each) for each in range(case.values)]
        row = []
        for judged in ([part.auc_part() for part in parts], [part.false_alarm_part() for part in parts]):
            known = [part for part in judged if part]
            differences = [one.difference(other, 0) for one, other in combinations(known, 2)]
            row += [min(each.p_value_among(among) for each in differences) < LEVEL for among in (len(differences), 1)]
        told.append(row)
    return Told(*np.mean(told, axis=0).tolist())


def _drawn(case: Case, rng: np.random.Generator) -> Panel:
    count = case.values * case.pictures
    targets, groups = np.arange(count) % 2, np.arange(count) // case.group_size
    shared = rng.normal(size=groups[-1] + 1)[groups] + targets - 0.5
    own = rng.normal(size=(count, case.trainings)) + SHIFT * rng.normal(size=case.trainings)
    return Panel.of(targets, [shared[:, None] + own], [0.5], groups)


def main() -> None:
    """Print the table of docs/statistics.md."""
    print("| values | pictures each | trainings | in groups of | AUC | without | false alarms | without |")
    print("|" + "---:|" * 8)
    for case in CASES:
        rates = " | ".join(f"{100 * rate:.1f}" for rate in simulate(case))
        print(f"| {case.values} | {case.pictures} | {case.trainings} | {case.group_size} | {rates} |", flush=True)


if __name__ == "__main__":
    main()
