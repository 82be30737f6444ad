"""Stands in for facevalue.learning.training: the model is a digest of what it was trained on."""

import hashlib
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from facevalue.params import TrainParams


def train(
    train: pd.DataFrame, val: pd.DataFrame, root: Path, params: TrainParams, model: Path, curves: Path, progress: bool
) -> SimpleNamespace:
    pictures = b"".join((root / path).read_bytes() for path in [*train["path"], *val["path"]])
    digest = hashlib.sha256(pictures + repr(params).encode()).hexdigest()
    model.mkdir(parents=True, exist_ok=True)
    (model / "digest").write_text(digest)
    for name in ("train/loss", "val/loss", "val/auc"):
        curve = curves / f"plots/metrics/{name}.tsv"
        curve.parent.mkdir(parents=True, exist_ok=True)
        curve.write_text(f"step\t{curve.stem}\n1\t{int(digest[:4], 16)}\n")
    scores = {"epochs": 1, "val_loss": 1.0, "val_auc": 0.5, "val_accuracy": 0.5}
    return SimpleNamespace(describe=lambda: f"stub {digest[:8]}", **scores)
