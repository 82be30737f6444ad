"""Which facts of the files the networks use: those without which fakes come closer to reals."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common import catalogue
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.robustness import equalise
from facevalue.robustness.perturb import UNDISTURBED, Condition
from facevalue.robustness.scores import crossed
from facevalue.statistics.bootstrap import CHANCE
from facevalue.statistics.holm import holm
from facevalue.statistics.intervals import LEVEL, UNKNOWN, Estimate, known
from facevalue.statistics.panel import Panel
from facevalue.statistics.shifts import Shift, Shifts, shifts
from facevalue.statistics.thresholds import HALF

MATTERS = 0.25  # standard deviations of a class's logits: at an AUC of 0.76 it is 0.06 of it, by the binormal model

_DIGITS = 4  # of a logit: what differs by a batch's rounding alone has not moved


@dataclass(frozen=True)
class Intervention:
    """What one method's logits do when all pictures are brought to one value of a fact.

    Attributes:
        condition: the fact and the value.
        method: whose logits.
        telling: the AUC with which the fact alone, in the source's files, tells fakes from reals, being larger there.
        moved: by how much, reals, fakes, and fakes more than reals.
        deviation: standard deviation of the undisturbed logits of a class, both pooled.
        p_adjusted: Holm's p-value of `moved.apart`, over all facts and methods.
    """

    condition: Condition
    method: TrainedMethod
    telling: Estimate
    moved: Shifts
    deviation: float
    p_adjusted: float

    @property
    def share(self) -> float:
        """How far fakes move more than reals, in standard deviations; 0 where nothing moves."""
        return self.moved.apart.value / self.deviation if self.moved.apart.value else 0.0

    @property
    def differs(self) -> bool:
        """Whether reals and fakes surely differ in the fact: where they do not, it can be no shortcut."""
        low, high = self.telling.interval
        return low > CHANCE or high < CHANCE

    @property
    def closer(self) -> bool:
        """Whether fakes surely come closer to reals without the difference, and so far that it matters."""
        return self.p_adjusted < LEVEL and self.share <= -MATTERS

    @property
    def used(self) -> bool:
        """Whether the network uses the fact: the classes differ in it, and without it they come closer."""
        return self.differs and self.closer

    @property
    def sentence(self) -> str:
        """What a network does that uses the fact."""
        closer, (low, high) = -self.moved.apart.value, self.moved.apart.interval
        common = f"{self.condition.name} ({self.condition.value:.4g})"
        return (
            f"with {common} for all pictures, {self.method}'s logits of fakes come closer to those of reals by "
            f"{closer:.2f} (95 % interval {-high:.2f} to {-low:.2f}; "
            f"{-self.share:.1f} standard deviations): the network uses what tells the files apart"
        )

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        apart = self.moved.apart
        return {
            "fact": self.condition.name,
            "value": self.condition.value,
            "method": self.method,
            "telling": {"auc": known(self.telling.value), "interval": self.telling.interval.known},
            "real": _plain(self.moved.real),
            "fake": _plain(self.moved.fake),
            "apart": {**_plain(apart), "p_value": known(apart.p_value), "p_adjusted": known(self.p_adjusted)},
            "deviation": known(self.deviation),
            "share": known(self.share),
            "differs": self.differs,
            "closer": self.closer,
            "used": self.used,
        }


@dataclass(frozen=True)
class Interventions:
    """All of them, on so many test pictures."""

    found: list[Intervention]
    pictures: int

    @property
    def warning(self) -> str | None:
        """What the verdict must carry; None where no fact is used."""
        return "; ".join(each.sentence for each in self.found if each.used) or None

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        return self.warning or self._unused

    @property
    def _unused(self) -> str:
        facts = ", ".join(dict.fromkeys(each.condition.name for each in self.found))
        if all(math.isnan(each.p_adjusted) for each in self.found):
            return f"too few groups of real or of fake pictures to ask what {facts} would change"
        return f"with {facts} for all pictures, no network is seen to use what tells the files apart"

    def to_details(self) -> dict[str, object]:
        """Plain values for JSON."""
        rows = [each.to_metrics() for each in self.found]
        return {"sentence": self.sentence, "warning": self.warning, "pictures": self.pictures, "facts": rows}


def telling(test: pd.DataFrame, facts: pd.DataFrame) -> dict[str, Estimate]:
    """How well each fact alone tells fakes from reals, by the name of its condition.

    Args:
        test: `label` and `group` of the test pictures.
        facts: as `equalise.values` takes them, of the source's files, in the same order.
    """
    found = equalise.values(facts)
    targets, columns = catalogue.targets(test["label"]), [found[name].to_numpy(dtype=np.float64) for name in found]
    auc = Panel.of(targets, columns, [HALF] * len(columns), test["group"]).auc()
    nothing = Estimate(math.nan, UNKNOWN)
    return {str(name): auc.estimate(column) if auc else nothing for column, name in enumerate(found)}


def intervene(
    scores: Sequence[pd.DataFrame], conditions: Sequence[Condition], told: Mapping[str, Estimate]
) -> Interventions:
    """Compare each method's logits before and after.

    Args:
        scores: as `scores.score` returns, of each training; with `fold` where there are several, one after the other.
        conditions: as `equalise.Common.conditions` gives them.
        told: as `telling` returns.
    """
    moves = {(condition, method): _move(scores, condition, method) for condition in conditions for method in TRAINED}
    adjusted = holm([moved.apart.p_value for moved, _ in moves.values()])
    found = [
        Intervention(condition, method, told[condition.name], moved, deviation, p_value)
        for ((condition, method), (moved, deviation)), p_value in zip(moves.items(), adjusted, strict=True)
    ]
    return Interventions(found, int((scores[0]["name"] == UNDISTURBED.name).sum()))


def _move(scores: Sequence[pd.DataFrame], condition: Condition, method: TrainedMethod) -> tuple[Shifts, float]:
    """How a method's logits move, and how they scatter within a class before."""
    found = crossed(scores, [(UNDISTURBED, method), (condition, method)])
    before, after = found.logits
    moved = shifts(found.targets, (after - before).round(_DIGITS), found.groups)
    return moved, _deviation(found.targets, before.round(_DIGITS))


def _deviation(targets: NDArray[np.int64], logits: NDArray[np.float64]) -> float:
    """Standard deviation within the classes, pooled, in the mean over trainings; NaN of too few pictures."""
    classes = [logits[targets == label] for label in np.unique(targets)]
    freedom = len(logits) - len(classes)
    if freedom < 1:
        return math.nan
    squares = np.sum([np.square(each - each.mean(axis=0)).sum(axis=0) for each in classes], axis=0)
    return float(np.sqrt(squares / freedom).mean())


def _plain(shift: Shift) -> dict[str, object]:
    return {"shift": known(shift.value), "interval": shift.interval.known}
