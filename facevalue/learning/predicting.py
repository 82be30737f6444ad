"""Scores of pictures from a saved model; needs torch and timm, not Lightning."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader
from tqdm import tqdm

from facevalue.errors import ParameterError
from facevalue.learning.pictures import Pictures
from facevalue.learning.saved import load
from facevalue.learning.transforms import Normalise


def predict(
    model_dir: Path,
    pictures: pd.DataFrame,
    root: Path,
    batch_size: int = 32,
    workers: int = 0,
    accelerator: str = "auto",
    progress: bool = False,
) -> NDArray[np.float64]:
    """Logit of fake for every picture of a catalogue, in its order, shape (n,).

    A score depends on the picture alone, not on the batch that it comes in: full 32-bit arithmetic, no TF32.

    Raises:
        TrainingError: `model_dir` holds no model of this pipeline.
        ParameterError: there is no such accelerator on this machine.
    """
    device = device_of(accelerator)
    saved = load(model_dir)
    network = torch.nn.Sequential(Normalise(saved.preprocessing), saved.network).eval().to(device)
    dataset = Pictures(pictures, root, saved.preprocessing)
    loader = DataLoader(dataset, batch_size, num_workers=workers, pin_memory=device.type == "cuda")
    logits = [np.empty(0)]
    with (
        torch.inference_mode(),
        torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False),
        tqdm(total=len(dataset), desc="predict", unit="picture", leave=False, disable=not progress) as bar,
    ):
        for batch in loader:
            logits.append(network(batch.to(device)).squeeze(1).double().cpu().numpy())
            bar.update(len(batch))
    return np.concatenate(logits)


def device_of(accelerator: str) -> torch.device:
    """The device behind one of Lightning's accelerator names.

    Raises:
        ParameterError: this machine has none of that name.
    """
    found = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    if accelerator == "cpu":
        return torch.device("cpu")
    if accelerator in ("auto", found.type) or accelerator == "gpu" != found.type != "cpu":
        return found
    raise ParameterError(
        f"params.yaml: train.accelerator is '{accelerator}'; this machine offers '{found.type}'. Use 'auto'."
    )
