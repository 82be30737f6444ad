"""The networks of a method that are to be exported: which they are, and what they say together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from facevalue.common.errors import TrainingError
from facevalue.common.trainings import found
from facevalue.model.transforms import Preprocessing
from facevalue.predicting.predictor import Predictor

_BATCH = 16


@dataclass(frozen=True)
class Trained:
    """A method's networks, on the processor.

    Attributes:
        folder: that holds them.
        repeats: the folders of every repeat's folds.
        predictor: all of them, in that order.
    """

    folder: Path
    repeats: list[list[Path]]
    predictor: Predictor

    @classmethod
    def load(cls, folder: Path) -> "Trained":
        """Read `models/full` or `models/crop`, one training of them, or what was copied from there.

        Raises:
            TrainingError: there is no such network, they differ in what they take, or in a way that no export tells.
        """
        repeats = found(folder)
        predictor = Predictor.load(list(chain.from_iterable(repeats)), "cpu")
        given = predictor.preprocessing
        if (given.crop_mode, given.crop_pct) != ("border", 1) or given.interpolation == "random":
            how = f"crop_mode {given.crop_mode!r}, crop_pct {given.crop_pct:g}, interpolation {given.interpolation!r}"
            raise TrainingError(f"{folder}: its config.json prepares pictures otherwise than here ({how}).")
        return cls(folder, repeats, predictor)

    @property
    def folders(self) -> list[Path]:
        """Of every network, those of one repeat after the other."""
        return list(chain.from_iterable(self.repeats))

    @property
    def names(self) -> list[str]:
        """Of every network, where it lies below the folder of all; `.` is that folder itself."""
        return [network.relative_to(self.folder).as_posix() for network in self.folders]

    @property
    def preprocessing(self) -> Preprocessing:
        """How a picture becomes their input."""
        return self.predictor.preprocessing

    @property
    def fill(self) -> str:
        """The colour beside a picture that is no square, as `#rrggbb`."""
        return "#" + "".join(f"{round(255 * value):02x}" for value in self.preprocessing.mean)

    def averaged(self) -> "Averaged":
        """All of them as one."""
        return Averaged(self.predictor.networks, self._folds)

    def each(self, squares: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The logit of fake that each network gives, (n, r), of pictures (n, s, s, 3)."""
        batches = (squares[start : start + _BATCH] for start in range(0, len(squares), _BATCH))
        return np.concatenate([self.predictor.each(batch) for batch in batches])

    def average(self, each: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of the logits that each gives (n, r), what `predict` makes: the mean over repeats, of each over its folds."""
        repeats = np.split(each, np.cumsum(self._folds)[:-1], axis=1)
        return np.asarray(np.mean([folds.mean(axis=1) for folds in repeats], axis=0))

    @property
    def _folds(self) -> list[int]:
        return [len(folds) for folds in self.repeats]


class Averaged(nn.Module):
    """From pixels, uint8 (n, s, s, 3), to one logit of fake, (n,), of all networks.

    Args:
        networks: from the same pixels to the logits of each, (n, r).
        folds: how many of them each repeat has; repeats count alike.
    """

    shares: Tensor

    def __init__(self, networks: nn.Module, folds: Sequence[int]) -> None:
        super().__init__()
        self.networks = networks
        shares = [1 / (len(folds) * count) for count in folds for _ in range(count)]
        self.register_buffer("shares", torch.tensor(shares))

    def forward(self, pixels: Tensor) -> Tensor:
        """The mean of their logits."""
        logits: Tensor = self.networks(pixels)
        return (logits * self.shares).sum(dim=1)
