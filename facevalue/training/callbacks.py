"""What happens around the epochs: stopping with the best weights, a checkpoint, and a bar."""

import time
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback, EarlyStopping
from tqdm import tqdm

from facevalue.training.checkpoint import curves

INTERVAL = 60  # seconds from a checkpoint to the next: the default training is done by then


class BestWeights(EarlyStopping):
    """Stop after `patience` epochs without a lower validation loss, and go back to the best epoch's weights.

    They are kept in memory. Ties: the earlier epoch wins.
    """

    def __init__(self, patience: int) -> None:
        super().__init__(monitor="val_loss", mode="min", patience=patience, check_finite=False)
        self._best: dict[str, torch.Tensor] = {}

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Keep a copy when this epoch is the best so far."""
        super().on_train_epoch_end(trainer, pl_module)
        if self.wait_count == 0:
            self._best = {name: value.detach().cpu().clone() for name, value in pl_module.state_dict().items()}

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Put the best weights back."""
        pl_module.load_state_dict(self._best)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps of it."""
        return {**super().state_dict(), "best": self._best}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        super().load_state_dict(state_dict)
        self._best = state_dict["best"]


class Checkpoints(Callback):
    """Keep how far the training has come, each time that an epoch is over and the last time was a while ago.

    That is at the start of the next epoch: what Lightning calls an epoch's end comes before its curves are written.
    """

    def __init__(self, file: Path, curves_dir: Path) -> None:
        self._file, self._curves_dir, self._last = file, curves_dir, time.monotonic()

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Write the checkpoint where it is due; devices have their own clocks, and agree."""
        due = time.monotonic() - self._last >= INTERVAL
        if trainer.current_epoch and trainer.strategy.reduce_boolean_decision(due, all=False):
            trainer.save_checkpoint(self._file)
            self._last = time.monotonic()

    def on_save_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Add the curves, and count the epoch that begins as not begun: else Lightning would go on at its end."""
        checkpoint["curves"] = curves(self._curves_dir)
        for counts in checkpoint["loops"]["fit_loop"]["epoch_progress"].values():
            counts["ready"] = counts["completed"]


class Bar(Callback):
    """One line for the whole run, in batches."""

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Open the bar on the first device's terminal."""
        total = int(trainer.estimated_stepping_batches)
        done, hidden = trainer.global_step, not trainer.is_global_zero
        self._bar = tqdm(initial=done, total=total, desc="train", unit="batch", disable=hidden)

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        """Count a batch."""
        self._bar.update()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Say how far and how good."""
        val_loss = float(trainer.callback_metrics["val_loss"])
        self._bar.set_postfix_str(f"epoch {trainer.current_epoch + 1} of {trainer.max_epochs}, val_loss {val_loss:.3f}")

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Close the line."""
        self._bar.close()
