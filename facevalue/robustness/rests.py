"""What Method 1's answer rests on: how well it tells real from fake without the face, and without the background."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from facevalue.robustness.hiding import BACKGROUND, FACE, HIDDEN
from facevalue.robustness.perturb import UNDISTURBED
from facevalue.robustness.scores import crossed
from facevalue.statistics.bootstrap import CHANCE
from facevalue.statistics.intervals import UNKNOWN, Difference, Estimate, Interval, known
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import HALF

KEPT = 0.5  # share of what an AUC has above chance; who surely keeps so much of it does not need what is hidden


class Hidden(NamedTuple):
    """The AUC of pictures of which a part is hidden, and by how much it is below that of the whole ones."""

    auc: Estimate
    drop: float
    drop_interval: Interval


_NOTHING = Hidden(Estimate(math.nan, UNKNOWN), math.nan, UNKNOWN)


@dataclass(frozen=True)
class Rests:
    """The AUC of the whole picture's network on whole pictures, and with the face and the background hidden.

    All of the same test pictures, so that the drops are paired. Numbers are NaN where there is no AUC, intervals
    `UNKNOWN` where nothing tells how other pictures would do.
    """

    whole: Estimate
    face: Hidden
    background: Hidden
    pictures: int
    trainings: int

    @property
    def needs_no_face(self) -> bool:
        """Whether most of the answer surely stays where the face is hidden.

        Both intervals, that of whole pictures and that of pictures without the face, lie above chance, and the upper
        end of the drop's is at most half of what the whole picture's AUC has above chance.
        """
        above = min(self.whole.interval.low, self.face.auc.interval.low) > CHANCE  # NaN is not
        return above and self.face.drop_interval.high <= (1 - KEPT) * (self.whole.value - CHANCE)

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        if math.isnan(self.whole.value):
            return "no AUC with a part of the picture hidden"
        return f"{self._without_face}; without the background {_reached(self.background.auc)}"

    @property
    def warning(self) -> str | None:
        """What the verdict must carry; None where there is nothing."""
        return self._without_face if self.needs_no_face else None

    @property
    def _without_face(self) -> str:
        still = "still " if self.needs_no_face else ""
        reached, whole = f"{still}reaches {_reached(self.face.auc)}", f"{self.whole.value:.2f} with it"
        return f"without the face the whole-picture network {reached}, {whole}{self._grade}"

    @property
    def _grade(self) -> str:
        if self.needs_no_face:
            return ": it does not need the face"
        if not self.face.drop_interval.known:
            return ""
        if self.face.drop_interval.low > 0:
            return ": the face is a part of its answer"
        return ": these pictures do not tell whether it needs the face"

    def to_metrics(self) -> dict[str, dict[str, float | None]]:
        """Rows of one table, `whole`, `face_hidden` and `background_hidden`: `auc` with the ends of its interval."""
        rows = {"whole": self.whole, "face_hidden": self.face.auc, "background_hidden": self.background.auc}
        counts = {"pictures": self.pictures, "trainings": self.trainings}
        return {
            name: {"auc": known(value), "auc_low": known(low), "auc_high": known(high), **counts}
            for name, (value, (low, high), _) in rows.items()
        }

    def to_details(self) -> dict[str, object]:
        """The drops, the sentence and the warning, as plain values for JSON."""
        parts = {"face": self.face, "background": self.background}
        drops = {name: {"drop": known(part.drop), "interval": part.drop_interval.known} for name, part in parts.items()}
        return {"sentence": self.sentence, "warning": self.warning, **drops}


def rests(scores: Sequence[pd.DataFrame]) -> Rests:
    """Measure it, from what `scores.score` returned for each training; with `fold` where there are several."""
    found = crossed(scores, [(condition, "full") for condition in (UNDISTURBED, *HIDDEN)])
    panel = Panel.of(found.targets, found.logits, [HALF] * len(found.logits), found.groups, found.folds)
    auc = panel.auc()
    size, trainings = panel.pictures, panel.trainings
    if auc is None:
        return Rests(_NOTHING.auc, _NOTHING, _NOTHING, size, trainings)
    parts = {part: _hidden(auc.compare(column, 0)) for column, part in enumerate(HIDDEN, start=1)}
    return Rests(auc.estimate(0), parts[FACE], parts[BACKGROUND], size, trainings)


def _hidden(against_whole: Difference) -> Hidden:
    return Hidden(against_whole.first, against_whole.value, against_whole.interval)


def _reached(auc: Estimate) -> str:
    ends = f" ({auc.interval.low:.2f} to {auc.interval.high:.2f})" if auc.interval.known else ""
    return f"AUC {auc.value:.2f}{ends}"
