"""The answer: is the face better than the whole picture, and how sure are we?"""

import math
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from facevalue.judging.bootstrap import RESAMPLES, GroupedDifference, grouped_accuracy, grouped_auc
from facevalue.judging.delong import PairedAUC, delong
from facevalue.judging.intervals import LEVEL, Interval
from facevalue.judging.mcnemar import PairedAccuracy, mcnemar
from facevalue.judging.scores import called_fake

POWER = 0.8
CROP, FULL, NEITHER = "crop is better", "full is better", "no difference shown"


@dataclass(frozen=True)
class Comparison:
    """One measure of both methods; `difference` is crop minus full, `pictures_needed` is None unless `NEITHER`."""

    full: float
    full_interval: Interval
    crop: float
    crop_interval: Interval
    difference: float
    interval: Interval
    p_value: float
    answer: str
    pictures_needed: int | None


@dataclass(frozen=True)
class Verdict:
    """What the paired test pictures say; `sentence` says it in words."""

    auc: Comparison
    accuracy: Comparison
    pictures: int
    groups: int
    method: str
    sentence: str

    @property
    def answer(self) -> str:
        """One of `crop is better`, `full is better`, `no difference shown`."""
        return self.auc.answer

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {"answer": self.answer, **asdict(self)}


def judge(
    paired: pd.DataFrame, targets: NDArray[np.int64], threshold: float, resamples: int = RESAMPLES, seed: int = 0
) -> Verdict:
    """The verdict on test pictures that both methods have scored.

    The answer is that of the AUC, which needs no threshold; the accuracy stands beside it. A method is better where the
    two-sided p-value is below 0.05.

    One decision, made here: where every picture is its own group, the AUC is judged by `delong` and the accuracy by
    `mcnemar`; where groups hold more than one picture, these would take dependent pictures for independent ones and be
    too sure, so both are judged by the bootstrap of groups, whatever the others would say.

    Args:
        paired: A row per picture with `picture`, `group`, `logit_full` and `logit_crop`.
        targets: (n,), fake = 1, in the order of the rows.
        threshold: The probability from which a picture is called fake.
        resamples: Of the bootstrap.
        seed: Of the bootstrap.

    Raises:
        FacevalueError: no picture, one class only, or a logit that is not finite.
    """
    order = np.argsort(paired["picture"].to_numpy(dtype=str), kind="stable")
    rows, labels = paired.iloc[order], np.asarray(targets)[order]
    full, crop = (rows[name].to_numpy(dtype=np.float64) for name in ("logit_full", "logit_crop"))
    auc = delong(labels, full, crop)
    correct = [called_fake(logits, threshold) == labels for logits in (full, crop)]
    accuracy = mcnemar(*correct)
    names = rows["group"].to_numpy()
    groups = int(pd.unique(names).size)
    by_auc: PairedAUC | GroupedDifference = auc
    by_accuracy: PairedAccuracy | GroupedDifference = accuracy
    if grouped := groups < labels.size:
        by_auc = grouped_auc(labels, full, crop, names, resamples, seed)
        by_accuracy = grouped_accuracy(correct[0], correct[1], labels, names, resamples, seed)
    of_auc = _compare(auc.auc_full, auc.auc_crop, by_auc, labels.size)
    return Verdict(
        auc=of_auc,
        accuracy=_compare(accuracy.accuracy_full, accuracy.accuracy_crop, by_accuracy, labels.size),
        pictures=int(labels.size),
        groups=groups,
        method="bootstrap of groups" if grouped else "DeLong, McNemar",
        sentence=_sentence(of_auc, int(labels.size), groups),
    )


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


def _compare(
    full: float,
    crop: float,
    found: PairedAUC | PairedAccuracy | GroupedDifference,
    pictures: int,
) -> Comparison:
    answer = NEITHER if found.p_value >= LEVEL else CROP if found.difference > 0 else FULL
    shown = answer != NEITHER
    return Comparison(
        full=full,
        full_interval=found.interval_full,
        crop=crop,
        crop_interval=found.interval_crop,
        difference=found.difference,
        interval=found.interval,
        p_value=found.p_value,
        answer=answer,
        pictures_needed=None if shown else pictures_needed(pictures, found.difference, found.standard_error),
    )


def _sentence(auc: Comparison, pictures: int, groups: int) -> str:
    sample = f"{pictures:,} test pictures" + (f" in {groups:,} groups" if groups < pictures else "")
    facts = (
        f"{auc.answer}: AUC {auc.crop:.3f} (crop) against {auc.full:.3f} (full) on {sample}, "
        f"difference {auc.difference:+.3f}, 95 % interval {auc.interval.low:+.3f} to {auc.interval.high:+.3f}, "
        f"p {_p(auc.p_value)}."
    )
    if auc.answer != NEITHER:
        return facts
    if auc.pictures_needed is None:
        return f"{facts} Both AUCs are equal here, so no number of pictures would show a difference of this size."
    power = f"{100 * POWER:.0f} % power"
    return f"{facts} About {auc.pictures_needed:,} test pictures would show this difference with {power}."


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
