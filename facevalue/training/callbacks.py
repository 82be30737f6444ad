"""What happens around the epochs: stopping with the best weights, and a bar."""

from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback, EarlyStopping
from tqdm import tqdm


class BestWeights(EarlyStopping):
    """Stop after `patience` epochs without a lower validation loss, and go back to the best epoch's weights.

    They are kept in memory: a checkpoint file would be a pickle. Ties: the earlier epoch wins.
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


class Bar(Callback):
    """One line for the whole run, in batches."""

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Open the bar on the first device's terminal."""
        total = int(trainer.estimated_stepping_batches)
        self._bar = tqdm(total=total, desc="train", unit="batch", disable=not trainer.is_global_zero)

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
