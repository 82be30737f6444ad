"""Pictures as a data set: read, letterboxed and, where they fit, cached."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from facevalue.common import images
from facevalue.common.errors import PictureError
from facevalue.model.transforms import Preprocessing, letterbox

CACHE_BYTES = 2 * 2**30  # of letterboxed pictures per data set; 43,000 pictures at 128 px
_READING_BATCH = 32


class Pictures(Dataset[NDArray[np.uint8]]):
    """The pictures of a catalogue in its order, each letterboxed to uint8 (s, s, 3) when asked for."""

    def __init__(self, catalogue: pd.DataFrame, root: Path, preprocessing: Preprocessing) -> None:
        self._files = [root / path for path in catalogue["path"]]
        self._letterbox = letterbox(preprocessing)
        self.nbytes = len(self._files) * int(np.prod(preprocessing.input_size))

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


def cached(pictures: Pictures, workers: int, progress: bool) -> Pictures | NDArray[np.uint8]:
    """All pictures in one array (n, s, s, 3), so that epochs do not decode again; as they were if beyond the bound.

    Worker processes inherit the array instead of each filling their own.
    """
    if pictures.nbytes > CACHE_BYTES:
        return pictures
    loader = DataLoader(pictures, batch_size=_READING_BATCH, num_workers=workers)
    with tqdm(total=len(pictures), desc="read", unit="picture", leave=False, disable=not progress) as bar:
        batches = []
        for batch in loader:
            batches.append(batch.numpy())
            bar.update(len(batch))
    return np.concatenate(batches)
