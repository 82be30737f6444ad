"""What the trainings of several folds come to on average."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

import pandas as pd

from facevalue.common.files import replacing_file

if TYPE_CHECKING:
    from facevalue.training.fit import Training

_CURVES = Path("plots", "metrics")  # where DVCLive puts them in its folder
_MEASURES = ("val_loss", "val_auc", "val_accuracy")


def average_curves(folds: Sequence[Path], curves_dir: Path) -> None:
    """Write the mean of the folds' curves into `curves_dir`, laid out as theirs.

    A step's mean is that of the folds that were still training then: patience ends each on its own.

    Args:
        folds: the folders of their curves, of the same measures.
        curves_dir: where a single training's curves would be.
    """
    for file in sorted(folds[0].joinpath(_CURVES).rglob("*.tsv")):
        curve = file.relative_to(folds[0])
        mean = pd.concat([pd.read_csv(fold / curve, sep="\t") for fold in folds]).groupby("step", as_index=False).mean()
        with replacing_file(curves_dir / curve) as partial:
            mean.to_csv(partial, sep="\t", index=False, lineterminator="\n")


def describe(done: Sequence[Training]) -> str:
    """For a stage's last line: one training in its own words, several by their means at their best epochs."""
    if len(done) == 1:
        return done[0].describe()
    fewest, most = min(fold.epochs for fold in done), max(fold.epochs for fold in done)
    epochs = f"{fewest} to {most} {done[0].steps}" if fewest < most else f"{most} {done[0].steps}"
    means = ", ".join(f"{name} {fmean(getattr(fold, name) for fold in done):.3f}" for name in _MEASURES)
    return f"{len(done)} folds, {epochs}: mean {means}"
