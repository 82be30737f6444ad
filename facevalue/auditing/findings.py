"""The audit of a sample: what its files tell, which pictures stand twice, in numbers and in one sentence."""

from dataclasses import asdict, dataclass

import pandas as pd

from facevalue.auditing import duplicates, shortcut
from facevalue.auditing.duplicates import Duplicates
from facevalue.auditing.shortcut import Telling
from facevalue.common import catalogue
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import HALF

CHANCE = 0.5


@dataclass(frozen=True)
class Shortcut:
    """How well file facts tell real from fake; `auc` and its 95 % `interval` are None where nothing can be left out."""

    pictures: int
    facts: list[Telling]
    auc: float | None = None
    interval: tuple[float, float] | None = None

    @property
    def beats_chance(self) -> bool:
        """Whether the whole interval lies above chance."""
        return self.interval is not None and self.interval[0] > CHANCE

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        verdict = {"auc": self.auc, "interval": self.interval, "beats_chance": self.beats_chance}
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
        """Plain values for JSON; the `warning` is the sentence where the file facts beat chance."""
        return {
            "pictures": self.after.pictures,
            "sentence": self.sentence,
            "warning": self.sentence if self.after.beats_chance else None,
            "after": self.after.to_metrics(),
            "before": self.before.to_metrics() if self.before else None,
            "duplicates": self.duplicates.to_metrics(),
        }


def _judged(shortcut: Shortcut) -> str:
    if shortcut.auc is None or shortcut.interval is None:
        return "too few groups of real or of fake pictures to ask what file facts tell"
    low, high = shortcut.interval
    interval = f"95 % interval {low:.2f} to {high:.2f}"
    if shortcut.beats_chance:
        finding = f"file facts alone reach AUC {shortcut.auc:.2f} here"
        return f"{finding}: the networks may have learnt the files, not the faces ({interval})"
    return f"file facts alone do not tell real from fake here: AUC {shortcut.auc:.2f} ({interval})"


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
    auc = None if scores is None else Panel.of(targets, [scores], [HALF], groups).auc()
    return Shortcut(len(pictures), telling, *(auc.estimate(0)[:2] if auc else ()))
