"""The verdict on kinds of fakes that neither method had seen, beside that on the same fakes by networks which had."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from facevalue.common.methods import METHODS, TRAINED
from facevalue.common.words import printable, shortened
from facevalue.evaluating.again import Again
from facevalue.evaluating.verdict import NEITHER, Comparison, better, metrics
from facevalue.statistics.combined import Combined
from facevalue.statistics.holm import holm
from facevalue.statistics.intervals import LEVEL, Difference, flat, known
from facevalue.statistics.trainings import Trainings
from facevalue.unseen.matrix import Matrix

NOTHING = "no kind is left out, split.unseen is none"
_LONGEST = 60  # letters of a kind's name
_NAMED = 3  # kinds in a list
_COLUMNS = METHODS.index("full"), METHODS.index("crop")


@dataclass(frozen=True)
class OfKind:
    """Crop against full on one kind, by networks that had not seen it; `p_adjusted` is Holm's, over all kinds."""

    comparison: Comparison
    p_adjusted: float

    @property
    def answer(self) -> str:
        """As of a `Comparison`, by the corrected p-value, which is never the smaller one."""
        return self.comparison.answer if self.p_adjusted < LEVEL else NEITHER

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        found = self.comparison.found
        return {
            self.comparison.first: found.first.value,
            self.comparison.second: found.second.value,
            "difference": found.value,
            "interval": found.interval.known,
            "p_value": known(found.p_value),
            "p_adjusted": known(self.p_adjusted),
            "answer": self.answer,
        }


@dataclass(frozen=True, eq=False)
class Found:
    """What the networks that had not seen a kind say.

    Attributes:
        matrix: every cell.
        trainings: of each method, for every kind.
        pool: from how many pictures they draw, kinds that are left out among them.
        unjudged: the kinds that are not in it, each with its reason.
    """

    matrix: Matrix
    trainings: int
    pool: int
    unjudged: Sequence[tuple[str, str]]

    @cached_property
    def unseen(self) -> Comparison | None:
        """Crop against full over all kinds, each by networks that had not seen it; None where there is no kind."""
        return self._compared(self.matrix.unseen)

    @cached_property
    def seen(self) -> Comparison | None:
        """The same by networks that had; None where there are none."""
        return self._compared(self.matrix.seen)

    @cached_property
    def by_kind(self) -> dict[str, OfKind]:
        """The same kind by kind: where the methods change places on one of them, the mean hides it."""
        found = {kind: self._compared_on(kind) for kind in self.matrix.fakes}
        adjusted = holm([each.found.p_value for each in found.values()])
        return {kind: OfKind(each, p_value) for (kind, each), p_value in zip(found.items(), adjusted, strict=True)}

    @cached_property
    def costs(self) -> dict[str, Difference]:
        """By how much each method's AUC is higher on seen kinds than on unseen ones."""
        unseen, seen = self.matrix.unseen, self.matrix.seen
        if unseen is None or seen is None:
            return {}
        found = self.matrix.estimator(Combined.beside(unseen, seen))
        return {name: found.compare(column, len(METHODS) + column) for column, name in enumerate(METHODS)}

    @property
    def sentence(self) -> str:
        """In words."""
        return "; ".join(filter(None, (self._judged(), self._not_judged(), self._not_finite())))

    def metrics(self) -> dict[str, dict[str, float | None]]:
        """The flat numbers of each of `METHODS`: `auc` of unseen kinds, `auc_seen`; without kinds there are none."""
        unseen, seen = self.matrix.unseen, self.matrix.seen
        if unseen is None:
            return {}
        found = self.matrix.estimator(unseen)
        of_seen = self.matrix.estimator(seen) if seen else None
        counts = {"pictures": self.matrix.pictures, "trainings": self.trainings, "kinds": len(self.matrix.fakes)}
        return {
            name: {
                **flat("auc", found.estimate(column)),
                **(flat("auc_seen", of_seen.estimate(column)) if of_seen else {}),
                **counts,
            }
            for column, name in enumerate(METHODS)
        }

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        unseen = self.unseen
        return {
            "answer": unseen.answer if unseen else None,
            "unseen": metrics(unseen),
            "seen": metrics(self.seen),
            "by_kind": {kind: each.to_metrics() for kind, each in self.by_kind.items()},
            "costs": {
                name: {"auc": each.value, "interval": each.interval.known, "p_value": known(each.p_value)}
                for name, each in self.costs.items()
            },
            "kinds": dict(self.matrix.fakes),
            "unjudged": dict(self.unjudged),
            "reals": self.matrix.reals,
            "pictures": self.matrix.pictures,
            "groups": self.matrix.groups.count,
            "trainings": self.trainings,
            "sentence": self.sentence,
        }

    def _compared(self, combined: Combined | None) -> Comparison | None:
        if combined is None:
            return None
        found = self.matrix.estimator(combined)
        again = Again.of(found, _COLUMNS, self.matrix.pictures) if isinstance(found, Trainings) else None
        return Comparison("full", "crop", found.compare(*_COLUMNS), self.matrix.pictures, self.trainings, again)

    def _compared_on(self, kind: str) -> Comparison:
        found = self.matrix.estimator_of(kind, self.matrix.cells[kind, kind])
        pictures = self.matrix.fakes[kind] + self.matrix.reals
        return Comparison("full", "crop", found.compare(*_COLUMNS), pictures, self.trainings, None)

    def _judged(self) -> str:
        unseen, seen = self.unseen, self.seen
        if unseen is None:
            return "nothing to compare: no kind has a test picture that both methods have scored, beside real ones"
        kinds = len(self.matrix.fakes)
        over = f"means over {kinds} kinds" if kinds > 1 else "of one kind"
        trained = f" and {self.trainings} trainings each" if self.trainings > 1 else ""
        groups = self.matrix.groups
        sample = f"{self.matrix.pictures:,} test pictures{f' in {groups.count:,} groups' if groups.several else ''}"
        given = f"trainings from these {self.pool:,} pictures" if self.trainings > 1 else "these networks alone"
        said = [
            f"on kinds of fakes that neither had seen, {unseen.answer}: AUC {unseen.values}, {over}{trained}, "
            f"on {sample}, {unseen.facts}, for these kinds and {given}",
            self._told_by_kind(),
            f"by networks that had seen the kind and not another, {seen.answer}: AUC {seen.values}, {seen.facts}"
            if seen
            else "no networks had seen the kind and not another, since one kind alone is left out",
        ]
        if unseen.too_few:
            said.append(unseen.claims_nothing)
        if costs := self.costs:
            each = " and ".join(f"{name} {_cost(costs[name])}" for name in reversed(TRAINED))
            said.append(f"not to have seen a kind costs {each} of AUC")
        return "; ".join(filter(None, said))

    def _told_by_kind(self) -> str:
        """On which kinds which method is better; nothing of one kind alone, or where nothing can be claimed."""
        if len(self.by_kind) < 2 or any(each.comparison.too_few for each in self.by_kind.values()):
            return ""
        told = []
        for answer in map(better, TRAINED):
            if kinds := [_named(kind) for kind, each in self.by_kind.items() if each.answer == answer]:
                told.append(f"{answer} on {_listed(kinds)}")
        return f"by kind, {', '.join(told)} (Holm's p below {LEVEL:.2f})" if told else f"by kind, {NEITHER}"

    def _not_judged(self) -> str:
        told = [f"{_named(kind)} ({reason})" for kind, reason in self.unjudged]
        return f"not judged: {_listed(told)}" if told else ""

    def _not_finite(self) -> str:
        count = self.matrix.left_out
        return f"{count:,} pictures have a score that is not a finite number and are left out" if count else ""


def judge(kinds: pd.DataFrame, tests: Sequence[Sequence[pd.DataFrame]], pool: int) -> Found:
    """Judge the networks that have not seen a kind.

    Args:
        kinds: a row per kind as `split` found them: `folder`, empty where it is not left out, `kind` and `reason`.
        tests: of each kind that is left out, in their order, and of each training its test pictures, scored.
        pool: from how many pictures the trainings draw.
    """
    left_out = kinds[kinds["folder"] != ""]["kind"].tolist()
    matrix = Matrix.of(dict(zip(left_out, tests, strict=True)))
    reasons = [(str(row["kind"]), str(row["reason"])) for _, row in kinds[kinds["folder"] == ""].iterrows()]
    faceless = [(kind, "no test picture has a score of both methods") for kind in left_out if kind not in matrix.fakes]
    return Found(matrix, len(tests[0]), pool, [*reasons, *faceless])


def _named(kind: str) -> str:
    return repr(shortened(printable(kind), _LONGEST))


def _listed(told: Sequence[str]) -> str:
    """All of a few; of many the first, and how many more."""
    if len(told) > _NAMED:
        return f"{', '.join(told[:_NAMED])} and {len(told) - _NAMED} more"
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))


def _cost(found: Difference) -> str:
    if not found.interval.known:
        return f"{found.value:.3f}"
    low, high = found.interval
    return f"{found.value:.3f} ({low:+.3f} to {high:+.3f})"
