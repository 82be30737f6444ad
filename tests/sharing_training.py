"""Processes that share a training, started from one that has imported everything."""

import os
import socket
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from facevalue.training import callbacks, several, shared
from facevalue.training.__main__ import main
from facevalue.training.callbacks import Checkpoints


class BrokenOffError(Exception):
    """Stands for a kill."""


def take_part(folders: list[Path], rank: int, port: int) -> None:
    """In one training after the other.

    That which is called `broken` is broken off in its second epoch, `resumed` may not begin with the first, and
    `command` is started as one.
    """
    several._prepare(1)
    callbacks.INTERVAL = 0
    os.environ.update({"LOCAL_RANK": str(rank), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)})
    for folder in folders:
        if folder.name == "command":
            main([str(folder), "--quiet"])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Checkpoints, "on_train_epoch_end", breaking_off({"broken": 1, "resumed": 0}.get(folder.name)))
            with pytest.raises(BrokenOffError) if folder.name == "broken" else nullcontext():
                shared.take_part(folder)


def breaking_off(epoch: int | None) -> Callable[[Checkpoints, Any, object], None]:
    def break_off(self: Checkpoints, trainer: Any, _: object) -> None:
        if trainer.current_epoch == epoch:
            raise BrokenOffError

    return break_off


def together(*folders: Path) -> list[int | None]:
    """Two processes on one node, which share each of the trainings in turn; their exit codes."""
    port = free_port()
    processes = [
        several.context().Process(target=take_part, args=(list(folders), rank, port))  # type: ignore[attr-defined]
        for rank in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
