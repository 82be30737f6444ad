"""Between which values of a column a method differs most, and whether that is more than looking for it finds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from facevalue.common.methods import METHODS
from facevalue.evaluating.columns import Column
from facevalue.evaluating.verdict import FEWEST_TRAININGS
from facevalue.statistics.intervals import LEVEL, StudentEstimate, mean
from facevalue.statistics.panel import Panel
from facevalue.statistics.parts import Part

FEWEST = 5  # pictures of a class that a value needs to be set against others
_WORDS = {"auc": "AUC", "false_alarms": "false alarms"}
_FEW = {"auc": f"{FEWEST} reals and {FEWEST} fakes", "false_alarms": f"{FEWEST} reals"}


@dataclass(frozen=True)
class Gap:
    """By how much a measure of one method is higher on one value's pictures than on another's.

    `difference` is that of this pair alone. `pairs` counts all that it was found among: with Bonferroni's intervals,
    all of them hold the truth with 95 %.
    """

    higher: str
    lower: str
    values: tuple[float, float]
    difference: StudentEstimate
    pairs: int
    claimed: bool

    @property
    def shown(self) -> bool:
        """Whether it is more than the largest of so many pairs would be without any gap, and trainings are enough."""
        return self.claimed and self.difference.p_value_among(self.pairs) < LEVEL

    @property
    def verdict(self) -> str:
        """In words."""
        if not self.claimed:
            return f"with fewer than {FEWEST_TRAININGS} trainings each no gap is claimed"
        return "a gap is shown" if self.shown else "no gap is shown"

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "higher": self.higher,
            "lower": self.lower,
            "higher_value": self.values[0],
            "lower_value": self.values[1],
            "gap": self.difference.value,
            "interval": self.difference.interval,
            "p_value": self.difference.p_value,
            "interval_among_pairs": self.difference.interval_among(self.pairs),
            "p_value_among_pairs": self.difference.p_value_among(self.pairs),
            "shown": self.shown,
        }


@dataclass(frozen=True)
class Found:
    """What one measure of one method shows on the values of a column.

    `largest` is the pair that lies furthest apart, `clearest` that of the lowest p-value; None where there is no pair.
    `left_out` are the values with fewer than `FEWEST` pictures of a class that the measure takes, or all in one group.
    """

    measure: str
    method: str
    by: str
    largest: Gap | None
    clearest: Gap | None
    left_out: Sequence[str]

    @property
    def sentence(self) -> str:
        """In words, which mind that the largest of many gaps was found by looking."""
        start = f"{self.method}, {_WORDS[self.measure]} by {self.by}"
        if not (self.largest and self.clearest):
            return (
                f"{start}: nothing to compare, since fewer than two values have {_FEW[self.measure]} in several groups."
            )
        largest = "" if self.largest.pairs == 1 else f"the largest of {self.largest.pairs} gaps is "
        said = [f"{start}: {largest}{self._told(self.largest)}"]
        if self.clearest.shown and not self.largest.shown:
            said.append(f"A smaller one is clearer: {self._told(self.clearest)}")
        return " ".join(said)

    def _told(self, gap: Gap) -> str:
        """What a pair shows among all, and by itself."""
        write = _number if self.measure == "auc" else _percent
        higher, lower = map(write, gap.values)
        alone = self._judged(gap, 1)
        judged = f"95 % interval {alone}"
        if gap.pairs > 1:
            judged = (
                f"95 % interval {self._judged(gap, gap.pairs)}, as one of {gap.pairs} that was found by looking "
                f"(Bonferroni; of these two values alone {alone})"
            )
        return f"{self._apart(gap)}, {gap.higher} ({higher}) over {gap.lower} ({lower}); {judged}: {gap.verdict}."

    def _apart(self, gap: Gap) -> str:
        value = gap.difference.value
        return f"{value:+.3f}" if self.measure == "auc" else f"{100 * value:+.1f} points"

    def _judged(self, gap: Gap, pairs: int) -> str:
        """The ends of the interval, and the p-value."""
        low, high = gap.difference.interval_among(pairs)
        p_value = gap.difference.p_value_among(pairs)
        p_in_words = "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
        ends = (
            f"{low:+.3f} to {high:+.3f}" if self.measure == "auc" else f"{100 * low:+.1f} to {100 * high:+.1f} points"
        )
        return f"{ends}, {p_in_words}"

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "pairs": self.largest.pairs if self.largest else 0,
            "left_out": list(self.left_out),
            "largest": self.largest.to_metrics() if self.largest else None,
            "clearest": self.clearest.to_metrics() if self.clearest else None,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, eq=False)
class Gaps:
    """A column, and what each measure of each method shows on its values; `given` says what that holds fixed."""

    column: Column
    found: Sequence[Found]
    given: Sequence[str] = ()

    @property
    def sentences(self) -> list[str]:
        """How the column was cut, which values are not compared, and the gaps."""
        left_out = {found.measure: found.left_out for found in self.found if found.largest}
        few = [
            f"Without {_FEW[measure]} in several groups, and so without part in the gaps of {_WORDS[measure]}: "
            f"{len(values):,} of {len(self.column.parts):,} values."
            for measure, values in left_out.items()
            if values
        ]
        return [self.column.sentence, *few, *self.given, *(found.sentence for found in self.found)]

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        methods: dict[str, dict[str, object]] = {name: {} for name in METHODS}
        for found in self.found:
            methods[found.method][found.measure] = found.to_metrics()
        return {
            "column": self.column.name,
            "by": self.column.by,
            "values": [value for value, _ in self.column.parts],
            "cut_at_thirds": self.column.cut,
            "missing": self.column.missing,
            "not_shown": self.column.hidden,
            "gaps": methods,
            "sentences": self.sentences,
        }


def gaps(column: Column, panel: Panel) -> Gaps:
    """The largest gap of each of `METHODS`, in AUC and in false alarms.

    Values with fewer than `FEWEST` pictures of a class take no part: the furthest apart would be theirs by chance.

    Args:
        column: its parts are of the panel's pictures.
        panel: its columns are `METHODS`.
    """
    parts = [(value, panel.where(inside)) for value, inside in column.parts]
    claimed = panel.trainings == 1 or panel.trainings >= FEWEST_TRAININGS
    found = []
    for measure, part_of in _MEASURED.items():
        judged = {value: part_of(part) for value, part in parts}
        kept = {value: part for value, part in judged.items() if part}
        left_out = [value for value, part in judged.items() if not part]
        for number, method in enumerate(METHODS):
            among = _pairs(kept, number, claimed)
            largest = max(among, key=lambda gap: gap.difference.value, default=None)
            clearest = min(among, key=lambda gap: gap.difference.p_value, default=None)
            found.append(Found(measure, method, column.by, largest, clearest, left_out))
    return Gaps(column, found, _given(panel))


def _given(panel: Panel) -> list[str]:
    """As the verdict says it: networks trained once are fixed, and cross-fitting makes intervals too narrow."""
    said = ["Each method was trained once: gaps are those of these networks alone."] if panel.trainings == 1 else []
    if panel.folds.any():
        said.append("Intervals are approximate since folds train on one another's test pictures.")
    return said


def to_metrics(found: Sequence[Gaps]) -> dict[str, object]:
    """Plain values for JSON."""
    return {
        "columns": [each.to_metrics() for each in found],
        "sentence": f"slices by {', '.join(each.column.by for each in found)}"
        if found
        else "no further column asked for",
    }


def _auc(part: Panel) -> Part | None:
    return part.auc_part() if min(_counts(part)) >= FEWEST else None


def _false_alarms(part: Panel) -> Part | None:
    return part.false_alarm_part() if _counts(part)[0] >= FEWEST else None


_MEASURED: Mapping[str, Callable[[Panel], Part | None]] = {"auc": _auc, "false_alarms": _false_alarms}


def _counts(part: Panel) -> tuple[int, int]:
    fakes = int(part.targets.sum())
    return part.pictures - fakes, fakes


def _pairs(parts: Mapping[str, Part], method: int, claimed: bool) -> list[Gap]:
    """Every pair of values, the higher one first."""
    ordered = sorted(parts.items(), key=lambda part: -mean(part[1].values[method]))
    count = len(ordered) * (len(ordered) - 1) // 2
    return [
        Gap(
            higher,
            lower,
            (mean(high.values[method]), mean(low.values[method])),
            low.difference(high, method),
            count,
            claimed,
        )
        for (higher, high), (lower, low) in combinations(ordered, 2)
    ]


def _number(value: float) -> str:
    return f"{value:.3f}"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
