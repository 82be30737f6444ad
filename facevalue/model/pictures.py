"""Pictures as a data set: read, letterboxed and cached, in memory or beyond it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from facevalue.common import parallel
from facevalue.common.engine import ordered_map
from facevalue.common.errors import TrainingError
from facevalue.common.machine import MachineParams
from facevalue.common.stored import Stored, stored
from facevalue.model.device import device_of, workers
from facevalue.model.transforms import Letterbox, Preprocessing, letterbox

CACHE_BYTES = 2 * 2**30  # of letterboxed pictures per data set in memory; 43,000 pictures at 128 px


class Pictures(Dataset[NDArray[np.uint8]]):
    """The pictures of a catalogue in its order, each letterboxed to uint8 (s, s, 3) when asked for."""

    def __init__(self, catalogue: pd.DataFrame, root: Path, preprocessing: Preprocessing) -> None:
        self._stored = stored(root, catalogue["path"])
        self.letterbox = letterbox(preprocessing)
        channels, *sides = preprocessing.input_size
        self.shape = (*sides, channels)  # of one
        self.nbytes = len(self._stored) * int(np.prod(self.shape))

    def __len__(self) -> int:
        return len(self._stored)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        return self.letterbox(self._stored[index].read())

    def batches(self, size: int) -> Iterator[Sequence[Stored]]:
        """Unread, so many at once, the last may be fewer."""
        return (self._stored[start : start + size] for start in range(0, len(self), size))


def computed(
    network: Callable[[Tensor], NDArray[Any]], pictures: Pictures, size: int, machine: MachineParams
) -> Iterator[NDArray[Any]]:
    """What a network makes of the pictures, in their order and batch by batch.

    On a processor every core takes a batch of its own, from the file to the end: faster than all of them on one, and
    the same digits for any number of cores, and of processes that decode. A device takes one batch after the other, and
    the next ones are decoded meanwhile. Under Ray these cores are all that it has; the device is this machine's.

    Args:
        network: takes uint8 (b, s, s, 3); on a processor, in several threads at once.
        pictures: to be decoded.
        size: of a batch, at the most.
        machine: where it computes; by how many processes pictures are decoded.

    Raises:
        ParameterError: there is no such accelerator on this machine.
        PictureError: a picture cannot be read.
    """
    batch = partial(_batch, pictures.letterbox)
    each_core = partial(ordered_map, machine=machine, together=1)
    beside = workers(machine) if machine.engine == "local" else 0
    loaded = DataLoader(pictures, size, num_workers=beside) if beside else None
    if device_of(machine.accelerator).type != "cpu":
        yield from map(network, loaded or each_core(batch, pictures.batches(size)))
    elif loaded:
        yield from each_core(network, loaded)
    else:
        yield from each_core(lambda some: network(batch(some)), pictures.batches(size))


def _batch(letterbox: Letterbox, pictures: Sequence[Stored]) -> Tensor:
    return torch.from_numpy(np.stack([letterbox(picture.read()) for picture in pictures]))


def cached(pictures: Pictures, progress: bool) -> NDArray[np.uint8]:
    """All pictures in one array (n, s, s, 3), so that epochs do not decode again.

    Beyond `CACHE_BYTES` it lies on the disk, and memory holds what it has room for. Worker processes inherit the array
    instead of each filling their own.

    Raises:
        TrainingError: there it has no room.
    """
    read = parallel.ordered_map(pictures.__getitem__, range(len(pictures)))
    bar = tqdm(read, total=len(pictures), desc="read", unit="picture", leave=False, disable=not progress)
    shape = (len(pictures), *pictures.shape)
    squares = np.empty(shape, np.uint8) if pictures.nbytes <= CACHE_BYTES else _on_disk(shape, pictures.nbytes)
    for index, square in enumerate(bar):
        squares[index] = square
    return squares


def _on_disk(shape: tuple[int, ...], nbytes: int) -> NDArray[np.uint8]:
    """An array in a temporary file that nobody else sees, and that is gone with this process, however it ends."""
    with tempfile.TemporaryFile() as file:  # mapped, it stays
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, nbytes)  # its room is taken before anything is computed
            return np.memmap(file, np.uint8, "r+", shape=shape)
        except OSError as error:
            folder = tempfile.gettempdir()
            free = shutil.disk_usage(folder).free / 1e6
            raise TrainingError(
                f"{shape[0]:,} pictures of {shape[1]} px take {nbytes / 1e6:,.1f} MB on the disk of '{folder}', which "
                f"has {free:,.1f} MB free ({error.strerror}). Name a folder with more in the variable TMPDIR, or lower "
                "sample.size or train.image_size in params.yaml."
            ) from error
