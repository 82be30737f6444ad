"""What one training is given."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from facevalue.training.params import TrainParams


class Task(NamedTuple):
    """One training of one network.

    Attributes:
        train: the pictures to learn from.
        val: those to choose by.
        root: the folder that their paths start from.
        params: how.
        model_dir: where the network is written.
        curves_dir: where DVCLive writes.
        checkpoint: where it is kept how far the training has come, for one that was killed; None: nowhere.
    """

    train: pd.DataFrame
    val: pd.DataFrame
    root: Path
    params: TrainParams
    model_dir: Path
    curves_dir: Path
    checkpoint: Path | None = None
