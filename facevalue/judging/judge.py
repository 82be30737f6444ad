"""The verdict on any two detectors, from what they gave the same pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from facevalue.common import catalogue
from facevalue.evaluating import averaging, evaluation, operating, verdict
from facevalue.evaluating.averaging import Averaged
from facevalue.evaluating.evaluation import MethodResult
from facevalue.evaluating.operating import RATES, Shown
from facevalue.evaluating.slices import slices
from facevalue.evaluating.verdict import Verdict
from facevalue.judging.scale import Scale, logits, scale_of
from facevalue.judging.table import Table
from facevalue.statistics.bootstrap import RESAMPLES
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import HALF

MORE = "give the scores of 5"


@dataclass(frozen=True, eq=False)
class Judged:
    """What `judge` found; the parts are those of `evaluation.Evaluation`, under the detectors' names.

    Attributes:
        pictures: those that both have scored in every training.
        scales: what each detector's scores were taken for.
        given: how many pictures the table has.
    """

    pictures: pd.DataFrame
    panel: Panel
    methods: Mapping[str, MethodResult]
    verdict: Verdict
    trainings: pd.DataFrame
    averaged: Averaged | None
    slices: pd.DataFrame
    operating_points: Mapping[str, Shown]
    left_out: Mapping[str, int]
    scales: Mapping[str, Scale]
    given: int

    @property
    def names(self) -> tuple[str, str]:
        """The first, and the one that is set against it."""
        first, second = self.methods
        return first, second

    def metrics(self) -> dict[str, dict[str, float | None]]:
        """The flat numbers of each detector, with its `coverage`: the share of the pictures that it gave a number."""
        covered = {name: 1 - self.left_out[name] / self.given for name in self.methods}
        return {name: {**method.to_metrics(), "coverage": covered[name]} for name, method in self.methods.items()}

    def differences(self) -> dict[str, float | None]:
        """Second minus first, per measure; None where either is undefined."""
        first, second = (method.measures.to_metrics() for method in self.methods.values())
        return {name: evaluation.difference(first[name], second[name]) for name in first}

    def to_metrics(self) -> dict[str, object]:
        """All of it as plain values for JSON."""
        return {
            "detectors": self.metrics(),
            "differences": self.differences(),
            "verdict": self.verdict.to_metrics(),
            "averaged": self.averaged.to_metrics() if self.averaged else None,
            "operating_points": operating.to_metrics(self.operating_points),
            "left_out": dict(self.left_out),
            "scores": dict(self.scales),
        }

    def probabilities(self) -> pd.DataFrame:
        """A row per picture: its `label`, and each detector's probability of fake, of the mean of its logits."""
        averaged = {name: expit(method.averaged) for name, method in self.methods.items()}
        return self.pictures[["label"]].assign(**averaged)


def judge(
    table: Table,
    thresholds: Sequence[float] = (HALF, HALF),
    scale: Scale | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Judged:
    """Compare the two detectors of a table, as `evaluation.evaluate` compares both methods.

    Args:
        table: of two detectors; the second is set against the first.
        thresholds: of each, the probability from which a picture is called fake.
        scale: what the scores are; None where they tell (`scale.scale_of`).
        resamples: of the bootstrap, as in `evaluation.evaluate`.
        seed: of the bootstrap.

    Raises:
        SourceError: nothing tells what the scores are, or they are not what is said.
    """
    names = list(table.scores)
    scales = {name: scale_of(name, scores, scale) for name, scores in table.scores.items()}
    values = {name: logits(scores, scales[name]) for name, scores in table.scores.items()}
    limits = [_limit(threshold, scales[name]) for name, threshold in zip(names, thresholds, strict=True)]
    finite = np.column_stack([np.isfinite(each).all(axis=1) for each in values.values()])
    kept = np.asarray(finite.all(axis=1))
    pictures = table.pictures.loc[kept].reset_index(drop=True)
    columns = [each[kept] for each in values.values()]
    panel = Panel.of(catalogue.targets(pictures["label"]), columns, limits, evaluation.group_names(pictures))
    auc, accuracy, few = panel.auc(resamples, seed), panel.accuracy(resamples, seed), max(2, resamples // 4)
    rates = {name: panel.true_positive_rate(rate, few, seed) for name, rate in RATES.items()}
    left_out = evaluation.unfit(finite, names)
    mentions = [*evaluation.same(panel, names), *evaluation.mention(left_out, len(kept), names=names)]
    measured = {"accuracy": accuracy, "auc": auc, **rates}
    return Judged(
        pictures=pictures,
        panel=panel,
        methods={name: evaluation.result(panel, column, measured) for column, name in enumerate(names)},
        verdict=verdict.judge(panel, auc, accuracy, names=names, more=MORE).qualified(mentions),
        trainings=evaluation.by_training(panel, names),
        averaged=averaging.averaged(panel, resamples, seed, names, like=""),
        slices=slices(pictures, panel, few, seed, names=names),
        operating_points=operating.shown(panel),
        left_out=left_out,
        scales=scales,
        given=len(kept),
    )


def _limit(threshold: float, scale: Scale) -> float:
    """The threshold as its scores come back from logits, so that one that is equal to it reaches it."""
    return float(expit(logits(np.array([threshold]), scale))[0]) if scale == "probabilities" else threshold
