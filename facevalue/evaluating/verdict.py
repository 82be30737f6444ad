"""The answer: is the face better than the whole picture, and how sure are we?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scipy.stats import norm

from facevalue.common.methods import METHODS
from facevalue.evaluating.again import Again
from facevalue.statistics.bootstrap import CHANCE
from facevalue.statistics.intervals import LEVEL, Difference, Estimator, known
from facevalue.statistics.panel import Panel
from facevalue.statistics.power import POWER
from facevalue.statistics.trainings import Trainings

FEWEST_TRAININGS = 3  # from which a difference is claimed: two tell next to nothing of how trainings scatter
NEITHER = "no difference shown"
MORE = "set split.repeats to 5"  # what there is to do where trainings are too few


def better(method: str) -> str:
    """The answer that names a method."""
    return f"{method} is better"


CROP, FULL = better("crop"), better("full")


@dataclass(frozen=True)
class Comparison:
    """One measure of two methods, of the names `first` and `second`, on so many `pictures` in so many `trainings`.

    `again` is None of one training each, and where nothing tells how other pictures would do.
    """

    first: str
    second: str
    found: Difference
    pictures: int
    trainings: int
    again: Again | None

    @property
    def too_few(self) -> bool:
        """Whether trainings are several, but too few to claim a difference."""
        return 1 < self.trainings < FEWEST_TRAININGS

    @property
    def claims_nothing(self) -> str:
        """What is said where they are too few."""
        return f"with {self.trainings} trainings each no difference is claimed"

    @property
    def answer(self) -> str:
        """Which is better, or `no difference shown`: one is where the two-sided p-value is below 0.05."""
        if not self.found.p_value < LEVEL or self.too_few:
            return NEITHER
        return better(self.second if self.found.value > 0 else self.first)

    @property
    def pictures_needed(self) -> int | None:
        """How many pictures would show the difference; None where it is shown, is 0, or no number would."""
        if self.answer != NEITHER or not self.found.interval.known or self.too_few:
            return None
        if self.again:
            return self.again.pictures_needed
        return pictures_needed(self.pictures, self.found.value, self.found.standard_error)

    @property
    def facts(self) -> str:
        """The difference in words, second against first."""
        if not self.found.interval.known:
            return f"difference {self.found.value:+.3f}"
        low, high = self.found.interval
        p_value = "< 0.001" if self.found.p_value < 0.001 else f"= {self.found.p_value:.3f}"
        return f"difference {self.found.value:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}, p {p_value}"

    @property
    def values(self) -> str:
        """Both values in words, second against first."""
        return f"{self.found.second.value:.3f} ({self.second}) against {self.found.first.value:.3f} ({self.first})"

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON; the methods' own keys carry their names."""
        return {
            self.first: self.found.first.value,
            f"{self.first}_interval": self.found.first.interval.known,
            self.second: self.found.second.value,
            f"{self.second}_interval": self.found.second.interval.known,
            "difference": self.found.value,
            "interval": self.found.interval.known,
            "p_value": known(self.found.p_value),
            "answer": self.answer,
            "pictures_needed": self.pictures_needed,
            "trainings": self.again.to_metrics() if self.again else None,
        }


@dataclass(frozen=True)
class Verdict:
    """What the paired test pictures say; `sentence` says it in words.

    `auc` is None where one class is missing, `accuracy` where there is no picture.
    """

    auc: Comparison | None
    accuracy: Comparison | None
    pictures: int
    groups: int
    trainings: int
    method: str
    sentence: str

    @property
    def answer(self) -> str:
        """That of the AUC: `crop is better`, `full is better` or `no difference shown`."""
        return self.auc.answer if self.auc else NEITHER

    def qualified(self, warnings: Sequence[str]) -> "Verdict":
        """The same with caveats at the end of the sentence."""
        if not warnings:
            return self
        texts = [text.removesuffix(".") for text in (self.sentence, *warnings)]
        return replace(self, sentence=f"{'; '.join(texts)}.")

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "answer": self.answer,
            "auc": metrics(self.auc),
            "accuracy": metrics(self.accuracy),
            "pictures": self.pictures,
            "groups": self.groups,
            "trainings": self.trainings,
            "method": self.method,
            "sentence": self.sentence,
        }


def judge(
    panel: Panel,
    auc: Estimator | None,
    accuracy: Estimator | None,
    noun: str = "picture",
    pool: int | None = None,
    names: Sequence[str] = METHODS,
    more: str = MORE,
) -> Verdict:
    """The verdict on test pictures that both methods have scored.

    The answer is that of the AUC, which needs no threshold; the accuracy stands beside it. Where one class is missing
    there is no AUC and no difference is shown.

    Args:
        panel: the pictures.
        auc: the panel's AUCs.
        accuracy: the panel's accuracies.
        noun: what the sentence calls one of them.
        pool: from how many pictures each training draws; None where it is not known.
        names: of the panel's columns; the second is set against the first.
        more: how there are enough trainings where they are too few.
    """
    by_auc, by_accuracy = (compare(measure, names[0], names[1], panel, names) for measure in (auc, accuracy))
    return Verdict(
        auc=by_auc,
        accuracy=by_accuracy,
        pictures=panel.pictures,
        groups=panel.group_count,
        trainings=panel.trainings,
        method=panel.method,
        sentence=_sentence(by_auc, by_accuracy, panel, noun, pool, more),
    )


def compare(
    measure: Estimator | None, first: str, second: str, panel: Panel, names: Sequence[str] = METHODS
) -> Comparison | None:
    """Two of the panel's methods, whose columns have these names, by one measure; None where there is none."""
    if measure is None:
        return None
    columns = names.index(first), names.index(second)
    again = Again.of(measure, columns, panel.pictures, names) if isinstance(measure, Trainings) else None
    return Comparison(first, second, measure.compare(*columns), panel.pictures, panel.trainings, again)


def metrics(comparison: Comparison | None) -> dict[str, object] | None:
    """Plain values for JSON, of a comparison that may be missing."""
    return comparison.to_metrics() if comparison else None


def pictures_needed(pictures: int, difference: float, standard_error: float) -> int | None:
    """How many pictures of the same kind would show a true difference of this size with 80 % power; None if it is 0.

    A two-sided test at 0.05 rejects where |d| / se > z(0.975). If the true difference is d, the estimate over se is
    normal around d / se with variance 1, so power is P(Z > z(0.975) - |d| / se), and 80 % takes |d| / se = z(0.975) +
    z(0.8) = 2.80. The standard error falls as 1 / sqrt(pictures) with the same shares of classes and sizes of groups:
    se' = se sqrt(n / n'). Solved for n': n' = n (2.80 se / |d|)^2, rounded up. The observed difference is itself
    uncertain, so this is a guide to the order of magnitude, not a promise.
    """
    if difference == 0:
        return None
    deviates = float(norm.isf(LEVEL / 2) + norm.ppf(POWER))
    return math.ceil(pictures * (deviates * standard_error / difference) ** 2)


def _sentence(
    auc: Comparison | None, accuracy: Comparison | None, panel: Panel, noun: str, pool: int | None, more: str
) -> str:
    sample = f"{panel.pictures:,} test {noun}s"
    if accuracy is None:
        everywhere = " in every training" if panel.trainings > 1 else ""
        return f"nothing to compare: no test {noun} was scored by both methods{everywhere}"
    if auc is None:
        if panel.targets.all() or not panel.targets.any():
            why = f"all {sample} are {'fake' if panel.targets[0] else 'real'}"
        else:
            why = f"a training has no fold with both real and fake ones, of {sample} in all"
        return f"{NEITHER}; no AUC: {why}. Accuracy {accuracy.values}, {accuracy.facts}."
    sample += f" in {panel.group_count:,} group{'s' if panel.group_count > 1 else ''}" if panel.grouped else ""
    means = f", means of {panel.trainings} trainings each," if panel.trainings > 1 else ""
    said = f"{auc.answer}: AUC {auc.values}{means} on {sample}, {auc.facts}"
    if panel.unjudged:
        return f"{said}. No interval: {panel.unjudged}, so nothing tells how others would do."
    return " ".join([f"{said}{given(panel, pool)}.", *_reversed(auc), *_meant(auc), *_needed(auc, noun, more)])


def given(panel: Panel, pool: int | None) -> str:
    """What the interval holds fixed: the networks, or the pictures that they are trained from; and whether it is sure.

    Networks of one cross-fitting have trained on one another's test pictures, which no formula here knows: simulated
    learners are told apart more often than they should be (docs/statistics.md).
    """
    crossed = panel.folds.any()
    approximate = ", approximate since folds train on one another's test pictures" if crossed else ""
    if panel.trainings == 1:
        return f", for these {'' if crossed else 'two '}networks alone{approximate}"
    given = f"trainings from these {pool:,} pictures" if pool else "trainings like these"
    return f", for {given}{approximate}"


def _reversed(auc: Comparison) -> list[str]:
    """Which methods surely rank the wrong way round, which no lack of skill explains."""
    estimates = {auc.second: auc.found.second, auc.first: auc.found.first}
    said = [
        f"by {method} (AUC {found.interval.low:.3f} to {found.interval.high:.3f})"
        for method, found in estimates.items()
        if found.interval.high < CHANCE  # NaN is not
    ]
    ranked = "Fakes are ranked below reals more often than not"
    return [f"{ranked} {' and '.join(said)}; look whether labels are swapped."] if said else []


def _meant(auc: Comparison) -> list[str]:
    """How far trainings scatter, beside how far pictures do; and what that says of new ones."""
    return auc.again.sentences if auc.again else []


def _needed(auc: Comparison, noun: str, more: str = MORE) -> list[str]:
    if auc.answer != NEITHER:
        return []
    if auc.too_few:
        return [f"{auc.claims_nothing[0].upper()}{auc.claims_nothing[1:]}: {more}."]
    if auc.found.value == 0:
        return [f"Both AUCs are equal here, so no number of {noun}s would show a difference of this size."]
    power = f"would show this difference with {100 * POWER:.0f} % power"
    if auc.again is None:
        return [f"About {auc.pictures_needed:,} test {noun}s {power}."]
    pictures, trainings = auc.pictures_needed, auc.again.trainings_needed
    offers = [
        f"{pictures:,} test {noun}s" if pictures else "",
        f"{trainings:,} trainings of each" if trainings else "",
    ]
    if not any(offers):
        return [f"Neither more test {noun}s nor more trainings, each by themselves, {power}."]
    said = [f"About {' or '.join(filter(None, offers))} {power}."]
    if not pictures:
        said.append(f"No number of test {noun}s would with {auc.trainings} trainings.")
    if not trainings:
        said.append(f"No number of trainings would with these {noun}s.")
    return said
