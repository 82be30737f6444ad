"""A training in a process of its own that is killed at a moment of its choice."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from facevalue.common.machine import MachineParams
from facevalue.training import callbacks, fit, several
from facevalue.training.backbone import build
from facevalue.training.callbacks import BestWeights, Checkpoints
from facevalue.training.module import NetworkTraining
from facevalue.training.params import TrainParams
from facevalue.training.task import Task

CPU = MachineParams(accelerator="cpu")
Moment = tuple[object, str, int]
MOMENTS: list[Moment] = [
    (NetworkTraining, "training_step", 0),  # no checkpoint yet
    (Path, "write_bytes", 0),  # it is half written
    (Checkpoints, "on_train_epoch_end", 1),  # the curves of validation are written, those of training not
    (NetworkTraining, "validation_step", 2),
    (BestWeights, "on_train_end", 0),  # all is learnt, nothing saved
]
"""Before which call of what, not counting the first so many."""


def train(task: Task, moment: Moment | None = None) -> None:
    """With a checkpoint after each epoch, on a network with dropout."""
    several._prepare(1)
    callbacks.INTERVAL = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "build", with_dropout)
        if moment:
            owner, name, _ = moment
            patch.setattr(owner, name, killing(getattr(owner, name), *moment))
        fit.train(*task, CPU)


def with_dropout(params: TrainParams) -> nn.Module:
    network = build(params)
    network.drop_rate = 0.5  # type: ignore[assignment]
    return network


def killing(member: Callable[..., Any], owner: object, name: str, calls: int) -> Callable[..., Any]:
    left = iter(range(calls))

    def call(*arguments: Any, **options: Any) -> Any:
        if next(left, None) is None:
            if owner is Path:
                member(arguments[0], arguments[1][: len(arguments[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return member(*arguments, **options)

    return call
