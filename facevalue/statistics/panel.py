"""The one place that decides how AUCs and accuracies are judged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from facevalue.statistics.bootstrap import RESAMPLES, grouped_accuracy, grouped_auc
from facevalue.statistics.delong import Placements
from facevalue.statistics.inputs import both_classes
from facevalue.statistics.intervals import Estimator
from facevalue.statistics.mcnemar import Hits
from facevalue.statistics.thresholds import Threshold, called_fake


@dataclass(frozen=True, eq=False)
class Panel:
    """Pictures that k methods have scored: `targets` and `groups` (n,), `logits` and `called` (n, k).

    One decision, made here: where every picture is its own group, AUCs are judged by `Placements` and accuracies by
    `Hits`; where groups hold more than one picture, these would take dependent pictures for independent ones and be
    too sure, so both are judged by the bootstrap of groups, whatever the others would say.
    """

    targets: NDArray[np.int64]
    groups: NDArray[np.int64]
    logits: NDArray[np.float64]
    called: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        targets: NDArray[np.int64],
        logits: Sequence[NDArray[np.float64]],
        thresholds: Sequence[Threshold],
        groups: ArrayLike,
    ) -> "Panel":
        """From targets and group names (n,), and for each method logits (n,) and a threshold."""
        called = [called_fake(*each) for each in zip(logits, thresholds, strict=True)]
        numbers, _ = pd.factorize(np.asarray(groups), sort=True)
        return cls(targets, numbers, np.column_stack(logits), np.column_stack(called))

    def where(self, kept: NDArray[np.bool_]) -> "Panel":
        """Some of the pictures, (n,)."""
        return Panel(self.targets[kept], self.groups[kept], self.logits[kept], self.called[kept])

    @property
    def pictures(self) -> int:
        """How many."""
        return self.targets.size

    @property
    def group_count(self) -> int:
        """How many groups."""
        return np.unique(self.groups).size

    @property
    def grouped(self) -> bool:
        """Whether any group holds more than one picture."""
        return self.group_count < self.pictures

    @property
    def method(self) -> str:
        """What judges them."""
        return "bootstrap of groups" if self.grouped else "DeLong, McNemar"

    def auc(self, resamples: int = RESAMPLES, seed: int = 0) -> Estimator | None:
        """The AUC of every method; `None` without both classes.

        Raises:
            ValueError: a logit is NaN or infinite.
        """
        if not both_classes(self.targets):
            return None
        if self.grouped:
            return grouped_auc(self.targets, self.logits, self.groups, resamples, seed)
        return Placements.of(self.targets, self.logits)

    def accuracy(self, resamples: int = RESAMPLES, seed: int = 0) -> Estimator | None:
        """The accuracy of every method; `None` without pictures."""
        if not self.pictures:
            return None
        correct = self.called == (self.targets[:, None] == 1)
        if self.grouped:
            return grouped_accuracy(self.targets, correct, self.groups, resamples, seed)
        return Hits(correct)
