"""Stands in for facevalue.training.fit: the model is a digest of what it was trained on."""

import hashlib
from pathlib import Path

import pandas as pd

from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.common.stored import stored
from facevalue.training.outcome import Training
from facevalue.training.params import TrainParams


def train(
    train: pd.DataFrame,
    val: pd.DataFrame,
    root: Path,
    params: TrainParams,
    model_dir: Path,
    curves_dir: Path,
    checkpoint: Path | None = None,
    machine: MachineParams = DEFAULT,
    progress: bool = False,
) -> Training:
    pictures = b"".join(each.content() for each in stored(root, [*train["path"], *val["path"]]))
    digest = hashlib.sha256(pictures + repr(params).encode()).hexdigest()
    model_dir.mkdir(parents=True, exist_ok=True)
    (model_dir / "digest").write_text(digest)
    for name in ("train/loss", "val/loss", "val/auc", "val/accuracy"):
        curve = curves_dir / f"plots/metrics/{name}.tsv"
        curve.parent.mkdir(parents=True, exist_ok=True)
        curve.write_text(f"step\t{curve.stem}\n1\t{int(digest[:4], 16)}\n")
    return Training(epochs=1, best_epoch=1, train_loss=1.0, val_loss=1.0, val_auc=0.5, val_accuracy=0.5)
