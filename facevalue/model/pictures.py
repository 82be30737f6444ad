"""Pictures as a data set: read, letterboxed and, where they fit, cached."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch.utils.data import Dataset
from tqdm import tqdm

from facevalue.common import images
from facevalue.common.errors import PictureError
from facevalue.common.parallel import ordered_map
from facevalue.model.transforms import Preprocessing, letterbox

CACHE_BYTES = 2 * 2**30  # of letterboxed pictures per data set; 43,000 pictures at 128 px


class Pictures(Dataset[NDArray[np.uint8]]):
    """The pictures of a catalogue in its order, each letterboxed to uint8 (s, s, 3) when asked for."""

    def __init__(self, catalogue: pd.DataFrame, root: Path, preprocessing: Preprocessing) -> None:
        self._files = [root / path for path in catalogue["path"]]
        self._letterbox = letterbox(preprocessing)
        channels, *sides = preprocessing.input_size
        self.shape = (*sides, channels)  # of one
        self.nbytes = len(self._files) * int(np.prod(self.shape))

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        return self._letterbox(read_written(self._files[index]))


def read_written(file: Path) -> NDArray[np.uint8]:
    """A picture that a stage wrote and that must therefore be readable: RGB, (h, w, 3).

    Raises:
        PictureError: it is not.
    """
    try:
        return images.read(file)
    except PictureError as error:
        raise PictureError(f"'{file}' cannot be read ({error}); run the stage that wrote it again.") from error


def cached(pictures: Pictures, progress: bool) -> Pictures | NDArray[np.uint8]:
    """All pictures in one array (n, s, s, 3), so that epochs do not decode again; as they were if beyond the bound.

    Worker processes inherit the array instead of each filling their own.
    """
    if pictures.nbytes > CACHE_BYTES:
        return pictures
    read = ordered_map(pictures.__getitem__, range(len(pictures)))
    bar = tqdm(read, total=len(pictures), desc="read", unit="picture", leave=False, disable=not progress)
    squares = np.empty((len(pictures), *pictures.shape), np.uint8)
    for index, square in enumerate(bar):
        squares[index] = square
    return squares
