"""The one place that decides how AUCs and accuracies are judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from facevalue.statistics.bootstrap import RESAMPLES, grouped_accuracy, grouped_auc
from facevalue.statistics.delong import Placements, pairs_within
from facevalue.statistics.inputs import checked
from facevalue.statistics.intervals import Estimator, Values
from facevalue.statistics.jackknife import pairs_without
from facevalue.statistics.mcnemar import Hits
from facevalue.statistics.operating import operating_points, reals_needed, true_positive_rates
from facevalue.statistics.parts import Part
from facevalue.statistics.rates import Counted, Rates
from facevalue.statistics.resampling import Groups
from facevalue.statistics.thresholds import Threshold, called_fake
from facevalue.statistics.trainings import of_accuracies, of_aucs


@dataclass(frozen=True, eq=False)
class Panel:
    """Pictures that k methods have scored with r trainings each.

    One decision, made here. Of one training each, where every picture is its own group, AUCs are judged by
    `Placements` and accuracies by `Hits`; where groups hold more than one picture, these would take dependent pictures
    for independent ones and be too sure, so both are judged by the bootstrap of groups, whatever the others would say.
    Of several trainings each, both are judged by `Trainings`. True positive rates are judged by `operating_points`,
    recalls by `Counted` or `Rates`, and two parts of the pictures against each other by `Part`.
    Where all pictures of a class are in one group, nothing tells how others would do, and there are but `Values`.

    Attributes:
        targets: (n,), fake = 1.
        groups: (n,), numbers.
        logits: (n, k, r).
        thresholds: (n, k, r), the probability from which each is called fake.
        folds: (n, r), the fold whose network scored a picture; all 0 without cross-fitting.
    """

    targets: NDArray[np.int64]
    groups: NDArray[np.int64]
    logits: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    folds: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        targets: NDArray[np.int64],
        logits: Sequence[NDArray[np.float64]],
        thresholds: Sequence[Threshold],
        groups: ArrayLike,
        folds: NDArray[np.int64] | None = None,
    ) -> "Panel":
        """From targets and group names (n,), and for each method logits, (n,) or (n, r), and their thresholds."""
        numbers, _ = pd.factorize(np.asarray(groups), sort=True)
        columns = [_columns(each) for each in logits]
        limits = [np.broadcast_to(_columns(np.asarray(each)), columns[0].shape) for each in thresholds]
        within = np.zeros((len(targets), columns[0].shape[1]), dtype=np.int64) if folds is None else folds
        return cls(targets, numbers, np.stack(columns, axis=1), np.stack(limits, axis=1), within)

    def where(self, kept: NDArray[np.bool_]) -> "Panel":
        """Some of the pictures, (n,)."""
        return Panel(self.targets[kept], self.groups[kept], self.logits[kept], self.thresholds[kept], self.folds[kept])

    def averaged(self) -> "Panel":
        """As of one training each, whose logit is the mean of all."""
        logits, thresholds = (each.mean(axis=2, keepdims=True) for each in (self.logits, self.thresholds))
        return Panel(self.targets, self.groups, logits, thresholds, self.folds[:, :1])

    @property
    def pictures(self) -> int:
        """How many."""
        return self.targets.size

    @property
    def trainings(self) -> int:
        """How many of each method."""
        return int(self.logits.shape[2])

    @property
    def group_count(self) -> int:
        """How many groups."""
        return self._found.count

    @property
    def grouped(self) -> bool:
        """Whether any group holds more than one picture."""
        return self._found.several

    @cached_property
    def _found(self) -> Groups:
        return Groups.of(self.groups, self.targets)

    @property
    def alone(self) -> str:
        """The label whose pictures are all in one group; empty where there is none.

        A picture that is its own group is none in that sense, of one training: its chance is in the regularisation.
        """
        if not self.grouped and self.trainings == 1:
            return ""
        for label, counts in (("real", self._found.reals), ("fake", self._found.fakes)):
            if np.count_nonzero(counts) == 1:
                return label
        return ""

    @property
    def unjudged(self) -> str:
        """Why nothing tells how other pictures would do; empty where it can be told."""
        if self.alone:
            return f"all {self.alone} ones are of one group" if self.grouped else f"only one is {self.alone}"
        if not self.grouped or self.trainings == 1:
            return ""
        held = all(pairs_without(self.targets, fold, self._found).all() for fold in self.folds.T)
        return "" if held else "one group is in every pair of a fake and a real"

    @property
    def method(self) -> str:
        """What judges them."""
        if self.trainings > 1:
            return "Obuchowski and Rockette, " + ("jackknife of groups" if self.grouped else "DeLong")
        return "bootstrap of groups" if self.grouped else "DeLong, McNemar"

    def aucs(self) -> NDArray[np.float64] | None:
        """The AUC of every method and training, (k, r); `None` as of `auc`."""
        return self._aucs if self._ranked else None

    @property
    def _ranked(self) -> bool:
        """Whether every training has a fold with both classes."""
        return all(pairs_within(self.targets, fold) for fold in self.folds.T)

    @property
    def _aucs(self) -> NDArray[np.float64]:
        methods = np.moveaxis(self.logits, 1, 0)
        return np.stack([Placements.of(self.targets, each, self.folds).aucs for each in methods])

    def auc(self, resamples: int = RESAMPLES, seed: int = 0) -> Estimator | None:
        """The AUC of every method; `None` without both classes, or without a fold that has both.

        Raises:
            ValueError: a logit is NaN or infinite.
        """
        if not self._ranked:
            return None
        if self.unjudged:
            return Values(self._aucs)
        if self.trainings > 1:
            return of_aucs(self.targets, self.logits, self.groups, self.folds)
        logits = self.logits[..., 0]
        folds = np.repeat(self.folds, logits.shape[1], axis=1)
        if self.grouped:
            return grouped_auc(self.targets, logits, self.groups, resamples, seed, folds)
        return Placements.of(self.targets, logits, folds)

    def accuracy(self, resamples: int = RESAMPLES, seed: int = 0) -> Estimator | None:
        """The accuracy of every method; `None` without pictures."""
        if not self.pictures:
            return None
        correct = self._right
        if self.group_count == 1 and (self.grouped or self.trainings > 1):
            return Values(correct.mean(axis=0))
        if self.trainings > 1:
            return of_accuracies(self.targets, correct, self.groups)
        if self.grouped:
            return grouped_accuracy(self.targets, correct[..., 0], self.groups, resamples, seed)
        return Hits(correct[..., 0])

    @property
    def real_groups(self) -> int:
        """In how many groups the reals come."""
        return int(np.count_nonzero(self._found.reals))

    def true_positive_rate(
        self, false_alarms: float, resamples: int = RESAMPLES, seed: int = 0
    ) -> Rates | Values | None:
        """The share of fakes that every method finds where it calls at most so large a share of reals fake.

        With cross-fitting, folds are taken together. `None` without fakes, and where the groups of reals are too few to
        show such a share.

        Raises:
            ValueError: a logit is NaN or infinite.
        """
        if not self.targets.any() or self.real_groups < reals_needed(false_alarms):
            return None
        for each in self.logits.reshape(self.pictures, -1).T:
            checked(self.targets, each)
        if self.unjudged:
            columns = self.logits.reshape(self.pictures, -1)
            return Values(true_positive_rates(self.targets, columns, false_alarms).reshape(self.logits.shape[1:]))
        return operating_points(self.targets, self.logits, self.groups, false_alarms, resamples, seed)

    def recall(self, label: int) -> Counted | Rates | Values | None:
        """The share of one class, fake = 1, that every method calls rightly; `None` without a picture of it."""
        found = self._of(label)
        if not found.pictures:
            return None
        right = found._right
        if found.trainings == 1 and not found.grouped:
            return Counted(right[..., 0].sum(axis=0), found.pictures)
        if found.group_count == 1:
            return Values(right.mean(axis=0))
        part = Part.of_rates(right, found.groups)
        means = tuple(part.estimate(column) for column in range(right.shape[1]))
        return Rates(part.values, means, found.pictures, found.group_count)

    def auc_part(self) -> Part | None:
        """The AUC of these pictures, to be set against that of others of the same panel.

        `None` where either class is in fewer than two groups, or one group is in every pair of a fake and a real.
        """
        classes = (np.count_nonzero(counts) for counts in (self._found.reals, self._found.fakes))
        if min(classes) < 2 or not all(pairs_without(self.targets, fold, self._found).all() for fold in self.folds.T):
            return None
        return Part.of_aucs(self.targets, self.logits, self.groups, self.folds)

    def false_alarm_part(self) -> Part | None:
        """The share of reals that are called fake, likewise; `None` where these are in fewer than two groups."""
        reals = self._of(0)
        return Part.of_rates(~reals._right, reals.groups) if reals.group_count > 1 else None

    def _of(self, label: int) -> "Panel":
        return self.where(self.targets == label)

    @property
    def _right(self) -> NDArray[np.bool_]:
        """Which pictures are called rightly, (n, k, r)."""
        return np.asarray(called_fake(self.logits, self.thresholds) == (self.targets[:, None, None] == 1))


def _columns(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:, None] if values.ndim == 1 else values
