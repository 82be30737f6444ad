"""Scores that saved networks give pictures; needs torch and timm, not Lightning."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader
from tqdm import tqdm

from facevalue.common.errors import TrainingError
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.model.device import device_of, exact, workers
from facevalue.model.pictures import Pictures
from facevalue.model.saved import load
from facevalue.model.transforms import Normalise, Preprocessing, letterbox

_BATCH = 32


@dataclass(frozen=True)
class Predictor:
    """One method's network, or the networks of its folds, whose logits are averaged.

    Attributes:
        networks: from uint8 (n, s, s, 3) to logits of fake (n, 1), in evaluation mode on `device`.
        preprocessing: how a picture becomes their input.
        device: where they compute.
    """

    networks: tuple[torch.nn.Module, ...]
    preprocessing: Preprocessing
    device: torch.device

    @classmethod
    def load(cls, model_dirs: Sequence[Path], accelerator: str = "auto") -> "Predictor":
        """Read what `saved.save` wrote, one folder per network.

        Raises:
            TrainingError: a folder holds no model of this pipeline, or they differ in what they take.
            ParameterError: there is no such accelerator on this machine.
        """
        device = device_of(accelerator)
        saved = [load(folder) for folder in model_dirs]
        for folder, model in zip(model_dirs, saved, strict=True):
            if model.preprocessing != saved[0].preprocessing:
                raise TrainingError(f"{folder}: another input than {model_dirs[0]}; train the method's folds again.")
        networks = [torch.nn.Sequential(Normalise(model.preprocessing), model.network) for model in saved]
        return cls(tuple(network.eval().to(device) for network in networks), saved[0].preprocessing, device)

    def letterbox(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """An RGB picture, uint8 (h, w, 3), resized and padded to the networks' input (s, s, 3)."""
        return letterbox(self.preprocessing)(picture)

    def logits(self, squares: NDArray[np.uint8], batch_size: int = _BATCH) -> NDArray[np.float64]:
        """Logit of fake, (n,), of squares (n, s, s, 3): the mean over the networks.

        A score depends on the picture alone, not on the batch that it comes in: full 32-bit arithmetic, no TF32.
        """
        batches = (
            torch.from_numpy(squares[start : start + batch_size]) for start in range(0, len(squares), batch_size)
        )
        with torch.inference_mode(), exact():
            return np.concatenate([np.empty(0), *(self._mean(batch.to(self.device)) for batch in batches)])

    def _mean(self, batch: torch.Tensor) -> NDArray[np.float64]:
        logits = [network(batch).squeeze(1).double().cpu() for network in self.networks]
        return np.asarray(torch.stack(logits).mean(dim=0))


def predict(
    model_dir: Path,
    pictures: pd.DataFrame,
    root: Path,
    machine: MachineParams = DEFAULT,
    batch_size: int = _BATCH,
    progress: bool = False,
) -> NDArray[np.float64]:
    """Logit of fake for every picture of a catalogue, in its order, shape (n,).

    Raises:
        TrainingError: `model_dir` holds no model of this pipeline.
        ParameterError: there is no such accelerator on this machine.
        PictureError: a picture cannot be read.
    """
    predictor = Predictor.load([model_dir], machine.accelerator)
    dataset = Pictures(pictures, root, predictor.preprocessing)
    logits = [np.empty(0)]
    with tqdm(total=len(dataset), desc="predict", unit="picture", leave=False, disable=not progress) as bar:
        for batch in DataLoader(dataset, batch_size, num_workers=workers(machine)):
            logits.append(predictor.logits(batch.numpy(), batch_size))
            bar.update(len(batch))
    return np.concatenate(logits)
