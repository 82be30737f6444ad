"""The table of pictures that flows through everything.

A catalogue is a DataFrame with one row per picture and at least the columns

- `path`: POSIX, relative to the folder that holds the pictures,
- `label`: `real` or `fake`,
- `kind`: how a fake was made, `real` for a real picture; what stratifies,
- `group`: what must not be torn apart, such as an identity; a picture without one is its own.

What a source offers has more, and so has what is made of it:

- `part`: the part of the dataset's own split, or nothing,
- `video`: what a frame was taken from, or nothing for a picture that is no frame,
- `identities` and `look`: what `grouping` makes the group of,
- whatever else its layout tells (`KEPT`).
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LABELS = ("real", "fake")
COLUMNS = ("path", "label", "kind", "group")
KEPT = ("part", "video", "identities", "look", "regions", "compression")  # text that is more than columns
FILE_NAME = "catalogue.csv"
PARTS = ("train", "val", "test")


def targets(labels: pd.Series) -> NDArray[np.int64]:
    """The one place where a label becomes a number: fake = 1, so a score is the probability of fake. Shape (n,)."""
    return np.asarray(labels == "fake", dtype=np.int64)


def read(csv: Path) -> pd.DataFrame:
    """A catalogue that a stage wrote; text columns come back as text, also where they look like numbers."""
    return pd.read_csv(csv, dtype=dict.fromkeys((*COLUMNS, *KEPT, "picture"), str), keep_default_na=False)


def items(pictures: pd.DataFrame) -> pd.DataFrame:
    """What is drawn as one: a row per picture that is no frame, and one per video, whose name is then the `path`.

    Args:
        pictures: A catalogue with `video`; frames of one video agree in all but their path.
    """
    names = item_names(pictures["video"], pictures["path"])
    return pictures.assign(path=names).drop_duplicates("path", ignore_index=True)


def item_names(videos: pd.Series, paths: pd.Series) -> pd.Series:
    """What the item of each picture is called: its video, or else its path."""
    return videos.where(videos != "", paths)


def called(items: pd.DataFrame) -> str:
    """What these items are, for a message."""
    are_videos = items["video"] != ""
    return "videos" if are_videos.all() else "pictures and videos" if are_videos.any() else "pictures"


def seeded_rank(keys: pd.Series, seed: int) -> pd.Series:
    """A random number per key that depends on the seed and the key alone, so adding keys reorders nothing."""
    return keys.map(lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())


def nested_order(catalogue: pd.DataFrame, strata: Sequence[str], seed: int) -> pd.DataFrame:
    """The rows in an order of which every beginning is a stratified sample: so samples are nested.

    Within a stratum the order is random, by the seed and the paths alone. The i-th of a stratum's n rows (from 0)
    stands at (i + 1/2) / n, which is Sainte-Laguë's rule, so that each beginning holds the strata in their proportions.

    Args:
        catalogue: with `path` and the strata.
        strata: columns, outer first; the rows of an inner stratum are put in order before its outer one is.
    """
    order = catalogue.assign(_rank=seeded_rank(catalogue["path"], seed)).sort_values("_rank")
    for depth in range(len(strata), 0, -1):
        rows = order.groupby(list(strata[:depth]))["path"]
        order["_place"] = (rows.cumcount() + 0.5) / rows.transform("size")
        order = order.sort_values(["_place", strata[depth - 1]])
    return order.drop(columns=["_rank", "_place"], errors="ignore")
