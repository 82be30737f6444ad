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


def paired(trainings: Trainings, part: str, machine: MachineParams, unseen: bool = False) -> list[list[pd.DataFrame]]:
    """Of each training the pictures of a part that both methods can see, with the logits of its networks.

    Args:
        trainings: which.
        part: `train`, `val` or `test`.
        machine: where the networks compute.
        unseen: whether they are of those that have not seen a kind of fakes.
    """
    full, crop = (_scored(method, trainings, part, machine, unseen) for method in TRAINED)
    return [[pairing.pair(full[each], crop[each]) for each in folds] for folds in trainings]


def pool(splits: Iterable[Path]) -> int:
    """From how many pictures trainings draw, by the folders of their splits: all that one of them learns from."""
    return len(drawn(splits, "train", "val"))


def drawn(splits: Iterable[Path], *parts: str) -> set[str]:
    """The pictures that any training, by the folder of its splits, has in one of these parts."""
    return {path for each in splits for part in parts for path in catalogue.read(each / f"{part}.csv")["path"]}


def _scored(
    method: TrainedMethod, trainings: Trainings, part: str, machine: MachineParams, unseen: bool
) -> dict[Path, pd.DataFrame]:
    """A method's pictures of each training, named as in the sample, with the logit that its network gives them.

    Networks that are given the same pictures look at them together.
    """
    from facevalue.predicting import predictor  # late, so that a wrong parameter is answered at once

    splits = (paths.UNSEEN if unseen else paths.SPLITS)[method]
    tables = {each: catalogue.read(splits / each / f"{part}.csv") for folds in trainings for each in folds}
    alike: dict[tuple[str, ...], list[Path]] = {}
    for each, table in tables.items():
        alike.setdefault(tuple(table["path"]), []).append(each)
    for together in alike.values():
        pictures, models = tables[together[0]], [paths.model(method, unseen) / each for each in together]
        logits = predictor.predict_each(models, pictures, paths.PICTURES[method], machine, progress=sys.stderr.isatty())
        for each, column in zip(together, logits.T, strict=True):
            tables[each] = tables[each].assign(picture=tables[each][paths.KEY[method]], logit=column)
    return tables
