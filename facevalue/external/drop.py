"""How much less a method is worth on a set from elsewhere than on its own test part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from facevalue.common import catalogue
from facevalue.common.methods import METHODS, TRAINED
from facevalue.evaluating.evaluation import by_method, group_names
from facevalue.evaluating.pairing import aligned
from facevalue.statistics.intervals import UNKNOWN, Difference, Estimate, mean
from facevalue.statistics.panel import Panel
from facevalue.statistics.parts import Part
from facevalue.statistics.thresholds import HALF


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
                "interval": each.interval,
                "p_value": each.p_value,
            }
            for name, each in self.of_methods.items()
        }


def drop(own: pd.DataFrame, tables: Sequence[pd.DataFrame]) -> Drop | None:
    """The drop of each method; None where either has no AUC, or nothing tells how other pictures of it would do.

    The pictures of both are independent of each other, the networks are the same: what makes trainings scatter on both
    alike is no part of it.

    Args:
        own: a row per test picture as `evaluate` recorded it: `label`, `group` and the probabilities of each method,
            `full`, or of several trainings `full_01` and so on.
        tables: the set's, of each training, as `evaluation.evaluate` takes them.
    """
    trainings = len(tables)
    named = [[name] if trainings == 1 else [f"{name}_{n:02}" for n in range(1, trainings + 1)] for name in METHODS]
    if not all(set(columns) <= set(own) for columns in named):
        return None
    flat = aligned(tables)
    elsewhere = by_method(flat)
    finite = np.flatnonzero(np.isfinite(elsewhere).all(axis=(0, 2)))
    at_home = [own[columns].to_numpy(dtype=np.float64) for columns in named]
    scores = [np.concatenate([mine, theirs[finite]]) for mine, theirs in zip(at_home, elsewhere, strict=True)]
    # A name that both have is not one group: they are from elsewhere.
    groups = [*("own " + own["group"].astype(str)), *(f"set {name}" for name in group_names(flat[0])[finite])]
    labels = pd.concat([own["label"], flat[0]["label"].iloc[finite]])
    panel = Panel.of(catalogue.targets(labels), scores, [HALF] * len(METHODS), groups)
    is_own = np.arange(len(labels)) < len(own)
    here, there = panel.where(is_own).auc_part(), panel.where(~is_own).auc_part()
    if here is None or there is None:
        return None
    return Drop({name: _between(there, here, column) for column, name in enumerate(METHODS)})


def _between(there: Part, here: Part, method: int) -> Difference:
    first, second = (Estimate(mean(part.values[method]), UNKNOWN) for part in (there, here))
    return there.difference(here, method).between(first, second)


def _signed(found: Difference) -> str:
    low, high = found.interval
    return f"{found.value:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}"
