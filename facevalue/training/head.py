"""Learning the classifier alone, on what a pretrained network makes of each picture.

The features are computed once, so no picture is changed by chance, and thousands take seconds. The classifier is a
logistic regression; how strongly it is held back is chosen on the validation part.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from dvclive.live import Live
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from torch import nn
from torch.utils.data import DataLoader
from tqdm import tqdm

from facevalue.common import catalogue
from facevalue.common.errors import ParameterError
from facevalue.common.machine import MachineParams
from facevalue.model.device import device_of, exact, workers
from facevalue.model.pictures import Pictures
from facevalue.model.transforms import Normalise, Preprocessing

STRENGTHS = tuple(10.0 ** np.arange(-4, 2.1, 0.5))
"""Of the features, from weak to strong: the inverse of the penalty on the squared weights."""
_BATCH = 32
_ITERATIONS = 2000

Features = NDArray[np.float64]


def learn(
    network: nn.Module,
    preprocessing: Preprocessing,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    root: Path,
    machine: MachineParams,
    curves_dir: Path,
    progress: bool = False,
) -> None:
    """Give a network the classifier with the lowest validation loss, and write what each strength came to.

    Ties: the weaker features win.

    Args:
        network: with one output.
        preprocessing: of its pictures.
        tables: the pictures to learn from, and those to choose by.
        root: the folder that their paths start from.
        machine: where the features are computed.
        curves_dir: where DVCLive writes; a step is a strength.
        progress: whether to show a bar.

    Raises:
        ParameterError: the network's classifier is no single linear layer.
    """
    classifier = _classifier(network)
    (train, fake), (val, val_fake) = (
        (_features(network, preprocessing, table, root, machine, progress), catalogue.targets(table["label"]))
        for table in tables
    )
    middle, spread = train.mean(axis=0), train.std(axis=0)
    spread[spread == 0] = 1
    best, least = None, np.inf
    with Live(str(curves_dir), dvcyaml=False, save_dvc_exp=False, report=None) as live:
        for step, (weights, bias) in enumerate(_fitted((train - middle) / spread, fake), 1):
            scaled, shifted = weights / spread, bias - float(weights @ (middle / spread))
            _measure(live, step, "train", train @ scaled + shifted, fake)
            val_loss = _measure(live, step, "val", val @ scaled + shifted, val_fake)
            live.next_step()
            if val_loss < least:
                best, least = (scaled, shifted), val_loss
    assert best is not None
    with torch.no_grad():
        classifier.weight.copy_(torch.from_numpy(best[0])[None])
        classifier.bias.fill_(best[1])


def _classifier(network: nn.Module) -> nn.Linear:
    found = network.get_classifier()  # type: ignore[operator]
    if isinstance(found, nn.Linear) and found.bias is not None:
        return found
    raise ParameterError(
        f"params.yaml: train.tune is head; the classifier of this backbone is a {type(found).__name__} and no linear "
        "layer. Set it to all, or choose another backbone."
    )


def _features(
    network: nn.Module,
    preprocessing: Preprocessing,
    table: pd.DataFrame,
    root: Path,
    machine: MachineParams,
    progress: bool,
) -> Features:
    """What the classifier is given of each picture, (n, width)."""
    device = device_of(machine.accelerator)
    normalise, network = Normalise(preprocessing).to(device), network.eval().to(device)
    pictures = Pictures(table, root, preprocessing)
    found = []
    with (
        torch.inference_mode(),
        exact(),
        tqdm(total=len(pictures), desc="look", unit="picture", leave=False, disable=not progress) as bar,
    ):
        for batch in DataLoader(pictures, _BATCH, num_workers=workers(machine)):
            seen = network.forward_features(normalise(batch.to(device)))  # type: ignore[operator]
            found.append(network.forward_head(seen, pre_logits=True).double().cpu().numpy())  # type: ignore[operator]
            bar.update(len(batch))
    network.cpu()
    return np.concatenate(found)


def _fitted(features: Features, fake: NDArray[np.int64]) -> Iterator[tuple[Features, float]]:
    """Weights and bias at each of `STRENGTHS`; each starts from the one before."""
    regression = LogisticRegression(max_iter=_ITERATIONS, warm_start=True)
    for strength in STRENGTHS:
        regression.set_params(C=strength).fit(features, fake)
        yield regression.coef_[0].copy(), float(regression.intercept_[0])


def _measure(live: Live, step: int, part: str, logits: Features, fake: NDArray[np.int64]) -> float:
    """Log a part's loss and, of the validation part, what else is watched in a training; the loss."""
    probability = 1 / (1 + np.exp(-logits))
    loss = float(log_loss(fake, probability, labels=[0, 1]))
    live.step = step
    live.log_metric(f"{part}/loss", loss)
    if part == "val":
        live.log_metric("val/auc", float(roc_auc_score(fake, logits)))
        live.log_metric("val/accuracy", float(np.mean((logits > 0) == (fake == 1))))
    return loss
