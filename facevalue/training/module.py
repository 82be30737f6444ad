"""The network as Lightning trains it."""

import math

import numpy as np
import pytorch_lightning as pl
import timm.optim
import torch
from pytorch_lightning.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.modules.batchnorm import _BatchNorm
from torchmetrics import MetricCollection
from torchmetrics.classification import BinaryAccuracy, BinaryAUROC

from facevalue.common.errors import TrainingError
from facevalue.model.transforms import Normalise, Preprocessing
from facevalue.training.params import TrainParams

Batch = tuple[Tensor, Tensor]  # pictures uint8 (n, s, s, 3), targets float32 (n,)

_FUSED = ("cpu", "cuda", "mps")  # where torch has AdamW's step in one kernel; it saves a CPU a twentieth of the time
_WARM_UP = 0.05  # fraction of all steps


class NetworkTraining(pl.LightningModule):
    """Logit of fake from one timm network: cross-entropy, AdamW, warm-up and cosine decay."""

    def __init__(self, network: nn.Module, preprocessing: Preprocessing, params: TrainParams) -> None:
        super().__init__()
        self.network = network
        self.normalise = Normalise(preprocessing)
        self._params = params
        self._val_metrics = MetricCollection({"val_auc": BinaryAUROC(), "val_accuracy": BinaryAccuracy()})

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits of fake, (n,), for uint8 (n, s, s, 3)."""
        logits: Tensor = self.network(self.normalise(pictures)).squeeze(1)
        return logits.float()

    def on_train_epoch_start(self) -> None:
        """Make what the network leaves to chance, such as dropout, a function of seed, epoch and device alone.

        So a training that goes on needs no random state, and devices do not drop the same.
        """
        chance = np.random.SeedSequence([self._params.seed, self.current_epoch, self.global_rank])
        pl.seed_everything(int(chance.generate_state(1)[0]), workers=True, verbose=False)

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """One batch's loss; on several devices, what this one's share is of it, so that their mean is the batch's."""
        own, whole = self.trainer.train_dataloader.batch_sampler.sizes(index)  # type: ignore[union-attr]
        loss: Tensor = self._loss_and_logits(batch)[0] * (self.trainer.world_size * own / whole)
        rate = self.optimizers().param_groups[0]["lr"]  # type: ignore[union-attr]
        self._log({"learning_rate": rate, "train_loss": loss.detach()}, whole)
        return loss

    def on_validation_epoch_start(self) -> None:
        """Judge the network that is kept: batch norms have seen their device's pictures, and the first's are kept."""
        if self.trainer.world_size > 1:
            for norm in (module for module in self.network.modules() if isinstance(module, _BatchNorm)):
                for buffer in norm.buffers(recurse=False):
                    torch.distributed.broadcast(buffer, 0)

    def validation_step(self, batch: Batch, _: int) -> None:
        """The same loss, and the metrics that need the whole set."""
        loss, logits = self._loss_and_logits(batch)
        self._log({"val_loss": loss}, len(logits))
        self._val_metrics.update(logits, batch[1].long())
        self.log_dict(self._val_metrics, on_step=False, on_epoch=True, batch_size=len(logits))

    def on_train_epoch_end(self) -> None:
        """Stop at once when the loss is no number any more; nothing after it would be."""
        losses = {name: float(self.trainer.callback_metrics[name]) for name in ("train_loss", "val_loss")}
        for name, loss in losses.items():
            if not math.isfinite(loss):
                raise TrainingError(
                    f"{name} became {loss} in epoch {self.current_epoch + 1}; lower train.learning_rate "
                    f"({self._params.learning_rate:g}) or use train.precision '32-true' ('{self._params.precision}')."
                )

    def configure_optimizers(self) -> OptimizerLRScheduler:
        """No weight decay on norms and biases, as timm does it."""
        optimizer = timm.optim.create_optimizer_v2(  # type: ignore[attr-defined]
            self.network,
            opt="adamw",
            lr=self._params.learning_rate,
            weight_decay=self._params.weight_decay,
            fused=self.device.type in _FUSED,
        )
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_factor(step, steps))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def _loss_and_logits(self, batch: Batch) -> tuple[Tensor, Tensor]:
        pictures, targets = batch
        logits = self(pictures)
        return binary_cross_entropy_with_logits(logits, targets), logits

    def _log(self, values: dict[str, Tensor | float], pictures: int) -> None:
        values["step"] = self.current_epoch + 1.0  # Lightning takes this as the curves' x
        self.log_dict(values, on_step=False, on_epoch=True, sync_dist=True, batch_size=pictures)


def rate_factor(step: int, steps: int) -> float:
    """Share of the learning rate at a step: linear warm-up, then half a cosine down to zero.

    Source: Loshchilov and Hutter 2017, "SGDR", arXiv 1608.03983, equation 5, without restarts.
    """
    warm_up = max(1, round(_WARM_UP * steps))
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))
