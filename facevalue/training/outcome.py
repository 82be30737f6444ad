"""What a training came to, and several of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

import pandas as pd

from facevalue.common.files import replacing_file

_CURVES = Path("plots", "metrics")  # where DVCLive puts them in its folder
_MEASURES = ("val_loss", "val_auc", "val_accuracy")


@dataclass(frozen=True)
class Training:
    """How a training went; the values are those of the best epoch, whose weights were kept."""

    epochs: int  # run, at most those asked for; or strengths of the features that were tried
    best_epoch: int  # counted from 1
    train_loss: float
    val_loss: float
    val_auc: float
    val_accuracy: float
    steps: str = "epochs"  # or `strengths`
    remark: str = field(default="", compare=False)  # of what went wrong, and did no harm

    @classmethod
    def of_curves(cls, curves_dir: Path, steps: str) -> Training:
        """As the written curves tell: they are the record, also when other processes trained."""
        curves = {name: _curve(curves_dir, name) for name in ("train/loss", "val/loss", "val/auc", "val/accuracy")}
        val_loss = curves["val/loss"]
        best = int(val_loss.index[int(val_loss.argmin())])
        at_best = {name.replace("/", "_"): float(curve[best]) for name, curve in curves.items()}
        return cls(epochs=len(val_loss), best_epoch=best, steps=steps, remark="", **at_best)

    def describe(self) -> str:
        """For a stage's last line."""
        return (
            f"{self.epochs} {self.steps}, best {self.best_epoch}: val_loss {self.val_loss:.3f}, "
            f"val_auc {self.val_auc:.3f}, val_accuracy {self.val_accuracy:.3f}"
        )


def average_curves(trainings: Sequence[Path], curves_dir: Path) -> None:
    """Write the mean of several trainings' curves into `curves_dir`, laid out as theirs.

    A step's mean is that of the trainings that went on until then: patience ends each on its own.

    Args:
        trainings: the folders of their curves, of the same measures.
        curves_dir: where a single training's curves would be.
    """
    for file in sorted(trainings[0].joinpath(_CURVES).rglob("*.tsv")):
        curve = file.relative_to(trainings[0])
        tables = pd.concat([pd.read_csv(each / curve, sep="\t") for each in trainings])
        mean = tables.groupby("step", as_index=False).mean()
        with replacing_file(curves_dir / curve) as partial:
            mean.to_csv(partial, sep="\t", index=False, lineterminator="\n")


def describe(done: Sequence[Training]) -> str:
    """For a stage's last line: one training in its own words, several by their means at their best epochs; a remark."""
    remark = next((each.remark for each in done if each.remark), "")
    return "; ".join(filter(None, (_describe(done), remark)))


def _describe(done: Sequence[Training]) -> str:
    if len(done) == 1:
        return done[0].describe()
    fewest, most = min(each.epochs for each in done), max(each.epochs for each in done)
    epochs = f"{fewest} to {most} {done[0].steps}" if fewest < most else f"{most} {done[0].steps}"
    means = ", ".join(f"{name} {fmean(getattr(each, name) for each in done):.3f}" for name in _MEASURES)
    return f"{len(done)} trainings, {epochs}: mean {means}"


def _curve(curves_dir: Path, name: str) -> pd.Series:
    table = pd.read_csv(curves_dir / _CURVES / f"{name}.tsv", sep="\t", index_col="step")
    values: pd.Series = table.iloc[:, 0]
    return values
