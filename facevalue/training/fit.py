"""Training all weights of one network on one split."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytorch_lightning as pl
import torch.utils.deterministic
from dvclive.lightning import DVCLiveLogger
from lightning_fabric.plugins.environments.cluster_environment import ClusterEnvironment
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from lightning_fabric.utilities.exceptions import MisconfigurationException
from timm.layers import convert_sync_batchnorm  # type: ignore[attr-defined]

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
from facevalue.training.refer import refer
from facevalue.training.refusals import check_classes, explained
from facevalue.training.task import Task


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
    """Train on one catalogue, stop by the other, and write the best epoch's model, what it learnt from and the curves.

    The same input gives the same bytes on the same machine, also where the training was killed and goes on from its
    checkpoint. The global random state is seeded.

    Raises:
        ParameterError: the backbone, size, accelerator, devices or precision cannot be had here.
        DownloadError: pretrained weights cannot be had.
        TrainingError: a class is missing, the loss diverges or memory runs out.
    """
    kept = Checkpoint(checkpoint)
    learn(Task(train, val, root, params, model_dir, curves_dir), machine, progress, kept, LightningEnvironment())
    return replace(Training.of_curves(curves_dir, "epochs"), remark=kept.remark)


def learn(
    task: Task, machine: MachineParams, progress: bool, kept: Checkpoint, environment: ClusterEnvironment
) -> None:
    """The same, in each of the processes that share the training; the first writes.

    Args:
        task: the training, whose checkpoint is `kept`.
        machine: where it computes.
        progress: whether to show a bar.
        kept: how far it has come.
        environment: by what this process knows the others.

    Raises:
        FacevalueError: as above.
    """
    params = task.params
    check_classes(task.train, task.val)
    with quiet():
        pl.seed_everything(params.seed, workers=True, verbose=False)
        # Determinism would fill each new tensor with NaN, to show who reads one unset: a fifth of a step on a CPU.
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        network = build(params)
        preprocessing = preprocessing_of(network, params.image_size)
        with explained(params):
            # First: it refuses what the machine has not.
            trainer = _trainer(params, machine, task.curves_dir, progress, kept, environment)
            if trainer.world_size > 1 and trainer.strategy.root_device.type == "cuda":
                # Torch's own would lose the activations of timm's layers.
                network = convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
            if trainer.is_global_zero:
                kept.write_curves(task.curves_dir)
            epoch, file = (kept.state["epoch"], kept.file) if kept.state else (0, None)
            shown = progress and trainer.is_global_zero
            data = PictureData(task.train, task.val, task.root, preprocessing, params, workers(machine), shown, epoch)
            trainer.fit(NetworkTraining(network, preprocessing, params), data, ckpt_path=file)
            if trainer.is_global_zero:
                save(network, preprocessing, task.model_dir)
                refer(network, preprocessing, [task], machine)


def _trainer(
    params: TrainParams,
    machine: MachineParams,
    curves_dir: Path,
    progress: bool,
    kept: Checkpoint,
    environment: ClusterEnvironment,
) -> pl.Trainer:
    callbacks = [BestWeights(params.patience), *([Bar()] if progress else [])]
    logger = DVCLiveLogger(
        run_name=None,
        dir=str(curves_dir),
        resume=kept.state is not None,
        dvcyaml=False,
        save_dvc_exp=False,
        report=None,
    )
    try:
        return pl.Trainer(
            max_epochs=params.epochs,
            accelerator=machine.accelerator,
            devices=machine.devices,
            num_nodes=machine.num_nodes,
            strategy=machine.strategy,
            precision=params.precision,
            deterministic="warn",  # an operation without a deterministic kernel on GPUs runs all the same
            callbacks=[*callbacks, *([Checkpoints(kept.file, curves_dir)] if kept.file else [])],
            plugins=[kept, environment],
            logger=logger,
            log_every_n_steps=1,
            num_sanity_val_steps=0,
            use_distributed_sampler=False,  # `Shares` deals them out
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
    except (MisconfigurationException, ImportError, RuntimeError, TypeError, ValueError) as error:
        raise ParameterError(
            f"params.yaml: machine.accelerator '{machine.accelerator}', machine.devices {machine.devices} and "
            f"train.precision '{params.precision}' cannot be had here: {' '.join(str(error).split())}"
        ) from error
