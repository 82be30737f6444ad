"""Whether a method does better in one experiment than in another, on the pictures that both have tested."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from facevalue.common import catalogue
from facevalue.common.errors import SourceError
from facevalue.common.union_find import linked
from facevalue.evaluating import evaluation, verdict
from facevalue.evaluating.verdict import NEITHER
from facevalue.judging.experiments import Experiment
from facevalue.judging.scale import logits
from facevalue.judging.table import Table
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import HALF

MORE = "run both with split.repeats at 5"


@dataclass(frozen=True, eq=False)
class Pair:
    """Two experiments' scores of the pictures that both have tested, in the same order.

    Attributes:
        experiments: the second is set against the first.
        tables: the scores of these pictures in each, by method.
        alone: how many pictures each has tested alone.
        contrary: how many have another label in each, and are left out.
        groups: of each picture, linked where it shares one in either experiment.
    """

    experiments: tuple[Experiment, Experiment]
    tables: tuple[Table, Table]
    alone: tuple[int, int]
    contrary: int
    groups: Sequence[str]

    @classmethod
    def of(cls, first: Experiment, second: Experiment) -> "Pair":
        """From what each has tested; a picture is known by its name.

        Raises:
            SourceError: they have none in common.
        """
        one, other = (each.table.pictures.reset_index() for each in (first, second))
        both = one.merge(other, on="picture", suffixes=("_first", "_second"), validate="one_to_one")
        alone = len(one) - len(both), len(other) - len(both)
        agreed = both[both["label_first"] == both["label_second"]]
        if agreed.empty:
            label = " that has the same label in both" if len(both) else ""
            counts = f"{len(one):,} in {first.name}, {len(other):,} in {second.name}"
            raise SourceError(f"no picture was tested by both{label} ({counts}), so nothing can be compared.")
        kept = _only(first.table, agreed["index_first"]), _only(second.table, agreed["index_second"])
        groups = linked(list(zip(*(_named(place, table.pictures) for place, table in enumerate(kept)), strict=True)))
        return cls((first, second), kept, alone, len(both) - len(agreed), groups)

    @property
    def names(self) -> list[str]:
        """What the experiments are called."""
        return [each.name for each in self.experiments]

    @property
    def counts(self) -> str:
        """How many pictures there are, in words."""
        first, second = (f"{count:,} by {name} alone" for count, name in zip(self.alone, self.names, strict=True))
        contrary = f"; {self.contrary:,} have another label in each and are left out" if self.contrary else ""
        return f"{len(self.groups):,} pictures were tested by both, {first} and {second}{contrary}."

    def sentence(self, method: str) -> str:
        """What is said of a method: the verdict on the second experiment against the first."""
        scores = [logits(table.scores[method], "probabilities") for table in self.tables]
        counts = [each.shape[1] for each in scores]
        trainings = min(counts)
        first, second = (each[:, :trainings] for each in scores)
        finite = np.asarray(np.isfinite(np.hstack([first, second])).all(axis=1))
        pictures = self.tables[0].pictures.loc[finite]
        groups = np.asarray(self.groups)[finite]
        panel = Panel.of(catalogue.targets(pictures["label"]), [first[finite], second[finite]], [HALF, HALF], groups)
        return " ".join(
            [self._told(panel), *self._fewer(counts), *_unfit(len(finite) - panel.pictures), *self._crossed()]
        )

    def _told(self, panel: Panel) -> str:
        auc = panel.auc()
        if auc is None:
            return f"{NEITHER}; no AUC: {_one_class(panel)}."
        if np.array_equal(panel.logits[:, 0], panel.logits[:, 1]):
            value = auc.estimate(0).value
            return f"the same: both give each of {panel.pictures:,} pictures the same scores, AUC {value:.3f}."
        return verdict.judge(panel, auc, panel.accuracy(), names=self.names, more=MORE).sentence

    def _fewer(self, counts: Sequence[int]) -> list[str]:
        if len(set(counts)) == 1:
            return []
        more, name = max(zip(counts, self.names, strict=True))
        return [f"Of {name}, the first {min(counts)} of {more} trainings are taken."]

    def _crossed(self) -> list[str]:
        """That scores of several folds' networks are ranked together, since nothing tells which are whose."""
        crossed = [each.name for each in self.experiments if each.folds > 1]
        return [f"Pictures of all folds of {' and '.join(crossed)} are ranked together here."] if crossed else []


def _only(table: Table, rows: pd.Series) -> Table:
    scores = {name: each[rows.to_numpy()] for name, each in table.scores.items()}
    return Table(table.pictures.loc[rows].reset_index(drop=True), scores)


def _named(place: int, pictures: pd.DataFrame) -> list[str]:
    return [f"{place}:{group}" for group in evaluation.group_names(pictures)]


def _one_class(panel: Panel) -> str:
    if not panel.pictures:
        return "no picture has a score of both"
    return f"all {panel.pictures:,} pictures are {'fake' if panel.targets.all() else 'real'}"


def _unfit(pictures: int) -> list[str]:
    return [f"{pictures:,} pictures have a score that is not a finite number and are left out."] if pictures else []
