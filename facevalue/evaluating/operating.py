"""At which false-alarm rates the methods are compared, and which of these the reals are too few to show."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from facevalue.statistics.operating import reals_needed
from facevalue.statistics.panel import Panel

RATES = {"tpr_at_fpr_1": 0.01, "tpr_at_fpr_5": 0.05}
"""The measures, and the largest share of reals that each lets be called fake."""


@dataclass(frozen=True)
class Shown:
    """Whether so many groups of reals show a false-alarm rate; `reason` says why not, None where they do."""

    false_alarm_rate: float
    real_groups: int
    reason: str | None


def shown(panel: Panel) -> dict[str, Shown]:
    """Of each of `RATES`."""
    return {name: Shown(rate, panel.real_groups, _reason(panel, rate)) for name, rate in RATES.items()}


def to_metrics(points: Mapping[str, Shown]) -> dict[str, dict[str, object]]:
    """Plain values for JSON."""
    return {name: asdict(point) for name, point in points.items()}


def _reason(panel: Panel, rate: float) -> str | None:
    needed = reals_needed(rate)
    if panel.real_groups < needed:
        reals = "real" if panel.real_groups == 1 else "reals"
        groups = f"group{'' if panel.real_groups == 1 else 's'} of reals" if panel.grouped else reals
        return f"{panel.real_groups:,} {groups} cannot show a false-alarm rate of {100 * rate:g} %; {needed:,} could"
    return None if panel.targets.any() else "there is no fake to be found"
