"""What averaging all networks of a method gives, as `predict` does: one more detector, not one more training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facevalue.common.methods import METHODS
from facevalue.statistics.intervals import Estimate
from facevalue.statistics.panel import Panel


@dataclass(frozen=True)
class Averaged:
    """The AUC of each method where the logits of its trainings are averaged.

    There is one such average, so its interval is over pictures alone: another set of trainings has another. `like` says
    what else averages so.
    """

    aucs: Mapping[str, Estimate]
    trainings: int
    like: str

    @property
    def sentence(self) -> str:
        """In words."""
        values = ", ".join(f"{estimate.value:.3f} ({name}{_ends(estimate)})" for name, estimate in self.aucs.items())
        return (
            f"Averaged over the {self.trainings} trainings{self.like}, the AUC is {values}; there is one such "
            "average of each, so nothing here tells how other trainings would do"
        )

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON; of each method `auc` and its interval."""
        aucs = {name: {"auc": each.value, "interval": each.interval.known} for name, each in self.aucs.items()}
        return {**aucs, "trainings": self.trainings, "sentence": f"{self.sentence}."}


def _ends(estimate: Estimate) -> str:
    return f", {estimate.interval.low:.3f} to {estimate.interval.high:.3f}" if estimate.interval.known else ""


def averaged(
    panel: Panel, resamples: int, seed: int, names: Sequence[str] = METHODS, like: str = ", as predict does"
) -> Averaged | None:
    """From a panel whose columns have these names; None of one training, without an AUC, or with cross-fitting.

    With cross-fitting a picture is scored by other networks in every repeat, of which each has seen it in the others.
    """
    if panel.trainings == 1 or panel.folds.any():
        return None
    auc = panel.averaged().auc(resamples, seed)
    if auc is None:
        return None
    return Averaged({name: auc.estimate(column) for column, name in enumerate(names)}, panel.trainings, like)
