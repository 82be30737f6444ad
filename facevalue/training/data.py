"""Training and validation batches for Lightning."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytorch_lightning as pl
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from facevalue.common import catalogue
from facevalue.model.pictures import Pictures, cached
from facevalue.model.transforms import Preprocessing
from facevalue.training.augmentation import Augmentation
from facevalue.training.params import TrainParams


class Draw(NamedTuple):
    """Which picture comes, and the seed of the chance that changes it."""

    row: int
    seed: int


class Draws(Sampler[Draw]):
    """A shuffled epoch, a function of seed and epoch alone.

    A draw carries its own seed, so a picture is changed in the same way by any worker on any device.
    """

    def __init__(self, pictures: int, seed: int, epoch: int = 0) -> None:
        self._pictures, self._seed, self._epoch = pictures, seed, epoch

    def __len__(self) -> int:
        return self._pictures

    def set_epoch(self, epoch: int) -> None:
        """Lightning calls this at the start of each epoch."""
        self._epoch = epoch

    def __iter__(self) -> Iterator[Draw]:
        chance = np.random.default_rng([self._seed, self._epoch])
        order = chance.permutation(self._pictures)
        seeds = chance.integers(2**32, size=self._pictures)
        yield from map(Draw, order.tolist(), seeds.tolist())


class Shares(Sampler[list[Draw]]):
    """What one of several devices gets of each batch: all get as many batches, and each picture is in one share.

    A device for which a batch has no picture takes the first along, since all must take the step; it does not count.
    """

    def __init__(self, draws: Draws, batch_size: int, rank: int = 0, ranks: int = 1) -> None:
        self.sampler = draws  # Lightning tells it the epoch
        self._batch_size, self._rank, self._ranks = batch_size, rank, ranks

    def __len__(self) -> int:
        pictures = len(self.sampler)
        return -(-pictures // self._batch_size) - _leaves_one(pictures, self._batch_size)

    def __iter__(self) -> Iterator[list[Draw]]:
        draws = iter(self.sampler)
        for _ in range(len(self)):
            batch = list(islice(draws, self._batch_size))
            yield batch[self._rank :: self._ranks] or batch[:1]

    def sizes(self, index: int) -> tuple[int, int]:
        """How many pictures of a batch count here, and on all devices together."""
        whole = min(self._batch_size, len(self.sampler) - index * self._batch_size)
        return len(range(self._rank, whole, self._ranks)), whole


class Examples(Dataset[tuple[Tensor, Tensor]]):
    """Pictures, uint8 (s, s, 3), with their target, fake = 1; changed by chance as each draw says."""

    def __init__(self, pictures: Pictures | NDArray[np.uint8], labels: pd.Series, augmentation: Augmentation) -> None:
        self._pictures, self._augmentation = pictures, augmentation
        self._targets = torch.from_numpy(catalogue.targets(labels)).float()

    def __len__(self) -> int:
        return len(self._targets)

    def __getitem__(self, draw: Draw) -> tuple[Tensor, Tensor]:
        picture = self._augmentation(self._pictures[draw.row], draw.seed)
        return torch.from_numpy(picture), self._targets[draw.row]


class PictureData(pl.LightningDataModule):
    """Both sets, read once; training is shuffled and augmented, validation is neither."""

    def __init__(
        self,
        train: pd.DataFrame,
        val: pd.DataFrame,
        root: Path,
        preprocessing: Preprocessing,
        params: TrainParams,
        workers: int,
        progress: bool = False,
        epoch: int = 0,
    ) -> None:
        super().__init__()
        self._params, self._workers, self._epoch = params, workers, epoch

        def examples(table: pd.DataFrame, augmentation: Augmentation) -> Examples:
            pictures = cached(Pictures(table, root, preprocessing), progress)
            return Examples(pictures, table["label"], augmentation)

        self._train = examples(train, Augmentation(params.augment, params.image_size))
        self._val = examples(val, Augmentation("none", params.image_size))

    def train_dataloader(self) -> DataLoader[tuple[Tensor, Tensor]]:
        """Shuffled; each device gets its share.

        It starts with the epoch that the training does: workers draw before Lightning says which epoch it is.
        """
        assert self.trainer is not None
        draws = Draws(len(self._train), self._params.seed, self._epoch)
        rank, ranks = self.trainer.global_rank, self.trainer.world_size
        return self._loader(self._train, Shares(draws, self._params.batch_size, rank, ranks))

    def val_dataloader(self) -> DataLoader[tuple[Tensor, Tensor]]:
        """In order, and whole on every device: shares would have to be padded, which biases the metrics."""
        assert self.trainer is not None
        share = -(-self._params.batch_size // self.trainer.world_size)  # as many as a device is made for
        rows = range(len(self._val))
        return self._loader(self._val, [[Draw(row, 0) for row in rows[i : i + share]] for i in rows[::share]])

    def _loader(self, examples: Examples, batches: Iterable[list[Draw]]) -> DataLoader[tuple[Tensor, Tensor]]:
        assert self.trainer is not None
        return DataLoader(
            examples,
            batch_sampler=batches,
            num_workers=self._workers,
            persistent_workers=self._workers > 0,
            pin_memory=self.trainer.strategy.root_device.type == "cuda",
            generator=torch.Generator().manual_seed(self._params.seed),  # else each epoch moves the global state
        )


def _leaves_one(pictures: int, batch_size: int) -> bool:
    """Whether to drop the last batch: batch norm cannot train on a single picture."""
    return pictures > batch_size and pictures % batch_size == 1 < batch_size
