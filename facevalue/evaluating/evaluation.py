"""Everything that is said of both methods, from the pictures that both have scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from facevalue.common import catalogue
from facevalue.common.methods import METHODS, TRAINED, ensemble
from facevalue.evaluating import calibration, curves, verdict
from facevalue.evaluating.measures import Measures, measure
from facevalue.evaluating.slices import slices
from facevalue.evaluating.verdict import Comparison, Verdict
from facevalue.statistics.bootstrap import RESAMPLES
from facevalue.statistics.intervals import Estimate, Estimator
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import Threshold, balanced_accuracy_threshold, called_fake

_FACTS = ["picture", "source", "label", "kind", "group", "face_share", "confidence"]


@dataclass(frozen=True, eq=False)
class MethodResult:
    """One method: its measures with the intervals of `auc` and `accuracy`, and the tables behind its plots.

    `targets` and `logits` are (n,); an estimate is None where its measure is.
    """

    targets: NDArray[np.int64]
    logits: NDArray[np.float64]
    threshold: Threshold
    measures: Measures
    estimates: Mapping[str, Estimate | None]

    def to_metrics(self) -> dict[str, float | None]:
        """A flat mapping; `_low` and `_high` are an interval's ends, `threshold` is the mean of several."""
        found: dict[str, float | None] = {}
        for name, value in self.measures.to_metrics().items():
            found[name] = value
            if name in self.estimates:
                estimate = self.estimates[name]
                found[f"{name}_low"], found[f"{name}_high"] = estimate.interval if estimate else (None, None)
        return {**found, "threshold": _mean(self.threshold), "pictures": self.targets.size}

    def called(self) -> NDArray[np.str_]:
        """What each picture is called, (n,): `real` or `fake`."""
        return curves.named(called_fake(self.logits, self.threshold))

    def roc(self) -> pd.DataFrame:
        """As `curves.roc_points`."""
        return curves.roc_points(self.targets, self.logits)

    def precision_recall(self) -> pd.DataFrame:
        """As `curves.precision_recall_points`."""
        return curves.precision_recall_points(self.targets, self.logits)

    def confusion(self) -> pd.DataFrame:
        """As `curves.confusion`."""
        return curves.confusion(self.targets, self.logits, self.threshold)

    def reliability(self) -> pd.DataFrame:
        """As `calibration.reliability_points`."""
        return calibration.reliability_points(self.targets, self.logits)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What `evaluate` found.

    `pictures` are those that count, in the order of their names; `ensemble` compares it by AUC, under `against_full`
    and `against_crop`; `left_out` counts the pictures without a finite score, in all and by method.
    """

    pictures: pd.DataFrame
    methods: Mapping[str, MethodResult]
    verdict: Verdict
    ensemble: Mapping[str, Comparison | None]
    slices: pd.DataFrame
    left_out: Mapping[str, int]

    def qualified(self, warnings: Sequence[str]) -> "Evaluation":
        """The same with caveats at the end of the verdict's sentence."""
        return replace(self, verdict=self.verdict.qualified(warnings))

    def differences(self) -> dict[str, float | None]:
        """Crop minus full, per measure; None where either is undefined."""
        full, crop = (self.methods[method].measures.to_metrics() for method in TRAINED)
        return {name: _difference(full[name], crop[name]) for name in full}

    def to_metrics(self) -> dict[str, object]:
        """The differences, the verdict and the ensemble's comparisons, as plain values for JSON."""
        return {
            **self.differences(),
            "verdict": self.verdict.to_metrics(),
            "ensemble": {name: verdict.metrics(each) for name, each in self.ensemble.items()},
            "left_out": dict(self.left_out),
        }

    def scores(self) -> pd.DataFrame:
        """A row per picture: what it is, each method's probability of fake, and what it was called."""
        probabilities = {name: expit(method.logits) for name, method in self.methods.items()}
        called = {f"called_{name}": method.called() for name, method in self.methods.items()}
        return self.pictures.assign(**probabilities, **called)


def evaluate(
    scored: pd.DataFrame,
    thresholds: Mapping[str, Threshold],
    resamples: int = RESAMPLES,
    seed: int = 0,
    noun: str = "picture",
) -> Evaluation:
    """Judge both methods, and both together: the mean of their logits.

    Pictures are taken in the order of their names, so the order of the rows is of no account. A picture whose score is
    not finite in either method is left out, counted, and mentioned in the verdict's sentence. What the rest cannot
    tell, because a class or every picture is missing, is None or an empty table; nothing is raised.

    A slice's bootstrap has a quarter of the resamples: only their variance is used, see `grouped_auc`.

    Args:
        scored: (n) rows with `picture`, `label`, `kind`, `group`, `logit_full`, `logit_crop`, `face_share` (of the
            picture's longer side) and `confidence` (of the face detector); without a group, a picture is its own.
        thresholds: Of each of `METHODS`, the probability from which a picture is called fake, or one per row.
        resamples: Of the bootstrap, where groups hold several pictures.
        seed: Of the bootstrap.
        noun: What the verdict's sentence calls a row.
    """
    finite = np.isfinite(scored[[f"logit_{method}" for method in TRAINED]].to_numpy(dtype=np.float64))
    order = np.argsort(scored["picture"].to_numpy(dtype=str), kind="stable")
    kept = order[finite[order].all(axis=1)]
    pictures = scored.iloc[kept].reset_index(drop=True)
    limits = [_aligned(thresholds[method], kept) for method in METHODS]
    panel = _panel(pictures, limits)
    auc, accuracy = panel.auc(resamples, seed), panel.accuracy(resamples, seed)
    left_out = _left_out(finite)
    return Evaluation(
        pictures=pictures.filter(_FACTS),  # what comes from elsewhere has no source beside its name
        methods={name: _result(panel, column, limits[column], auc, accuracy) for column, name in enumerate(METHODS)},
        verdict=verdict.judge(panel, auc, accuracy, noun).qualified(_mention(left_out, len(scored), noun)),
        ensemble={f"against_{name}": verdict.compare(auc, name, "ensemble", panel.pictures) for name in TRAINED},
        slices=slices(pictures, panel, max(2, resamples // 4), seed),
        left_out=left_out,
    )


def logits(scored: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """The logits, (n,), of each of `METHODS` from columns `logit_full` and `logit_crop`."""
    full, crop = (scored[f"logit_{method}"].to_numpy(dtype=np.float64) for method in TRAINED)
    return dict(zip(METHODS, (full, crop, ensemble(full, crop)), strict=True))


def best_thresholds(validated: pd.DataFrame) -> dict[str, float]:
    """Each method's `balanced_accuracy_threshold` on validation pictures, scored as in `evaluate`."""
    targets = catalogue.targets(validated["label"])
    return {name: balanced_accuracy_threshold(targets, values) for name, values in logits(validated).items()}


def _panel(pictures: pd.DataFrame, limits: Sequence[Threshold]) -> Panel:
    groups = np.where(pictures["group"].isna(), pictures["picture"], pictures["group"])
    return Panel.of(catalogue.targets(pictures["label"]), list(logits(pictures).values()), limits, groups)


def _aligned(threshold: Threshold, kept: NDArray[np.int64]) -> Threshold:
    return threshold[kept] if isinstance(threshold, np.ndarray) else threshold


def _mean(threshold: Threshold) -> float | None:
    """The mean, which of equal numbers is that number, to the last digit."""
    values = np.atleast_1d(threshold)
    return float(values[0] + (values - values[0]).mean()) if values.size else None


def _result(
    panel: Panel, column: int, threshold: Threshold, auc: Estimator | None, accuracy: Estimator | None
) -> MethodResult:
    logits = panel.logits[:, column]
    estimates = {
        name: estimator.estimate(column) if estimator else None
        for name, estimator in (("accuracy", accuracy), ("auc", auc))
    }
    values = {name: estimate.value if estimate else None for name, estimate in estimates.items()}
    return MethodResult(
        panel.targets, logits, threshold, measure(panel.targets, logits, threshold, **values), estimates
    )


def _difference(full: float | None, crop: float | None) -> float | None:
    return None if full is None or crop is None else crop - full


def _left_out(finite: NDArray[np.bool_]) -> dict[str, int]:
    by_method = dict(zip(TRAINED, (~finite).sum(axis=0).tolist(), strict=True))
    return {"pictures": int((~finite).any(axis=1).sum()), **by_method}


def _mention(left_out: Mapping[str, int], rows: int, noun: str) -> list[str]:
    if not left_out["pictures"]:
        return []
    by_method = ", ".join(f"{method} {left_out[method]:,}" for method in TRAINED)
    return [
        f"{left_out['pictures']:,} of {rows:,} {noun}s have a score that is not a finite number ({by_method}) "
        "and are left out"
    ]
