"""Trainings side by side, in real processes."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from facevalue.common.errors import TrainingError
from facevalue.common.machine import MachineParams
from facevalue.training import fit
from facevalue.training.params import TrainParams
from facevalue.training.several import Task, train_all

CPU = MachineParams(accelerator="cpu")
Table = Callable[[int, int], pd.DataFrame]
Settings = Callable[..., TrainParams]


@pytest.fixture
def task(tmp_path: Path, root: Path, table: Table, settings: Settings) -> Callable[..., Task]:
    def make(name: str, train: pd.DataFrame | None = None, **changes: object) -> Task:
        rows = table(0, 12) if train is None else train
        folder = tmp_path / name
        return Task(rows, table(12, 18), root, settings(**changes), folder / "model", folder / "curves")

    return make


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


def test_a_training_is_the_same_beside_others_and_alone(
    task: Callable[..., Task], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    names, seeds = ("a", "b", "c"), (0, 1, 0)
    beside = train_all([task(name, seed=seed) for name, seed in zip(names, seeds, strict=True)], CPU, progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "train: 100%" in err
    assert "3/3" in err
    alone = [fit.train(*task(f"{name}-alone", seed=seed), CPU) for name, seed in zip(names, seeds, strict=True)]
    assert beside == alone
    assert beside[0] == beside[2] != beside[1]
    for name in names:
        weights = [tmp_path / folder / "model" / "model.safetensors" for folder in (name, f"{name}-alone")]
        assert weights[0].read_bytes() == weights[1].read_bytes()


def test_the_first_failure_ends_the_others(task: Callable[..., Task], table: Table, tmp_path: Path) -> None:
    tasks = [task("long", epochs=10_000, patience=10_000), task("broken", train=table(0, 5).iloc[:5])]
    with pytest.raises(TrainingError, match="None of the 5 training pictures is fake"):
        train_all(tasks, CPU)
    assert not (tmp_path / "long" / "model").exists()
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_is_one_line(task: Callable[..., Task]) -> None:
    def kill() -> None:
        while not (children := multiprocessing.active_children()):
            time.sleep(0.05)
        assert children[0].pid
        os.kill(children[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(TrainingError, match=r"trainings side by side was ended from outside"):
        train_all([task(name, epochs=10_000, patience=10_000) for name in ("a", "b")], CPU)
    killer.join()
    assert multiprocessing.active_children() == []
