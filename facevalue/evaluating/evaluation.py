"""Everything that is said of both methods, from the pictures that both have scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from facevalue.common import catalogue
from facevalue.common.methods import METHODS, TRAINED, ensemble
from facevalue.common.words import without_markup
from facevalue.evaluating import averaging, calibration, curves, operating, pairing, verdict
from facevalue.evaluating.averaging import Averaged
from facevalue.evaluating.columns import columns
from facevalue.evaluating.gaps import Gaps, gaps
from facevalue.evaluating.measures import Measures, average, measure
from facevalue.evaluating.operating import RATES, Shown
from facevalue.evaluating.slices import slices
from facevalue.evaluating.verdict import Comparison, Verdict
from facevalue.statistics.bootstrap import RESAMPLES
from facevalue.statistics.intervals import Estimate, Estimates, flat, mean
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import Threshold, called_fake

_LOGITS = [f"logit_{method}" for method in TRAINED]
_FACTS = ["picture", "source", "label", "kind", "group", "face_share", "confidence"]


@dataclass(frozen=True, eq=False)
class MethodResult:
    """One method: its measures, some with intervals, and the tables behind its plots.

    Attributes:
        targets: (n,), fake = 1.
        logits: (n, r), of r trainings.
        thresholds: (n, r), probabilities.
        measures: the means over trainings.
        estimates: of `accuracy`, `auc` and the true positive rates; None where the measure is.
    """

    targets: NDArray[np.int64]
    logits: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    measures: Measures
    estimates: Mapping[str, Estimate | None]

    def to_metrics(self) -> dict[str, float | None]:
        """A flat mapping; `_low` and `_high` are an interval's ends, `_sd` the standard deviation among trainings."""
        found: dict[str, float | None] = {}
        for name, value in self.measures.to_metrics().items():
            found |= flat(name, self.estimates[name]) if name in self.estimates else {name: value}
        threshold = mean(self.thresholds.ravel()) if self.thresholds.size else None
        return {**found, "threshold": threshold, "pictures": self.targets.size, "trainings": self.logits.shape[1]}

    @property
    def averaged(self) -> NDArray[np.float64]:
        """The mean of all trainings' logits, (n,): what `predict` makes of a picture."""
        return np.asarray(self.logits.mean(axis=1))

    def called(self) -> NDArray[np.str_]:
        """What each picture is called by `averaged`, (n,): `real` or `fake`."""
        return curves.named(called_fake(self.averaged, self.thresholds.mean(axis=1)))

    def roc(self) -> pd.DataFrame:
        """As `curves.mean_roc`."""
        return curves.mean_roc(self.rocs())

    def precision_recall(self) -> pd.DataFrame:
        """As `curves.mean_precision_recall`."""
        return curves.mean_precision_recall(self.precisions_recalls())

    def rocs(self) -> list[pd.DataFrame]:
        """As `curves.roc_points`, of every training."""
        return [curves.roc_points(self.targets, each) for each in self.logits.T]

    def precisions_recalls(self) -> list[pd.DataFrame]:
        """As `curves.precision_recall_points`, of every training."""
        return [curves.precision_recall_points(self.targets, each) for each in self.logits.T]

    def confusion(self) -> pd.DataFrame:
        """As `curves.confusion`, of all trainings, one after the other."""
        each = zip(self.logits.T, self.thresholds.T, strict=True)
        return pd.concat([curves.confusion(self.targets, *training) for training in each], ignore_index=True)

    def reliability(self) -> pd.DataFrame:
        """As `calibration.reliability_points`, of all trainings."""
        trainings = self.logits.shape[1]
        targets = np.tile(self.targets, trainings)
        return calibration.reliability_points(targets, self.logits.T.ravel(), trainings=trainings)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What `evaluate` found.

    `pictures` are those that count, in the order of their names; `ensemble` compares it by AUC, under `against_full`
    and `against_crop`; `trainings` has a row per training, its number and the AUC of each method; `averaged` is what
    averaging the networks of a method gives, None where there is one; `gaps` has what a method's differ by between the
    values of each column that was asked for; `operating_points` says which true positive rates
    the reals can show; `left_out` counts the pictures without a finite score, in all and by method.
    """

    pictures: pd.DataFrame
    methods: Mapping[str, MethodResult]
    verdict: Verdict
    ensemble: Mapping[str, Comparison | None]
    trainings: pd.DataFrame
    averaged: Averaged | None
    slices: pd.DataFrame
    gaps: Sequence[Gaps]
    operating_points: Mapping[str, Shown]
    left_out: Mapping[str, int]

    def qualified(self, warnings: Sequence[str]) -> "Evaluation":
        """The same with caveats at the end of the verdict's sentence."""
        return replace(self, verdict=self.verdict.qualified(warnings))

    def at_equal_resolution(self, side: int) -> "Evaluation":
        """The same with what it is worth that Method 1's network, of this input side, sees the median face as large."""
        remains = f"with the median face at least as large for full, at {side} px: {self.verdict.answer}"
        return self.qualified([remains])

    def differences(self) -> dict[str, float | None]:
        """Crop minus full, per measure; None where either is undefined."""
        full, crop = (self.methods[method].measures.to_metrics() for method in TRAINED)
        return {name: difference(full[name], crop[name]) for name in full}

    def to_metrics(self) -> dict[str, object]:
        """The differences, the verdict and the ensemble's comparisons, as plain values for JSON."""
        return {
            **self.differences(),
            "verdict": self.verdict.to_metrics(),
            "ensemble": {name: verdict.metrics(each) for name, each in self.ensemble.items()},
            "averaged": self.averaged.to_metrics() if self.averaged else None,
            "operating_points": operating.to_metrics(self.operating_points),
            "left_out": dict(self.left_out),
        }

    def scores(self) -> pd.DataFrame:
        """A row per picture: what it is, each method's probability of fake, what it was called, and each training's.

        `full` is that of the mean of all trainings' logits, `full_01` that of the first.
        """
        averaged = {name: expit(method.averaged) for name, method in self.methods.items()}
        called = {f"called_{name}": method.called() for name, method in self.methods.items()}
        single = {
            f"{name}_{number:02}": expit(logits)
            for name, method in self.methods.items()
            for number, logits in enumerate(method.logits.T, 1)
            if method.logits.shape[1] > 1
        }
        return self.pictures.assign(**averaged, **called, **single)

    def curves(self) -> dict[str, pd.DataFrame]:
        """`roc` and `pr` of every method and training, with the columns `method` and `training`."""
        return single_curves(self.methods)


def evaluate(
    scored: Sequence[pd.DataFrame],
    thresholds: Sequence[Mapping[str, Threshold]],
    resamples: int = RESAMPLES,
    seed: int = 0,
    noun: str = "picture",
    pool: int | None = None,
    further: pd.DataFrame | None = None,
) -> Evaluation:
    """Judge both methods, and both together: the mean of their logits in each training.

    Pictures are taken in the order of their names, so the order of the rows is of no account, nor is that of the
    trainings. A picture that a training has not scored, or not with a finite number, is left out, counted, and
    mentioned in the verdict's sentence. What the rest cannot tell, because a class or every picture is missing, is None
    or an empty table; nothing is raised.

    The bootstraps of slices and true positive rates have a quarter of the resamples: only their variance is used, see
    `grouped_auc`.

    Args:
        scored: a table per training: (n) rows with `picture`, `label`, `kind`, `group`, `logit_full`, `logit_crop`,
            `face_share` (of the picture's longer side) and `confidence` (of the face detector); without a group, a
            picture is its own. With cross-fitting `fold`, a number: whose network scored it.
        thresholds: of each training and each of `METHODS`, the probability from which a picture is called fake, or one
            per row.
        resamples: of the bootstrap, where groups hold several pictures.
        seed: of the bootstrap.
        noun: what the verdict's sentence calls a row.
        pool: from how many pictures each training draws, for the sentence; None where it is not known.
        further: columns to slice by too, text, indexed by `picture` (`columns.asked`).
    """
    tables = pairing.aligned([table.assign(**_named(limits)) for table, limits in zip(scored, thresholds, strict=True)])
    finite = np.stack([np.isfinite(table[_LOGITS].to_numpy(dtype=np.float64)) for table in tables], axis=-1)
    scored_by_all = np.asarray(finite.all(axis=(1, 2)))
    kept = [table.loc[scored_by_all].reset_index(drop=True) for table in tables]
    pictures = kept[0]
    values = by_method(kept)
    limits = [np.column_stack([table[f"threshold_{name}"] for table in kept]) for name in METHODS]
    folds = np.column_stack([pd.factorize(table.get("fold", table["label"] == ""))[0] for table in kept])
    panel = Panel.of(catalogue.targets(pictures["label"]), values, limits, group_names(pictures), folds)
    auc, accuracy, few = panel.auc(resamples, seed), panel.accuracy(resamples, seed), max(2, resamples // 4)
    rates = {name: panel.true_positive_rate(rate, few, seed) for name, rate in RATES.items()}
    own = [] if further is None else columns(further, pictures["picture"])
    left_out = unfit(np.asarray(finite.all(axis=2)))
    untested = len(set().union(*(table["picture"] for table in scored))) - len(finite)
    mentions = [*same(panel), *_untested(untested, noun), *mention(left_out, len(finite), noun)]
    return Evaluation(
        pictures=pictures.filter(_FACTS),  # what comes from elsewhere has no source beside its name
        methods={
            name: result(panel, column, {"accuracy": accuracy, "auc": auc, **rates})
            for column, name in enumerate(METHODS)
        },
        verdict=verdict.judge(panel, auc, accuracy, noun, pool).qualified(mentions),
        ensemble={f"against_{name}": verdict.compare(auc, name, "ensemble", panel) for name in TRAINED},
        trainings=by_training(panel),
        averaged=averaging.averaged(panel, resamples, seed),
        slices=slices(pictures, panel, few, seed, [part for column in own for part in column.slices]),
        gaps=[gaps(column, panel) for column in own],
        operating_points=operating.shown(panel),
        left_out=left_out,
    )


def single_curves(methods: Mapping[str, MethodResult]) -> dict[str, pd.DataFrame]:
    """`roc` and `pr` of every method and training, with the columns `method` and `training`."""
    found = {}
    for name, curve in (("roc", MethodResult.rocs), ("pr", MethodResult.precisions_recalls)):
        tables = [
            points.assign(method=method, training=number)
            for method, result in methods.items()
            for number, points in enumerate(curve(result), 1)
        ]
        found[name] = pd.concat(tables, ignore_index=True)
    return found


def for_dvc(scores: pd.DataFrame) -> pd.DataFrame:
    """Of `Evaluation.scores`, what DVC's page is given, which does not escape what it shows."""
    shown = scores[["picture", "label", "kind", *TRAINED]]
    return shown.assign(kind=shown["kind"].map(without_markup).astype(str))


def logits(scored: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """The logits, (n,), of each of `METHODS` from columns `logit_full` and `logit_crop`."""
    full, crop = (scored[f"logit_{method}"].to_numpy(dtype=np.float64) for method in TRAINED)
    return dict(zip(METHODS, (full, crop, ensemble(full, crop)), strict=True))


def by_method(tables: Sequence[pd.DataFrame]) -> list[NDArray[np.float64]]:
    """Of each of `METHODS` the logits, (n, r), from the tables of r trainings, whose pictures are the same."""
    by_training = [logits(table) for table in tables]
    return [np.column_stack([each[name] for each in by_training]) for name in METHODS]


def group_names(pictures: pd.DataFrame) -> NDArray[np.str_]:
    """The group of each picture, (n,); one without is its own."""
    return np.where(pictures["group"].isna(), pictures["picture"], pictures["group"]).astype(str)


def _named(limits: Mapping[str, Threshold]) -> dict[str, Threshold]:
    return {f"threshold_{name}": limits[name] for name in METHODS}


def result(panel: Panel, column: int, estimators: Mapping[str, Estimates | None]) -> MethodResult:
    """That of one method, from the panel's estimators of the measures that have an interval."""
    logits, thresholds = panel.logits[:, column], panel.thresholds[:, column]
    measures = average([measure(panel.targets, *each) for each in zip(logits.T, thresholds.T, strict=True)])
    estimates = {name: estimator.estimate(column) if estimator else None for name, estimator in estimators.items()}
    values = {name: estimate.value if estimate else None for name, estimate in estimates.items()}
    return MethodResult(panel.targets, logits, thresholds, replace(measures, **values), estimates)


def by_training(panel: Panel, names: Sequence[str] = METHODS) -> pd.DataFrame:
    """A row per training: its number, and the AUC of each method, by the names of the panel's columns."""
    aucs = panel.aucs()
    rows = np.full((panel.trainings, len(names)), np.nan) if aucs is None else aucs.T
    return pd.DataFrame(rows, columns=list(names)).rename_axis("training").rename(lambda row: row + 1).reset_index()


def difference(first: float | None, second: float | None) -> float | None:
    """Second minus first; None where either is undefined."""
    return None if first is None or second is None else second - first


def unfit(finite: NDArray[np.bool_], names: Sequence[str] = TRAINED) -> dict[str, int]:
    """How many pictures have a score that is not finite, in all and by method, from whether all are, (n, k)."""
    by_method = dict(zip(names, (~finite).sum(axis=0).tolist(), strict=True))
    return {"pictures": int((~finite).any(axis=1).sum()), **by_method}


def same(panel: Panel, names: Sequence[str] = TRAINED) -> list[str]:
    """That a method's trainings are one: on the same pictures, a classifier alone is learnt without any chance."""
    alike = [
        name
        for column, name in enumerate(names)
        if panel.pictures and panel.trainings > 1 and not np.ptp(panel.logits[:, column], axis=1).any()
    ]
    return [f"all trainings of {' and of '.join(alike)} give the same scores, and count as one"] if alike else []


def _untested(pictures: int, noun: str) -> list[str]:
    return [f"{pictures:,} {noun}s are tested in some repeats alone and are left out"] if pictures else []


def mention(left_out: Mapping[str, int], rows: int, noun: str = "picture", names: Sequence[str] = TRAINED) -> list[str]:
    """What the verdict's sentence says of `unfit` ones; nothing where there is none."""
    if not left_out["pictures"]:
        return []
    by_method = ", ".join(f"{method} {left_out[method]:,}" for method in names)
    return [
        f"{left_out['pictures']:,} of {rows:,} {noun}s have a score that is not a finite number ({by_method}) "
        "and are left out"
    ]
