"""Training all weights of one network on one split."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytorch_lightning as pl
import torch.utils.deterministic
from dvclive.lightning import DVCLiveLogger
from lightning_fabric.utilities.exceptions import MisconfigurationException

from facevalue.common.errors import ParameterError
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.model.device import workers
from facevalue.model.saved import save
from facevalue.model.transforms import preprocessing_of
from facevalue.training.backbone import build
from facevalue.training.callbacks import Bar, BestWeights, Checkpoints
from facevalue.training.checkpoint import Checkpoint
from facevalue.training.console import quiet
from facevalue.training.data import PictureData
from facevalue.training.module import NetworkTraining
from facevalue.training.outcome import Training
from facevalue.training.params import TrainParams
from facevalue.training.refusals import check_classes, explained


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
    """Train on one catalogue, stop by the other, and write the best epoch's model and the curves.

    The same input gives the same bytes on the same machine, also where the training was killed and goes on from its
    checkpoint. The global random state is seeded.

    Raises:
        ParameterError: the backbone, size, accelerator, devices or precision cannot be had here.
        DownloadError: pretrained weights cannot be had.
        TrainingError: a class is missing, the loss diverges or memory runs out.
    """
    check_classes(train, val)
    with quiet():
        pl.seed_everything(params.seed, workers=True, verbose=False)
        # Determinism would fill each new tensor with NaN, to show who reads one unset: a fifth of a step on a CPU.
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        network = build(params)
        preprocessing = preprocessing_of(network, params.image_size)
        with explained(params):
            kept = Checkpoint(checkpoint)
            # First: it refuses what the machine has not.
            trainer = _trainer(params, machine, curves_dir, progress, kept)
            if trainer.is_global_zero:
                kept.write_curves(curves_dir)
            epoch, file = (kept.state["epoch"], kept.file) if kept.state else (0, None)
            data = PictureData(train, val, root, preprocessing, params, workers(machine), progress, epoch)
            trainer.fit(NetworkTraining(network, preprocessing, params), data, ckpt_path=file)
    save(network, preprocessing, model_dir)
    return replace(Training.of_curves(curves_dir, "epochs"), remark=kept.remark)


def _trainer(
    params: TrainParams, machine: MachineParams, curves_dir: Path, progress: bool, kept: Checkpoint
) -> pl.Trainer:
    callbacks = [BestWeights(params.patience), *([Bar()] if progress else [])]
    logger = partial(DVCLiveLogger, run_name=None, dvcyaml=False, save_dvc_exp=False, report=None)
    make = partial(
        pl.Trainer,
        max_epochs=params.epochs,
        accelerator=machine.accelerator,
        devices=machine.devices,
        precision=params.precision,
        deterministic="warn",  # an operation without a deterministic kernel on GPUs runs all the same
        callbacks=[*callbacks, *([Checkpoints(kept.file, curves_dir)] if kept.file else [])],
        plugins=[kept],
        logger=logger(dir=str(curves_dir), resume=kept.state is not None),
        log_every_n_steps=1,
        num_sanity_val_steps=0,
        use_distributed_sampler=False,  # `Draws` deals out the shares
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    try:
        trainer = make()
        # Several devices: processes of our own, because Lightning's default runs the whole stage again in each.
        return trainer if trainer.num_devices == 1 else make(strategy="ddp_spawn")
    except (MisconfigurationException, ImportError, RuntimeError, TypeError, ValueError) as error:
        raise ParameterError(
            f"params.yaml: machine.accelerator '{machine.accelerator}', machine.devices {machine.devices} and "
            f"train.precision '{params.precision}' cannot be had here: {' '.join(str(error).split())}"
        ) from error
