"""Stands in for facevalue.learning.predicting: logits from a generator that the model seeds."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def predict(model: Path, pictures: pd.DataFrame, root: Path, progress: bool) -> NDArray[np.float64]:
    seed = int((model / "digest").read_text(), 16)
    return np.random.default_rng(seed).normal(size=len(pictures))
