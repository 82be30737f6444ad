"""How both methods hold up where pictures are worse than those that they were trained on."""

import math
import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common import catalogue
from facevalue.common.engine import ordered_map
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.common.methods import METHODS, TRAINED, TrainedMethod, ensemble
from facevalue.common.stored import Stored, stored
from facevalue.cropping.geometry import Square, cut
from facevalue.cropping.params import MaxSide
from facevalue.evaluating.pairing import aligned
from facevalue.model.device import exact
from facevalue.predicting.predictor import Predictor
from facevalue.robustness.equalise import Common, equalised
from facevalue.robustness.hiding import HIDDEN, hidden
from facevalue.robustness.perturb import UNDISTURBED, Condition, Picture, perturbed
from facevalue.statistics.intervals import UNKNOWN, Estimate
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import HALF

Views = Callable[[Picture, Mapping[Hashable, Any]], Iterator[tuple[Picture, Square | None]]]
"""From a picture and its row to what networks are shown of it, and where its face is there."""


def score(
    test: pd.DataFrame,
    root: Path,
    predictors: Mapping[TrainedMethod, Predictor],
    conditions: Sequence[Condition],
    common: Common,
    max_side: MaxSide,
    scored: Callable[[], object],
    machine: MachineParams = DEFAULT,
) -> pd.DataFrame:
    """What both methods say of each test picture, undisturbed, under every condition, and after every intervention.

    The whole picture is perturbed, then its face is cut out with the square that is known of the undisturbed one: so
    both methods see the same damage, and the face detector's failures are left out of it. A picture's logits depend on
    nothing but the picture: its conditions make one batch, its path seeds its noise. Each thread has
    one picture, and two network inputs per condition, in memory.

    Then come the conditions `HIDDEN`, of the whole picture alone, so that `crop` is NaN, and those of `common`.

    Args:
        test: crops with `picture`, `label`, `group`, their box and their square in the picture's pixels.
        root: the folder of the whole pictures.
        predictors: each method's, that have not seen these pictures.
        conditions: besides the undisturbed one.
        common: what all pictures are brought to, one thing at a time.
        max_side: pixels; a larger face is reduced to it, as it was for training.
        scored: called after every picture.
        machine: where this is done.

    Returns:
        One row per picture and condition: `picture`, `label`, `group`, the condition's `name`, `level` and `value`, and
        the logits `full` and `crop`.

    Raises:
        PictureError: a picture cannot be read.
    """
    perturbations = [UNDISTURBED, *conditions]
    everything = [*perturbations, *HIDDEN, *common.conditions()]
    pictures = test.sort_values("picture")
    views = partial(_views, conditions=perturbations, common=common)
    judge = partial(_logits, predictors=predictors, views=views, max_side=max_side)
    logits = [np.empty((0, len(TRAINED)))]
    with exact():
        given = zip(stored(root, pictures["picture"]), pictures.to_dict("records"), strict=True)
        for of_picture in ordered_map(judge, given, machine):
            logits.append(of_picture)
            scored()
    rows = pictures[["picture", "label", "group"]].merge(pd.DataFrame(everything), how="cross")
    return rows.assign(**dict(zip(TRAINED, np.concatenate(logits).T, strict=True)))


class Crossed(NamedTuple):
    """The pictures that all trainings have scored in all columns that were asked for, in the order of their names.

    Attributes:
        targets: (n,), fake = 1.
        groups: (n,), their names.
        logits: of each column, (n, trainings).
        folds: (n, trainings), whose network scored a picture; None without cross-fitting.
    """

    targets: NDArray[np.int64]
    groups: pd.Series
    logits: list[NDArray[np.float64]]
    folds: NDArray[np.int64] | None


def crossed(scores: Sequence[pd.DataFrame], columns: Sequence[tuple[Condition, TrainedMethod]]) -> Crossed:
    """What several conditions and methods say of the same pictures, where all of it is a finite number.

    Args:
        scores: as `tabulate` takes them.
        columns: of which condition, and of which method.
    """
    tables = [
        table[(table["name"] == condition.name) & (table["level"] == condition.level)]
        for condition, _ in columns
        for table in scores
    ]
    shared = aligned(tables)
    methods = [method for _, method in columns for _ in scores]
    logits = np.column_stack([table[method] for table, method in zip(shared, methods, strict=True)]).astype(np.float64)
    finite = np.asarray(np.isfinite(logits).all(axis=1))
    of_columns = np.split(logits[finite], len(columns), axis=1)
    pictures = shared[0].loc[finite]
    folds = [table.loc[finite, "fold"] for table in shared[: len(scores)] if "fold" in table]
    return Crossed(
        catalogue.targets(pictures["label"]),
        pictures["group"],
        of_columns,
        np.column_stack(folds) if folds else None,
    )


def tabulate(scores: Sequence[pd.DataFrame], conditions: Sequence[Condition]) -> dict[str, pd.DataFrame]:
    """One table per perturbation, and `undisturbed`: a row per level, from 0, with the AUC of every method.

    Columns `level`, `value`, `pictures` and `trainings` (how many), then for each of `METHODS` the AUC and its 95 %
    interval, `_low` and `_high`; missing where one class is absent. Pictures without a finite logit are left out of
    their level.

    Args:
        scores: as `score` returns, of each training; with `fold` where there are several, one after the other.
        conditions: those that were scored.
    """
    rows = {condition: _row(scores, condition) for condition in [UNDISTURBED, *conditions]}
    names = dict.fromkeys(condition.name for condition in rows)
    return {
        name: pd.DataFrame([row for condition, row in rows.items() if condition.name in (UNDISTURBED.name, name)])
        for name in names
    }


def describe(tables: Mapping[str, pd.DataFrame], scored: int, offered: int, trainings: tuple[int, int]) -> str:
    """One line: both methods' AUC at the last level of each perturbation, or undisturbed where there is none.

    Args:
        tables: as `tabulate` returns.
        scored: how many test pictures they are of.
        offered: how many there are; said where it is more.
        trainings: how many of each method they are of, and how many there are; said where these are several.
    """
    used, there = trainings
    of_trainings = f"; of the first {used} of {there} trainings" if used < there else f"; of {there} trainings"
    of_pictures = f"; on {scored} of {offered} test pictures" if scored < offered else ""
    return f"{_strongest(tables)}{of_trainings if there > 1 else ''}{of_pictures}"


def _strongest(tables: Mapping[str, pd.DataFrame]) -> str:
    strongest = {name: table.iloc[-1] for name, table in tables.items()}
    undisturbed = strongest.pop(UNDISTURBED.name)
    if not strongest:
        return f"AUC undisturbed: {_pair(undisturbed)}; evaluate.perturbations lists nothing"
    return "AUC at the last level: " + "; ".join(
        f"{name} {row['value']:g}: {_pair(row)}" for name, row in strongest.items()
    )


def _logits(
    given: tuple[Stored, dict[Hashable, Any]],
    predictors: Mapping[TrainedMethod, Predictor],
    views: Views,
    max_side: MaxSide,
) -> NDArray[np.float64]:
    """One picture's logits, (conditions, methods)."""
    picture, facts = given
    seen: dict[TrainedMethod, list[Picture]] = {method: [] for method in TRAINED}
    in_both = []
    for changed, square in views(picture.read(), facts):
        seen["full"].append(predictors["full"].letterbox(changed))
        in_both.append(square is not None)
        if square:
            seen["crop"].append(predictors["crop"].letterbox(cut(changed, square, max_side)))
    full, crop = (predictors[method].logits(np.stack(seen[method])) for method in TRAINED)
    logits = np.full((len(in_both), len(TRAINED)), np.nan)
    logits[:, 0], logits[in_both, 1] = full, crop
    return logits


def _views(
    picture: Picture, facts: Mapping[Hashable, Any], conditions: Sequence[Condition], common: Common
) -> Iterator[tuple[Picture, Square | None]]:
    """The picture under each condition, without its parts, and after every intervention; with its face's square.

    Where no face is cut out there is none.
    """
    seed = zlib.crc32(facts["picture"].encode())
    square = Square(facts["square_left"], facts["square_top"], facts["square_side"])
    for condition in conditions:
        yield perturbed(picture, condition.name, condition.value, seed), square
    box = [facts[f"box_{edge}"] for edge in ("left", "top", "right", "bottom")]
    for part in HIDDEN:
        yield hidden(picture, box, part), None
    for condition in common.conditions():
        yield equalised(picture, square, condition)


def _row(scores: Sequence[pd.DataFrame], condition: Condition) -> dict[str, float | None]:
    """One condition's level and value, and every method's AUC and interval, by column name."""
    found = crossed(scores, [(condition, method) for method in TRAINED])
    full, crop = found.logits
    logits = [full, crop, ensemble(full, crop)]
    auc = Panel.of(found.targets, logits, [HALF] * len(logits), found.groups, found.folds).auc()
    row: dict[str, float | None] = {"level": condition.level, "value": condition.value, "pictures": found.targets.size}
    row["trainings"] = len(scores)
    for column, name in enumerate(METHODS):
        value, (low, high), _ = auc.estimate(column) if auc else Estimate(math.nan, UNKNOWN)
        row |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return row


def _pair(row: pd.Series) -> str:
    aucs = {method: "undefined" if pd.isna(row[method]) else f"{row[method]:.2f}" for method in TRAINED}
    return ", ".join(f"{method} {auc}" for method, auc in aucs.items())
