"""Training one network on one split."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pandas as pd
import pytorch_lightning as pl
import torch.utils.deterministic
from dvclive.lightning import DVCLiveLogger
from lightning_fabric.utilities.exceptions import MisconfigurationException
from scmrepo.exceptions import SCMError

from facevalue.common import catalogue
from facevalue.common.errors import ParameterError, TrainingError
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.model.device import workers
from facevalue.model.saved import save
from facevalue.model.transforms import preprocessing_of
from facevalue.training import head
from facevalue.training.backbone import build
from facevalue.training.callbacks import Bar, BestWeights
from facevalue.training.data import PictureData
from facevalue.training.module import NetworkTraining
from facevalue.training.outcome import Training
from facevalue.training.params import TrainParams


def train(
    train: pd.DataFrame,
    val: pd.DataFrame,
    root: Path,
    params: TrainParams,
    model_dir: Path,
    curves_dir: Path,
    machine: MachineParams = DEFAULT,
    progress: bool = False,
) -> Training:
    """Train on one catalogue, stop by the other, and write the best epoch's model and the curves.

    The same input gives the same bytes on the same machine. The global random state is seeded.

    Raises:
        ParameterError: the backbone, size, accelerator, devices or precision cannot be had here.
        DownloadError: pretrained weights cannot be had.
        TrainingError: a class is missing, the loss diverges or memory runs out.
    """
    _check_classes(train, "training")
    _check_classes(val, "validation")
    with _quiet():
        pl.seed_everything(params.seed, workers=True, verbose=False)
        # Determinism would fill each new tensor with NaN, to show who reads one unset: a fifth of a step on a CPU.
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        network = build(params)
        preprocessing = preprocessing_of(network, params.image_size)
        with _explained(params):
            if params.tune == "head":
                head.learn(network, preprocessing, (train, val), root, machine, curves_dir, progress)
            else:
                trainer = _trainer(params, machine, curves_dir, progress)  # first: it refuses what the machine has not
                data = PictureData(train, val, root, preprocessing, params, workers(machine), progress)
                trainer.fit(NetworkTraining(network, preprocessing, params), data)
    save(network, preprocessing, model_dir)
    return Training.of_curves(curves_dir, "strengths" if params.tune == "head" else "epochs")


def _check_classes(pictures: pd.DataFrame, use: str) -> None:
    counts = {label: int((pictures["label"] == label).sum()) for label in catalogue.LABELS}
    if missing := [label for label, count in counts.items() if count == 0]:
        raise TrainingError(
            f"None of the {len(pictures)} {use} pictures is {missing[0]}; both classes are needed. "
            "Raise sample.size or change split in params.yaml."
        )


def _trainer(params: TrainParams, machine: MachineParams, curves_dir: Path, progress: bool) -> pl.Trainer:
    make = partial(
        pl.Trainer,
        max_epochs=params.epochs,
        accelerator=machine.accelerator,
        devices=machine.devices,
        precision=params.precision,
        deterministic="warn",  # an operation without a deterministic kernel on GPUs runs all the same
        callbacks=[BestWeights(params.patience), *([Bar()] if progress else [])],
        logger=DVCLiveLogger(run_name=None, dir=str(curves_dir), dvcyaml=False, save_dvc_exp=False, report=None),
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


@contextmanager
def _explained(params: TrainParams) -> Iterator[None]:
    """Failures of the machine or of a parameter, in words that name the remedy."""
    try:
        yield
    except SCMError as error:
        raise TrainingError(f"DVCLive cannot use this git repository ({error}); make a first commit.") from error
    except (RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else ""
        if "out of memory" in str(error) or "can't allocate memory" in str(error):
            remedy = f"Lower train.batch_size ({params.batch_size}) or train.image_size ({params.image_size})"
        elif "more than 1 value per channel" in str(error):
            remedy = f"Raise train.batch_size ({params.batch_size}); batch norm needs two pictures"
        else:
            raise
        raise TrainingError(f"Training '{params.backbone}' failed ({reason}). {remedy} in params.yaml.") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Lightning's banners and advice and the hub's retries off the console; errors still raise."""
    names = ("pytorch_lightning", "lightning_fabric", "lightning.pytorch", "huggingface_hub")
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            for module in ("pytorch_lightning", "lightning_fabric", "torchmetrics", "torch"):
                warnings.filterwarnings("ignore", module=rf"{module}\b")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
