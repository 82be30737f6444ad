"""How much less a method is worth on a set from elsewhere than on its own test part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common import catalogue
from facevalue.common.methods import METHODS, TRAINED
from facevalue.evaluating.evaluation import logits
from facevalue.evaluating.pairing import aligned
from facevalue.statistics.combined import Combined, chance
from facevalue.statistics.inputs import both_classes
from facevalue.statistics.intervals import Difference, known
from facevalue.statistics.resampling import Groups


@dataclass(frozen=True)
class Drop:
    """Of each of `METHODS`, the AUC on the own test part less that on a set, by the same networks."""

    of_methods: Mapping[str, Difference]

    @property
    def sentence(self) -> str:
        """In words."""
        told = [f"{_signed(self.of_methods[method])} ({method})" for method in reversed(TRAINED)]
        return f"the AUC on the own test part less that on this set is {' and '.join(told)}"

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            name: {
                "own": each.second.value,
                "set": each.first.value,
                "drop": each.value,
                "interval": each.interval.known,
                "p_value": known(each.p_value),
            }
            for name, each in self.of_methods.items()
        }


def drop(own: pd.DataFrame, tables: Sequence[pd.DataFrame]) -> Drop | None:
    """The drop of each method; None where either has no AUC.

    The pictures of both are independent of each other, the networks are the same: what makes trainings scatter on both
    alike is no part of it.

    Args:
        own: a row per test picture as `evaluate` recorded it: `label`, `group` and the probabilities of each method,
            `full`, or of several trainings `full_01` and so on.
        tables: the set's, of each training, as `evaluation.evaluate` takes them.
    """
    trainings = len(tables)
    named = {
        name: [name] if trainings == 1 else [f"{name}_{n:02}" for n in range(1, trainings + 1)] for name in METHODS
    }
    if not all(set(columns) <= set(own) for columns in named.values()):
        return None
    at_home = np.stack([own[columns].to_numpy(dtype=np.float64) for columns in named.values()], axis=1)
    flat = aligned(tables)
    by_training = [logits(table) for table in flat]
    elsewhere = np.stack([np.column_stack([each[name] for each in by_training]) for name in METHODS], axis=1)
    finite = np.flatnonzero(np.isfinite(elsewhere).all(axis=(1, 2)))
    return _drop((own, at_home), (flat[0].iloc[finite], elsewhere[finite]))


Scored = tuple[pd.DataFrame, NDArray[np.float64]]
"""Pictures with `label` and `group`, and their scores (n, k, r)."""


def _drop(own: Scored, other: Scored) -> Drop | None:
    targets = [catalogue.targets(pictures["label"]) for pictures, _ in (own, other)]
    if not all(map(both_classes, targets)):
        return None
    numbers = [pd.factorize(pictures["group"], sort=True)[0] for pictures, _ in (own, other)]
    numbers[1] = numbers[1] + numbers[0].max() + 1  # a name that both have is not one group: they are from elsewhere
    count = int(numbers[1].max()) + 1
    scores = [each for _, each in (own, other)]
    at_home, elsewhere = (Combined.of_aucs(*each, count) for each in zip(targets, scores, numbers, strict=True))
    groups = Groups.of(np.concatenate(numbers), np.concatenate(targets))
    added = [chance(Groups.of(*each)) for each in zip(numbers, targets, strict=True)]
    found = Combined.beside(elsewhere, at_home).estimator(groups, sum(added) / 2)
    return Drop({name: found.compare(column, len(METHODS) + column) for column, name in enumerate(METHODS)})


def _signed(found: Difference) -> str:
    if not found.interval.known:
        return f"{found.value:+.3f}"
    low, high = found.interval
    return f"{found.value:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}"
