"""From which probability on each method calls a picture fake, where the validation part decides."""

from collections.abc import Iterable
from typing import Literal

import pandas as pd

from facevalue.common import catalogue
from facevalue.evaluating.evaluation import logits
from facevalue.evaluating.params import FalseAlarms
from facevalue.statistics.operating import reals_needed
from facevalue.statistics.thresholds import balanced_accuracy_threshold, false_alarm_threshold


def chosen(validated: pd.DataFrame, rule: FalseAlarms | Literal["val"]) -> dict[str, float]:
    """Each method's threshold on the validation pictures of one training, scored as in `evaluation.evaluate`.

    By `val` the one of the highest balanced accuracy, by a false-alarm rate the smallest that keeps to it.
    """
    targets, scores = catalogue.targets(validated["label"]), logits(validated)
    if rule == "val":
        return {name: balanced_accuracy_threshold(targets, values) for name, values in scores.items()}
    return {name: false_alarm_threshold(targets, values, rule.fpr) for name, values in scores.items()}


def too_few(validated: Iterable[pd.DataFrame], rule: FalseAlarms | Literal["val"]) -> str:
    """That the validation pictures of a training hold too few reals for the false-alarm rate; else empty."""
    reals = min(int((table["label"] == "real").sum()) for table in validated)
    if rule == "val" or reals >= reals_needed(rule.fpr):
        return ""
    return (
        f"evaluate.threshold.fpr is {rule.fpr:g}, and {reals:,} validation reals cannot show that, "
        f"{reals_needed(rule.fpr):,} could: the threshold lies above all of them"
    )
