"""Does the verdict on several trainings hold? Simulated methods, trainings and pictures both drawn anew.

python -m benchmarks.coverage_trainings [--draws 4000] [--only NAME] prints Markdown tables. Of the difference of AUC,
in per cent: how often the 95 % interval held the true one, how often the 5 % test rejected, and how often each method's
interval held its AUC; beside it, how often the test of one training alone rejected, on the first of each method. Then
the power that was foretold and the one that was found, and a real learner, cross-fitted.

A score is the sum of what a picture (or its group) is to every network, to every network of one method, and to one
network alone, a third of the variance each; and of the class times how well the network has learnt, which is normal
between trainings. So the mean AUC over trainings is known: Phi(m / sqrt(2 + s^2)) for mean m and standard deviation s.
"""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from facevalue.statistics.intervals import LEVEL
from facevalue.statistics.panel import Panel
from facevalue.statistics.trainings import Trainings

_RESAMPLES = 200
_WITHIN_GROUP = 0.5  # correlation of two scores of one class in one group


@dataclass(frozen=True)
class Case:
    """Two methods: `apart` standard deviations between the classes in the mean, `scatter` of that between trainings."""

    name: str
    apart: tuple[float, float]
    scatter: tuple[float, float]
    trainings: int
    pictures: int
    group_size: int = 1

    @property
    def aucs(self) -> tuple[float, float]:
        """The methods' true ones."""
        first, second = (
            float(norm.cdf(apart / np.sqrt(2 + scatter**2)))
            for apart, scatter in zip(self.apart, self.scatter, strict=True)
        )
        return first, second

    def equal(self) -> bool:
        """Whether both methods are equally good."""
        return abs(self.aucs[0] - self.aucs[1]) < 1e-9


def cases() -> Iterator[Case]:
    """Equal methods of several kinds, and two that differ."""
    fair, good, high = 0.74, 1.5, 2.33  # AUC 0.70, 0.86 and 0.95 without scatter
    for pictures in (30, 100, 300, 3000):
        for trainings in (2, 3, 5, 10):
            yield Case("AUC 0.85, scatter", (good, good), (0.3, 0.3), trainings, pictures)
    for trainings in (3, 5):
        for pictures in (100, 300):
            yield Case("AUC 0.70, no scatter", (fair, fair), (0.0, 0.0), trainings, pictures)
            yield Case("AUC 0.95, scatter", (high, high), (0.3, 0.3), trainings, pictures)
            wide = good * np.sqrt((2 + 0.6**2) / (2 + 0.1**2))
            yield Case("AUC 0.85, unequal scatter", (good, float(wide)), (0.1, 0.6), trainings, pictures)
            yield Case("AUC 0.85, scatter, groups of 3", (good, good), (0.3, 0.3), trainings, pictures, 3)
            yield Case("AUC 0.76 and 0.85, scatter", (1.0, good), (0.3, 0.3), trainings, pictures)


def powers() -> Iterator[Case]:
    """Where the power is neither nothing nor all."""
    for trainings in (3, 5):
        for pictures, second in ((100, 1.4), (300, 1.3), (1000, 1.25)):
            yield Case("power", (1.0, second), (0.15, 0.15), trainings, pictures)


def draw(case: Case, rng: np.random.Generator) -> Panel:
    """One study: pictures and trainings."""
    groups = np.arange(case.pictures) // case.group_size
    targets = (groups % 2).astype(np.int64)
    shapes = ((1, 1), (2, 1), (2, case.trainings))
    noise = sum(_effect(rng, groups, shape) for shape in shapes) / 3**0.5
    learnt = np.array(case.apart)[:, None] + np.array(case.scatter)[:, None] * rng.normal(size=(2, case.trainings))
    logits = noise + (targets - 0.5)[:, None, None] * learnt
    return Panel.of(targets, [logits[:, 0], logits[:, 1]], [0.5, 0.5], groups)


def _effect(rng: np.random.Generator, groups: NDArray[np.int64], shape: tuple[int, int]) -> NDArray[np.float64]:
    alone = rng.normal(size=(groups.size, *shape))
    if groups[-1] == groups.size - 1:
        return alone
    shared = rng.normal(size=(groups[-1] + 1, *shape))[groups]
    return np.asarray(np.sqrt(_WITHIN_GROUP) * shared + np.sqrt(1 - _WITHIN_GROUP) * alone)


def first_alone(panel: Panel) -> Panel:
    """Of each method its first training."""
    return Panel(panel.targets, panel.groups, panel.logits[..., :1], panel.thresholds[..., :1], panel.folds[:, :1])


def judged(panel: Panel, aucs: tuple[float, float]) -> list[float]:
    """Whether the interval held, the test rejected, the share of own intervals that held, and what one alone did."""
    auc, single = panel.auc(), first_alone(panel).auc(_RESAMPLES)
    assert auc
    assert single
    found, alone = auc.compare(0, 1), single.compare(0, 1)
    own = [
        estimate.interval.low <= true <= estimate.interval.high
        for estimate, true in zip((found.first, found.second), aucs, strict=True)
    ]
    held = found.interval.low <= aucs[1] - aucs[0] <= found.interval.high
    return [held, found.p_value < LEVEL, float(np.mean(own)), alone.p_value < LEVEL]


def simulate(case: Case, draws: int, seed: int = 0) -> NDArray[np.float64]:
    """The means of `judged`, (4,)."""
    rng = np.random.default_rng([seed, case.pictures, case.trainings, *case.name.encode()])
    return np.asarray(np.mean([judged(draw(case, rng), case.aucs) for _ in range(draws)], axis=0))


def power(case: Case, draws: int, seed: int = 1) -> tuple[float, float]:
    """The power that `Foreseen.power` gives from the true scatter, and how often a difference was claimed."""
    rng = np.random.default_rng([seed, case.pictures, case.trainings])
    found = []
    for _ in range(draws):
        measured = draw(case, rng).auc()
        assert isinstance(measured, Trainings)
        found.append(measured)
    apart = np.array([each.values[1] - each.values[0] for each in found])
    steps = np.linspace(-1, 1, case.trainings)
    values = (case.aucs[1] - case.aucs[0]) + steps / steps.std(ddof=1) * np.sqrt(apart.var(axis=1, ddof=1).mean())
    covariance = np.mean([each.covariance for each in found], axis=0)
    truth = Trainings(np.stack([0 * values, values]), covariance, found[0].chance, found[0].freedom, found[0].size)
    claimed = [each.difference(0, 1).p_value < LEVEL for each in found]
    return truth.foreseen(0, 1).power(case.trainings), float(np.mean(claimed))


def learner(pictures: int, repeats: int, draws: int, folds: int = 5, seed: int = 2) -> NDArray[np.float64]:
    """Logistic regressions on features of their own, equally telling: how often the tests rejected, of all, of one."""
    rng = np.random.default_rng([seed, pictures, repeats])
    rows = []
    for _ in range(draws):
        targets = (np.arange(pictures) % 2).astype(np.int64)
        shared = rng.normal(size=(pictures, 5))
        features = [shared / 2 + rng.normal(size=(pictures, 5)) + 0.35 * targets[:, None] for _ in range(2)]
        logits, within = np.empty((2, pictures, repeats)), np.empty((pictures, repeats), dtype=np.int64)
        for repeat in range(repeats):
            division = StratifiedKFold(folds, shuffle=True, random_state=int(rng.integers(2**31)))
            for fold, (learnt, tested) in enumerate(division.split(features[0], targets)):
                within[tested, repeat] = fold
                kept = rng.permutation(learnt)[: len(learnt) * 3 // 4]  # as where validation pictures are held back
                for method, given in enumerate(features):
                    model = LogisticRegression().fit(given[kept], targets[kept])
                    logits[method, tested, repeat] = model.decision_function(given[tested])
        panel = Panel.of(targets, list(logits), [0.5, 0.5], np.arange(pictures), within)
        auc, single = panel.auc(), first_alone(panel).auc()
        assert auc
        assert single
        rows.append([each.compare(0, 1).p_value < LEVEL for each in (auc, single)])
    return np.asarray(np.mean(rows, axis=0))


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage_trainings", description=__doc__)
    parser.add_argument("--draws", type=int, default=4000, help="per line")
    parser.add_argument("--only", choices=("cases", "power", "learner"), help="one of the tables")
    parser.add_argument("--processes", type=int, default=None, help="side by side; all cores by default")
    options = parser.parse_args()
    with ProcessPoolExecutor(options.processes) as pool:
        if options.only in (None, "cases"):
            print(
                "| case | trainings | pictures | covered | rejected | one AUC | rejected by one training |\n|---|"
                + "---:|" * 6
            )
            listed = list(cases())
            for case, found in zip(listed, pool.map(simulate, listed, [options.draws] * len(listed)), strict=True):
                shares = " | ".join(f"{100 * share:.1f}" for share in found)
                print(f"| {case.name} | {case.trainings} | {case.pictures:,} | {shares} |", flush=True)
        if options.only in (None, "power"):
            print("\n| AUCs | trainings | pictures | power foretold | found |\n|---|" + "---:|" * 4)
            listed = list(powers())
            for case, pair in zip(listed, pool.map(power, listed, [options.draws] * len(listed)), strict=True):
                shares = " | ".join(f"{100 * share:.1f}" for share in pair)
                first, second = case.aucs
                print(f"| {first:.2f} and {second:.2f} | {case.trainings} | {case.pictures:,} | {shares} |", flush=True)
        if options.only in (None, "learner"):
            print(
                "\n| learners, 5 folds | repeats | pictures | rejected | rejected by one repeat |\n|---|" + "---:|" * 4
            )
            pairs = [(100, 3), (100, 5), (300, 5)]
            for (pictures, repeats), found in zip(
                pairs, pool.map(learner, *zip(*pairs, strict=True), [options.draws] * len(pairs)), strict=True
            ):
                shares = " | ".join(f"{100 * share:.1f}" for share in found)
                print(f"| logistic regression | {repeats} | {pictures:,} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
