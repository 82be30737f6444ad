"""The table of pictures that flows through everything.

A catalogue is a DataFrame with one row per picture and at least the columns

- `path`: POSIX, relative to the folder that holds the pictures,
- `label`: `real` or `fake`,
- `kind`: how a fake was made, `real` for a real picture; what stratifies,
- `group`: what must not be torn apart, such as an identity; a picture without one is its own.

What a source offers has more, and so has what is made of it:

- `part`: the part of the dataset's own split, or nothing,
- `video`: what a frame was taken from, or nothing for a picture that is no frame,
- whatever else its layout tells (`KEPT`).
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LABELS = ("real", "fake")
COLUMNS = ("path", "label", "kind", "group")
KEPT = ("part", "video", "regions", "compression")  # text that a source may add
FILE_NAME = "catalogue.csv"


def targets(labels: pd.Series) -> NDArray[np.int64]:
    """The one place where a label becomes a number: fake = 1, so a score is the probability of fake. Shape (n,)."""
    return np.asarray(labels == "fake", dtype=np.int64)


def read(csv: Path) -> pd.DataFrame:
    """A catalogue that a stage wrote; text columns come back as text, also where they look like numbers."""
    return pd.read_csv(csv, dtype=dict.fromkeys((*COLUMNS, *KEPT, "picture"), str), keep_default_na=False)
