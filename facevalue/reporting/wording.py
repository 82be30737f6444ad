"""How the report writes numbers, and what it calls the measures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ABSENT = "n/a"
_BOUNDS = (0.1, 0.2, 0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Line:
    """A line of the table: its key in `metrics/METHOD.json`, its name, what it says, and the filter that writes it."""

    key: str
    name: str
    says: str
    form: str = "number"


LINES = (
    Line("auc", "AUC", "how well the scores rank fakes above reals; 0.5 is chance, 1 is perfect"),
    Line("accuracy", "Accuracy", "pictures called right", "percent"),
    Line("recall_real", "Reals found", "reals called real (recall)", "percent"),
    Line("recall_fake", "Fakes found", "fakes called fake (recall)", "percent"),
    Line("eer", "Equal error rate", "where as many reals as fakes are called wrong; lower is better", "percent"),
    Line("tpr_at_fpr_5", "Fakes found, 5 % alarms", "fakes called fake where at most 5 % of reals are", "percent"),
    Line("tpr_at_fpr_1", "Fakes found, 1 % alarms", "fakes called fake where at most 1 % of reals are", "percent"),
    Line("brier", "Brier score", "mean squared error of the probabilities; lower is better, 0.25 for always 0.5"),
    Line("ece", "Calibration error", "gap between probabilities given and fakes found (ECE); lower is better"),
    Line("threshold", "Threshold", "from this probability on a picture is called fake"),
    Line("coverage", "Coverage", "test pictures that the method can score", "percent"),
    Line("pictures", "Pictures (n)", "test pictures that all methods have scored", "count"),
)


SLICES = {
    "kind": "The fakes of each kind against all reals.",
    "face size": "Longer side of the face as a share of the picture's.",
    "confidence": "How sure the face detector was.",
}
"""What the pictures are sliced by, and what is said of it; whatever else they are sliced by is a user's column."""


def sliced(by: str) -> str:
    """What a chart of slices says of them."""
    return SLICES.get(by, "A column of your table; each value ranked by itself.")


def number(value: float | None) -> str:
    """Three decimals."""
    return ABSENT if value is None else f"{value:.3f}"


def percent(value: float | None) -> str:
    """A share in percent."""
    return ABSENT if value is None else f"{100 * value:.1f} %"


def signed(value: float | None) -> str:
    """A difference."""
    return ABSENT if value is None else f"{value:+.3f}"


def count(value: float | None) -> str:
    """A whole number."""
    return ABSENT if value is None else f"{value:,.0f}"


def p_value(value: float | None) -> str:
    """As the verdict writes it."""
    return ABSENT if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}"


def grade(found: str | None) -> str:
    """How much file facts tell, in words."""
    words = {"none": "nothing", "weak": "too little to matter", "some": "something", "alone": "real from fake"}
    return ABSENT if found is None else words[found]


def value(anything: object) -> str:
    """A parameter or a fact, whatever its type."""
    if isinstance(anything, list):
        return ", ".join(map(value, anything)) or "none"
    if isinstance(anything, bool):
        return str(anything).lower()
    if isinstance(anything, float):
        return f"{anything:.4g}"
    return "null" if anything is None else str(anything)


def headline(sentence: str, answer: str, warnings: Sequence[str]) -> tuple[str, str]:
    """A verdict's sentence as its answer and its facts; the warnings, which stand beside it, are not said twice."""
    for warning in warnings:
        sentence = sentence.replace(f"; {warning.removesuffix('.')}", "")
    if not sentence.startswith(answer):
        return sentence, ""
    return f"{answer}.", sentence.removeprefix(answer).lstrip(":; ")


def in_words(number: int) -> str:
    """A small count as a word, at the beginning of a sentence."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[number] if number < len(words) else f"{number:,}"


def bar(comparison: Mapping[str, Any]) -> dict[str, float]:
    """Where the interval of a difference lies on an axis from -`bound` to `bound`, in percent of its width.

    The axis is the narrowest of a few that hold the interval; zero is always in its middle.
    """
    low, high = comparison["interval"]
    bound = next(bound for bound in _BOUNDS if max(abs(low), abs(high)) <= bound)
    left, point, right = (round(50 + 50 * end / bound, 3) for end in (low, comparison["difference"], high))
    return {"bound": bound, "left": left, "width": round(right - left, 3), "point": point}


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number,
    "percent": percent,
    "signed": signed,
    "count_words": count,
    "p_value": p_value,
    "grade": grade,
    "value": value,
    "bar": bar,
    "in_words": in_words,
    "sliced": sliced,
}
