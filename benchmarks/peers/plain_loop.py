"""A training as one writes it by hand: timm, albumentations, a `DataLoader` with two workers, a loop over epochs.

Network, first weights, size, epochs, batch, optimiser and changes of the pictures are those of facevalue's parameters.
"""

import copy
import os
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import timm.data
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from facevalue.training.backbone import build
from facevalue.training.params import TrainParams

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # its import would ask the network for a newer version
import albumentations as A  # noqa: N812
from albumentations.pytorch import ToTensorV2

WORKERS = 2
_WARM_UP = 0.05  # fraction of all steps, as in facevalue


class Pictures(Dataset[tuple[Tensor, Tensor]]):
    """Decoded, changed and normalised each time one is asked for."""

    def __init__(self, table: pd.DataFrame, root: Path, transform: A.Compose) -> None:
        self._files = [str(root / path) for path in table["path"]]
        self._targets = (table["label"] == "fake").to_numpy(np.float32)
        self._transform = transform

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        picture = cv2.cvtColor(cv2.imread(self._files[index]), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]
        return self._transform(image=picture)["image"], torch.tensor(self._targets[index])


def learn(train: pd.DataFrame, val: pd.DataFrame, root: Path, params: TrainParams, weights: Path) -> float:
    """Train, save the weights of the epoch with the lowest validation loss, and return that epoch's AUC."""
    torch.manual_seed(params.seed)
    network = build(params)
    changed, unchanged = _transforms(network, params.image_size)
    drop_last = len(train) % params.batch_size == 1  # batch norm cannot train on a single picture
    train_loader = DataLoader(
        Pictures(train, root, changed),
        params.batch_size,
        shuffle=True,
        num_workers=WORKERS,
        drop_last=drop_last,
        persistent_workers=True,
    )
    val_loader = DataLoader(
        Pictures(val, root, unchanged), params.batch_size, num_workers=WORKERS, persistent_workers=True
    )
    optimiser = torch.optim.AdamW(network.parameters(), lr=params.learning_rate, weight_decay=params.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        params.learning_rate,
        epochs=params.epochs,
        steps_per_epoch=len(train_loader),
        pct_start=_WARM_UP * (1 + 1e-6),  # where that is exactly one step, it divides by 0
    )
    criterion = nn.BCEWithLogitsLoss()
    best, best_auc, best_weights = float("inf"), 0.0, network.state_dict()
    for _ in range(params.epochs):
        network.train()
        for pictures, targets in train_loader:
            optimiser.zero_grad()
            loss = criterion(network(pictures).squeeze(1), targets)
            loss.backward()
            optimiser.step()
            schedule.step()
        val_loss, auc = _validate(network, val_loader, criterion)
        if val_loss < best:
            best, best_auc, best_weights = val_loss, auc, copy.deepcopy(network.state_dict())
    weights.parent.mkdir(exist_ok=True)
    torch.save(best_weights, weights)
    return best_auc


@torch.no_grad()
def _validate(
    network: nn.Module, loader: DataLoader[tuple[Tensor, Tensor]], criterion: nn.Module
) -> tuple[float, float]:
    network.eval()
    batches = [(network(pictures).squeeze(1), targets) for pictures, targets in loader]
    logits, targets = (torch.cat(parts) for parts in zip(*batches, strict=True))
    return float(criterion(logits, targets)), float(roc_auc_score(targets.numpy(), logits.numpy()))


def _transforms(network: nn.Module, size: int) -> tuple[A.Compose, A.Compose]:
    """For training and for validation: the level `light` of facevalue on top of what the network needs."""
    config = timm.data.resolve_model_data_config(network)  # type: ignore[attr-defined, no-untyped-call]
    squared = [A.LongestMaxSize(size), A.PadIfNeeded(size, size, border_mode=cv2.BORDER_CONSTANT)]
    reach = size // 16
    changes = [
        A.HorizontalFlip(p=0.5),
        A.Affine(
            translate_px={"x": (-reach, reach), "y": (-reach, reach)},
            interpolation=cv2.INTER_NEAREST,
            border_mode=cv2.BORDER_REFLECT_101,
            p=0.5,
        ),
        A.ColorJitter((0.9, 1.1), (0.9, 1.1), (0.9, 1.1), hue=0, p=0.5),
    ]
    tensor = [A.Normalize(config["mean"], config["std"]), ToTensorV2()]
    return A.Compose([*squared, *changes, *tensor]), A.Compose([*squared, *tensor])
