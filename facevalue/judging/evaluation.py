"""Everything that is said of both methods, from the pictures that both have scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from facevalue import catalogue
from facevalue.judging import calibration, comparison, curves, verdict
from facevalue.judging.bootstrap import RESAMPLES
from facevalue.judging.intervals import Interval, Measure
from facevalue.judging.panel import Panel
from facevalue.judging.scored import ROWS, ensemble
from facevalue.judging.scores import Scores, score
from facevalue.judging.slices import slices
from facevalue.judging.thresholds import Threshold, balanced_accuracy_threshold, called_fake
from facevalue.judging.verdict import Comparison, Verdict

_FACTS = ["picture", "label", "kind", "group", "face_share", "confidence"]
_METHODS = ROWS[:2]


@dataclass(frozen=True, eq=False)
class Row:
    """One detector: its scores with the intervals of `auc` and `accuracy`, and the tables behind its plots.

    `targets` and `logits` are (n,); an interval is None where its measure is.
    """

    targets: NDArray[np.int64]
    logits: NDArray[np.float64]
    threshold: Threshold
    scores: Scores
    intervals: Mapping[str, Interval | None]

    def to_metrics(self) -> dict[str, float | None]:
        """A flat mapping; `_low` and `_high` are an interval's ends, `threshold` is the mean of several."""
        found: dict[str, float | None] = {}
        for name, value in self.scores.to_metrics().items():
            found[name] = value
            if name in self.intervals:
                found[f"{name}_low"], found[f"{name}_high"] = self.intervals[name] or (None, None)
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
    rows: Mapping[str, Row]
    verdict: Verdict
    ensemble: Mapping[str, Comparison | None]
    slices: pd.DataFrame
    left_out: Mapping[str, int]

    def qualified(self, warnings: Sequence[str]) -> "Evaluation":
        """The same with caveats at the end of the verdict's sentence."""
        return replace(self, verdict=self.verdict.qualified(warnings))

    def differences(self) -> dict[str, float | None]:
        """Crop minus full, per measure."""
        return comparison.differences(self.rows["full"].scores, self.rows["crop"].scores)

    def to_metrics(self) -> dict[str, object]:
        """The differences, the verdict and the ensemble's comparisons, as plain values for JSON."""
        return {
            **self.differences(),
            "verdict": self.verdict.to_metrics(),
            "ensemble": {name: verdict.metrics(each) for name, each in self.ensemble.items()},
            "left_out": dict(self.left_out),
        }

    def scores(self) -> pd.DataFrame:
        """A row per picture: what it is, each detector's probability of fake, and what it was called."""
        probabilities = {name: expit(row.logits) for name, row in self.rows.items()}
        called = {f"called_{name}": row.called() for name, row in self.rows.items()}
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
        thresholds: Of each of `ROWS`, the probability from which a picture is called fake, or one per row of `scored`.
        resamples: Of the bootstrap, where groups hold several pictures.
        seed: Of the bootstrap.
        noun: What the verdict's sentence calls a row.
    """
    finite = np.isfinite(scored[[f"logit_{method}" for method in _METHODS]].to_numpy(dtype=np.float64))
    order = np.argsort(scored["picture"].to_numpy(dtype=str), kind="stable")
    kept = order[finite[order].all(axis=1)]
    pictures = scored.iloc[kept].reset_index(drop=True)
    limits = [_aligned(thresholds[row], kept) for row in ROWS]
    panel = _panel(pictures, limits)
    auc, accuracy = panel.auc(resamples, seed), panel.accuracy(resamples, seed)
    left_out = _left_out(finite)
    return Evaluation(
        pictures=pictures[_FACTS],
        rows={row: _row(panel, column, limits[column], auc, accuracy) for column, row in enumerate(ROWS)},
        verdict=verdict.judge(panel, auc, accuracy, noun).qualified(_mention(left_out, len(scored), noun)),
        ensemble={f"against_{row}": verdict.compare(auc, row, "ensemble", panel.pictures) for row in _METHODS},
        slices=slices(pictures, panel, max(2, resamples // 4), seed),
        left_out=left_out,
    )


def logits(scored: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """The logits, (n,), of each of `ROWS` from columns `logit_full` and `logit_crop`; the ensemble's are their mean."""
    full, crop = (scored[f"logit_{method}"].to_numpy(dtype=np.float64) for method in _METHODS)
    return dict(zip(ROWS, (full, crop, ensemble(full, crop)), strict=True))


def best_thresholds(validated: pd.DataFrame) -> dict[str, float]:
    """Each detector's `balanced_accuracy_threshold` on validation pictures, scored as in `evaluate`."""
    targets = catalogue.targets(validated["label"])
    return {row: balanced_accuracy_threshold(targets, values) for row, values in logits(validated).items()}


def _panel(pictures: pd.DataFrame, limits: Sequence[Threshold]) -> Panel:
    groups = np.where(pictures["group"].isna(), pictures["picture"], pictures["group"])
    return Panel.of(catalogue.targets(pictures["label"]), list(logits(pictures).values()), limits, groups)


def _aligned(threshold: Threshold, kept: NDArray[np.int64]) -> Threshold:
    return threshold[kept] if isinstance(threshold, np.ndarray) else threshold


def _mean(threshold: Threshold) -> float | None:
    """The mean, which of equal numbers is that number, to the last digit."""
    values = np.atleast_1d(threshold)
    return float(values[0] + (values - values[0]).mean()) if values.size else None


def _row(panel: Panel, column: int, threshold: Threshold, auc: Measure | None, accuracy: Measure | None) -> Row:
    logits = panel.logits[:, column]
    measures = {"accuracy": accuracy, "auc": auc}
    intervals = {name: measure.own(column).interval if measure else None for name, measure in measures.items()}
    return Row(panel.targets, logits, threshold, score(panel.targets, logits, threshold), intervals)


def _left_out(finite: NDArray[np.bool_]) -> dict[str, int]:
    by_method = dict(zip(_METHODS, (~finite).sum(axis=0).tolist(), strict=True))
    return {"pictures": int((~finite).any(axis=1).sum()), **by_method}


def _mention(left_out: Mapping[str, int], rows: int, noun: str) -> list[str]:
    if not left_out["pictures"]:
        return []
    by_method = ", ".join(f"{method} {left_out[method]:,}" for method in _METHODS)
    return [
        f"{left_out['pictures']:,} of {rows:,} {noun}s have a score that is not a finite number ({by_method}) "
        "and are left out"
    ]
