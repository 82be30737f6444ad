"""How both methods hold up where pictures are worse than those that they were trained on."""

import math
import zlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common import catalogue
from facevalue.common.methods import METHODS, TRAINED, TrainedMethod, ensemble
from facevalue.common.parallel import ordered_map
from facevalue.cropping.geometry import Square, cut
from facevalue.cropping.params import MaxSide
from facevalue.evaluating.pairing import aligned
from facevalue.model.device import exact
from facevalue.model.pictures import read_written
from facevalue.predicting.predictor import Predictor
from facevalue.robustness.perturb import UNDISTURBED, Condition, perturbed
from facevalue.statistics.intervals import UNKNOWN, Estimate
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import HALF


def score(
    test: pd.DataFrame,
    root: Path,
    predictors: Mapping[TrainedMethod, Predictor],
    conditions: Sequence[Condition],
    max_side: MaxSide,
    scored: Callable[[], object],
) -> pd.DataFrame:
    """What both methods say of each test picture, undisturbed and under every condition.

    The whole picture is perturbed, then its face is cut out with the square that is known of the undisturbed one: so
    both methods see the same damage, and the face detector's failures are left out of it. A picture's logits depend on
    nothing but the picture: its conditions make one batch, its path seeds its noise. Each thread has
    one picture, and two network inputs per condition, in memory.

    Args:
        test: crops with `picture`, `label`, `group` and their square in the picture's pixels.
        root: the folder of the whole pictures.
        predictors: each method's, that have not seen these pictures.
        conditions: besides the undisturbed one.
        max_side: pixels; a larger face is reduced to it, as it was for training.
        scored: called after every picture.

    Returns:
        One row per picture and condition: `picture`, `label`, `group`, the condition's `name`, `level` and `value`, and
        the logits `full` and `crop`.

    Raises:
        PictureError: a picture cannot be read.
    """
    everything = [UNDISTURBED, *conditions]
    pictures = test.sort_values("picture")
    judge = partial(_logits, root=root, predictors=predictors, conditions=everything, max_side=max_side)
    logits = [np.empty((0, len(TRAINED)))]
    with exact():
        for of_picture in ordered_map(judge, pictures.to_dict("records")):
            logits.append(of_picture)
            scored()
    rows = pictures[["picture", "label", "group"]].merge(pd.DataFrame(everything), how="cross")
    return rows.assign(**dict(zip(TRAINED, np.concatenate(logits).T, strict=True)))


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
    facts: dict[Hashable, Any],
    root: Path,
    predictors: Mapping[TrainedMethod, Predictor],
    conditions: Sequence[Condition],
    max_side: MaxSide,
) -> NDArray[np.float64]:
    """One picture's logits, (conditions, methods)."""
    picture = read_written(root / facts["picture"])
    seed = zlib.crc32(facts["picture"].encode())
    square = Square(facts["square_left"], facts["square_top"], facts["square_side"])
    seen: dict[TrainedMethod, list[NDArray[np.uint8]]] = {method: [] for method in TRAINED}
    for condition in conditions:
        changed = perturbed(picture, condition.name, condition.value, seed)
        seen["full"].append(predictors["full"].letterbox(changed))
        seen["crop"].append(predictors["crop"].letterbox(cut(changed, square, max_side)))
    return np.column_stack([predictors[method].logits(np.stack(seen[method])) for method in TRAINED])


def _row(scores: Sequence[pd.DataFrame], condition: Condition) -> dict[str, float | None]:
    """One condition's level and value, and every method's AUC and interval, by column name."""
    mine = aligned([table[(table["name"] == condition.name) & (table["level"] == condition.level)] for table in scores])
    finite = np.all([np.isfinite(table[list(TRAINED)]).all(axis=1) for table in mine], axis=0)
    tables = [table[finite] for table in mine]
    full, crop = (np.column_stack([table[method] for table in tables]) for method in TRAINED)
    logits, pictures = [full, crop, ensemble(full, crop)], tables[0]
    folds = np.column_stack([table["fold"] for table in tables]) if "fold" in pictures else None
    targets = catalogue.targets(pictures["label"])
    auc = Panel.of(targets, logits, [HALF] * len(logits), pictures["group"], folds).auc()
    row: dict[str, float | None] = {"level": condition.level, "value": condition.value, "pictures": len(pictures)}
    row["trainings"] = len(scores)
    for column, name in enumerate(METHODS):
        value, (low, high), _ = auc.estimate(column) if auc else Estimate(math.nan, UNKNOWN)
        row |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return row


def _pair(row: pd.Series) -> str:
    aucs = {method: "undefined" if pd.isna(row[method]) else f"{row[method]:.2f}" for method in TRAINED}
    return ", ".join(f"{method} {auc}" for method, auc in aucs.items())
