"""The audit of a sample: what its files tell, which pictures stand twice, in numbers and in one sentence."""

from dataclasses import asdict, dataclass
from itertools import count
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from facevalue.auditing import duplicates, shortcut
from facevalue.auditing.duplicates import Duplicates
from facevalue.auditing.shortcut import Telling
from facevalue.common import catalogue
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import HALF

CHANCE = 0.5
LITTLE = 0.55  # AUC: facts of this worth lift a detector of 0.80 to 0.803, were it to learn them in full
ENOUGH = 0.9  # AUC: facts of this worth are a detector; four of five pictures are told by them alone

Grade = Literal["none", "weak", "some", "alone"]


@dataclass(frozen=True)
class Shortcut:
    """How well file facts tell real from fake; `auc` and its 95 % `interval` are None where nothing can be left out."""

    pictures: int
    facts: list[Telling]
    auc: float | None = None
    interval: tuple[float, float] | None = None

    @classmethod
    def of(
        cls,
        facts: list[Telling],
        targets: NDArray[np.int64],
        scores: NDArray[np.float64] | None,
        groups: ArrayLike,
    ) -> "Shortcut":
        """From targets, scores by file facts (None where there are none) and group names, (n,)."""
        auc = None if scores is None else Panel.of(targets, [scores], [HALF], groups).auc()
        return cls(len(targets), facts, *(auc.estimate(0)[:2] if auc else ()))

    @property
    def beats_chance(self) -> bool:
        """Whether the whole interval lies above chance."""
        return self.interval is not None and self.interval[0] > CHANCE

    @property
    def grade(self) -> Grade | None:
        """How much the facts tell, by the whole interval and not by whether it leaves chance out alone.

        `none`: it reaches down to chance or lies below. `weak`: above chance, but it ends below `LITTLE`; thousands of
        pictures show what is too small to matter. `alone`: it starts at `ENOUGH` or above. `some`: all between.
        """
        if self.interval is None:
            return None
        low, high = self.interval
        if low <= CHANCE:
            return "none"
        if low >= ENOUGH:
            return "alone"
        return "weak" if high < LITTLE else "some"

    @property
    def misleads(self) -> bool:
        """Whether the networks may have learnt the files."""
        return self.grade in ("some", "alone")

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        verdict = {"auc": self.auc, "interval": self.interval, "beats_chance": self.beats_chance, "grade": self.grade}
        return {**verdict, "pictures": self.pictures, "facts": [asdict(fact) for fact in self.facts]}


@dataclass(frozen=True)
class Audit:
    """The file facts as the networks saw them and, where pictures were recoded, as the source has them."""

    after: Shortcut
    before: Shortcut | None
    duplicates: Duplicates

    @property
    def sentence(self) -> str:
        """What the file facts say."""
        return f"{_judged(self.after)}{_recoded(self.before)}"

    def describe(self) -> str:
        """One line: the sentence, and how many duplicates."""
        return f"{self.sentence}; {self.duplicates.describe()}"

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON; the `warning` is the sentence where the networks may have learnt the files."""
        return {
            "pictures": self.after.pictures,
            "sentence": self.sentence,
            "warning": self.sentence if self.after.misleads else None,
            "after": self.after.to_metrics(),
            "before": self.before.to_metrics() if self.before else None,
            "duplicates": self.duplicates.to_metrics(),
        }


def _judged(shortcut: Shortcut) -> str:
    if shortcut.auc is None or shortcut.interval is None:
        return "too few groups of real or of fake pictures to ask what file facts tell"
    digits = _digits(shortcut.interval)
    auc, low, high = (f"{value:.{digits}f}" for value in (shortcut.auc, *shortcut.interval))
    found = f"AUC {auc} (95 % interval {low} to {high})"
    if shortcut.grade == "alone":
        finding = f"file facts alone tell real from fake here: {found}"
        return f"{finding}; the networks may have learnt the files, not the faces"
    if shortcut.grade == "some":
        finding = f"file facts help to tell real from fake here: {found}"
        return f"{finding}; the networks may have learnt the files beside the faces"
    if shortcut.grade == "weak":
        return f"file facts tell real from fake a little here: {found}, too little to carry a detector"
    return f"file facts alone do not tell real from fake here: {found}"


def _digits(interval: tuple[float, float]) -> int:
    """Two, or as many as it takes to show no end as a bound of a grade that it is not."""
    bounds = (CHANCE, LITTLE, ENOUGH)
    return next(
        digits
        for digits in count(2)
        if all(float(f"{end:.{digits}f}") not in bounds or end in bounds for end in interval)
    )


def _recoded(before: Shortcut | None) -> str:
    return "" if before is None or before.auc is None else f"; AUC {before.auc:.2f} before recoding"


def audit(pictures: pd.DataFrame, facts: pd.DataFrame, before: pd.DataFrame | None) -> Audit:
    """Audit a sample.

    Args:
        pictures: A catalogue with `part`, where the split put each picture; empty where it left it out.
        facts: A row per picture as `file_facts.read` gives them.
        before: The same of the source's files, where the sample was recoded.
    """
    known = pictures.merge(facts, on="path", validate="one_to_one")
    return Audit(
        after=_shortcut(known),
        before=None if before is None else _shortcut(pictures.merge(before, on="path", validate="one_to_one")),
        duplicates=duplicates.find(known[known["part"] != ""]),
    )


def _shortcut(pictures: pd.DataFrame) -> Shortcut:
    """How well the facts of these files tell real from fake."""
    targets, groups = catalogue.targets(pictures["label"]), pictures["group"].to_numpy()
    telling = shortcut.tell(pictures, targets)
    scores = shortcut.scores(pictures, targets, groups)
    return Shortcut.of(telling, targets, scores, groups)
