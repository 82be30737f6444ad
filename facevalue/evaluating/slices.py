"""Where each method wins: by kind of fake, face size, the face detector's confidence, and columns of a user's table."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from facevalue.common.methods import METHODS
from facevalue.statistics.intervals import NOTHING, Estimates, Estimator, complement
from facevalue.statistics.panel import Panel

KINDS = 30  # of more, only the commonest are shown
_BINS = 3
NUMBERS = {"face size": "face_share", "confidence": "confidence"}
_COLUMNS = ["by", "value", "method", "pictures", "reals", "fakes"]
_RECALLS = {"recall_real": 0, "recall_fake": 1}
_MEASURES = [
    f"{measure}{end}"
    for measure in ("auc", "accuracy", *_RECALLS, "false_alarms")
    for end in ("", "_low", "_high", "_sd")
]

Part = tuple[str, str, NDArray[np.bool_], NDArray[np.bool_]]
"""What a slice is by, its value, its pictures (n,), and the pictures that its AUC takes (n,)."""


def slices(
    pictures: pd.DataFrame,
    panel: Panel,
    resamples: int,
    seed: int = 0,
    own: Sequence[Part] = (),
    names: Sequence[str] = METHODS,
) -> pd.DataFrame:
    """Every method's AUC, accuracy, recalls and false alarms on parts of the pictures, with counts and 95 % intervals.

    Columns `by`, `value`, `method`, `pictures`, `reals`, `fakes`, then `auc`, `accuracy`, `recall_real`, `recall_fake`
    and `false_alarms` (1 - `recall_real`), each with `_low`, `_high` and the standard deviation `_sd` among trainings;
    NaN where a part has no such number. By kind, the AUC sets the kind's fakes against all reals, whatever their kind,
    and the accuracy is the share of the kind's pictures that are called rightly. Intervals are those of the panel's
    estimators, so groups are respected. Each stands for itself: of twenty 95 % intervals, one misses as a rule.

    Args:
        pictures: (n) rows with `kind`, `face_share` and `confidence`; a number that is missing is in no part.
        panel: The same pictures.
        resamples: Of a bootstrap.
        seed: Of a bootstrap.
        own: More parts, which come last.
        names: Of the panel's columns.
    """
    rows = [
        row
        for by, value, inside, ranked in [*_kinds(pictures["kind"], panel.targets), *_sizes(pictures), *own]
        for row in _measured(
            by, value, panel.where(inside), panel.where(ranked).auc(resamples, seed), resamples, seed, names
        )
    ]
    table = pd.DataFrame(rows, columns=_COLUMNS + _MEASURES)
    return table.astype(dict.fromkeys(_COLUMNS[3:], np.int64) | dict.fromkeys(_MEASURES, np.float64))


def thirds(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The third, (n,), that each value is in by rank: 0, 1 or 2.

    Equal values share their mid-rank and so stay together; where few values are distinct, a third may have none.
    """
    return np.asarray((rankdata(values) - 0.5) * _BINS // values.size, dtype=np.int64)


def commonest(values: pd.Series) -> list[str]:
    """The values, from the commonest on; of equally common ones in the order of their letters."""
    counts = values.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return [str(value) for value in counts.index]


def ranges(values: NDArray[np.float64], digits: int = 2) -> list[tuple[str, NDArray[np.bool_]]]:
    """The thirds of the known values, low to high, each under the name of its range, with so many digits or more."""
    known = np.isfinite(values)
    third = np.full(values.size, -1)
    third[known] = thirds(values[known])
    parts = [third == each for each in np.unique(third[known])]
    ends = [(values[part].min(), values[part].max()) for part in parts]
    return list(zip(_names(ends, digits), parts, strict=True))


def _kinds(kinds: pd.Series, targets: NDArray[np.int64]) -> list[Part]:
    """The kinds, commonest first; all reals are ranked with each, and with a kind of reals there is no fake."""
    parts = [(kind, (kinds == kind).to_numpy()) for kind in commonest(kinds)[:KINDS]]
    return [("kind", kind, inside, inside | (targets == 0)) for kind, inside in parts]


def _sizes(pictures: pd.DataFrame) -> list[Part]:
    return [
        (by, value, inside, inside)
        for by, column in NUMBERS.items()
        for value, inside in ranges(pictures[column].to_numpy(dtype=np.float64))
    ]


def _names(ends: list[tuple[float, float]], fewest: int) -> list[str]:
    """`0.21 to 0.34`, with as many digits as tell the ranges apart."""
    for digits in range(fewest, 18):
        names = [f"{low:.{digits}f} to {high:.{digits}f}" for low, high in ends]
        if len(set(names)) == len(names):
            break
    return names


def _measured(
    by: str, value: str, part: Panel, auc: Estimator | None, resamples: int, seed: int, names: Sequence[str]
) -> list[list[object]]:
    fakes = int(part.targets.sum())
    counts = [part.pictures, part.pictures - fakes, fakes]
    estimators = (auc, part.accuracy(resamples, seed), *(part.recall(label) for label in _RECALLS.values()))
    return [[by, value, method, *counts, *_numbers(estimators, column)] for column, method in enumerate(names)]


def _numbers(estimators: Iterable[Estimates | None], column: int) -> list[float]:
    """Of each measure a method's estimate, the ends of its interval, and its spread; false alarms come last."""
    found = [estimator.estimate(column) if estimator else NOTHING for estimator in estimators]
    return [
        number for value, interval, spread in (*found, complement(found[2])) for number in (value, *interval, spread)
    ]
