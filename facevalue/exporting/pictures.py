"""Pictures that an export is tried with: of the test part where it is here, else drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from facevalue.common import catalogue
from facevalue.common.methods import TrainedMethod
from facevalue.common.stored import stored
from facevalue.common.trainings import found

MOST = 50
_STORED = {"full": Path("data/sampled"), "crop": Path("data/cropped")}
_SPLITS = {"full": Path("data/sampledsplits"), "crop": Path("data/croppedsplits")}
_SEED = 0
_SHADES = 9  # a side of what a drawn picture is enlarged from
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Tried:
    """Pictures as a network takes them.

    Attributes:
        squares: uint8 (n, s, s, 3); the first are those of the test part.
        names: of these, as `scores.csv` names them.
        folds: of these, in which fold of the first repeat they are tested.
    """

    squares: Picture
    names: list[str]
    folds: list[int]

    def describe(self) -> str:
        """What they are."""
        drawn = len(self.squares) - len(self.names)
        test, made = f"{len(self.names)} test pictures", f"{drawn} drawn pictures"
        return " and ".join(said for said, count in ((test, len(self.names)), (made, drawn)) if count)


def tried(
    project: Path | None, method: TrainedMethod, letterbox: Callable[[Picture], Picture], side: tuple[int, int]
) -> Tried:
    """`MOST` pictures: those of the project's test part, so many as are there, and drawn ones.

    Raises:
        PictureError: one of the test part cannot be read.
    """
    table = _test_part(project, method) if project else pd.DataFrame(columns=["path", "picture", "fold"])
    pictures = [each.read() for each in stored(project / _STORED[method], table["path"])] if project else []
    random = np.random.default_rng(_SEED)
    drawn = [_drawn(random, side) for _ in range(MOST - len(pictures))]
    squares = np.stack([*map(letterbox, pictures), *drawn])
    return Tried(squares, table["picture"].tolist(), table["fold"].tolist())


def _test_part(project: Path, method: TrainedMethod) -> pd.DataFrame:
    """Some of its rows, with `picture`, what the whole picture is called, and `fold`."""
    files = [folder / "test.csv" for folder in found(project / _SPLITS[method])[0]]
    if not all(file.is_file() for file in files) or not (project / _STORED[method]).is_dir():
        return pd.DataFrame(columns=["path", "picture", "fold"])
    tests = pd.concat([catalogue.read(file).assign(fold=fold) for fold, file in enumerate(files)], ignore_index=True)
    tests = tests.assign(picture=tests["picture"] if "picture" in tests else tests["path"])
    return tests.iloc[catalogue.seeded_rank(tests["path"], _SEED).argsort()].head(MOST)


def _drawn(random: np.random.Generator, side: tuple[int, int]) -> Picture:
    """A picture of soft colours, and some noise."""
    coarse = Image.fromarray(random.integers(0, 256, (_SHADES, _SHADES, 3), dtype=np.uint8))
    soft = np.asarray(coarse.resize(side[::-1], Image.Resampling.BICUBIC), np.float64)
    return (soft + random.normal(0, 8, soft.shape)).clip(0, 255).astype(np.uint8)
