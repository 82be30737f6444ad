"""What the networks of both methods say of the pictures of a part, training by training."""

import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from facevalue.common import catalogue
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.evaluating import pairing
from stages.shared import paths

Trainings = list[list[Path]]
"""Of every repeat its folds, by their folders below a method's."""


def paired(
    trainings: Trainings, part: str, machine: MachineParams, purpose: paths.Purpose = ""
) -> list[list[pd.DataFrame]]:
    """Of each training the pictures of a part that both methods can see, with the logits of its networks.

    Args:
        trainings: which.
        part: `train`, `val` or `test`.
        machine: where the networks compute.
        purpose: what they are for, if not for the verdict.
    """
    full, crop = (scored(method, trainings, part, machine, purpose) for method in TRAINED)
    return [[pairing.pair(full[each], crop[each]) for each in folds] for folds in trainings]


def pool(splits: Iterable[Path]) -> int:
    """From how many pictures trainings draw, by the folders of their splits: all that one of them learns from."""
    return len(drawn(splits, "train", "val"))


def drawn(splits: Iterable[Path], *parts: str) -> set[str]:
    """The pictures that any training, by the folder of its splits, has in one of these parts."""
    return {path for each in splits for part in parts for path in catalogue.read(each / f"{part}.csv")["path"]}


def scored(
    method: TrainedMethod, trainings: Trainings, part: str, machine: MachineParams, purpose: paths.Purpose = ""
) -> dict[Path, pd.DataFrame]:
    """A method's pictures of each training, named as in the sample, with the logit that its network gives them.

    Networks that are given the same pictures look at them together.

    Args:
        method: whose.
        trainings: which.
        part: `train`, `val` or `test`.
        machine: where the networks compute.
        purpose: what they are for, if not for the verdict.
    """
    from facevalue.predicting import predictor  # late, so that a wrong parameter is answered at once

    splits, root = paths.splits(method, purpose), paths.pictures(method, purpose)
    tables = {each: catalogue.read(splits / each / f"{part}.csv") for folds in trainings for each in folds}
    alike: dict[tuple[str, ...], list[Path]] = {}
    for each, table in tables.items():
        alike.setdefault(tuple(table["path"]), []).append(each)
    for together in alike.values():
        pictures, models = tables[together[0]], [paths.model(method, purpose) / each for each in together]
        logits = predictor.predict_each(models, pictures, root, machine, progress=sys.stderr.isatty())
        for each, column in zip(together, logits.T, strict=True):
            tables[each] = tables[each].assign(picture=tables[each][paths.KEY[method]], logit=column)
    return tables
