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
from facevalue.training import fit, several
from facevalue.training.params import TrainParams
from facevalue.training.several import train_all
from facevalue.training.task import Task

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
    monkeypatch.setattr(several, "cores", lambda: 2)


def learning(folder: Path, count: int) -> None:
    """Wait until so many have come through an epoch."""
    while len(list(folder.glob("long*/curves/plots/metrics/val/loss.tsv"))) < count:
        time.sleep(0.05)


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


def test_the_first_failure_ends_those_that_run_and_those_that_wait(task: Callable[..., Task], table: Table) -> None:
    long = [task(f"long{number}", epochs=10_000, patience=10_000) for number in range(4)]
    tasks = [long[0], task("broken", train=table(0, 5).iloc[:5]), *long[1:]]
    with pytest.raises(TrainingError, match="None of the 5 training pictures is fake"):
        train_all(tasks, CPU)
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_is_one_line(task: Callable[..., Task], tmp_path: Path) -> None:
    def kill() -> None:
        learning(tmp_path, 2)
        child = multiprocessing.active_children()[0]
        assert child.pid
        os.kill(child.pid, signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    with pytest.raises(TrainingError, match=r"trainings side by side was ended from outside"):
        train_all([task(f"long{number}", epochs=10_000, patience=10_000) for number in range(2)], CPU)
    assert multiprocessing.active_children() == []


def test_an_interrupt_ends_those_that_run_and_those_that_wait(
    task: Callable[..., Task], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell put this behind it
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))

    def interrupt() -> None:
        learning(tmp_path, 2)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        train_all([task(f"long{number}", epochs=10_000, patience=10_000) for number in range(5)], CPU)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("tasks", "cores", "together"),
    [(1, 2, 1), (2, 2, 2), (3, 2, 3), (4, 2, 2), (5, 2, 3), (5, 1, 1), (5, 8, 5), (15, 4, 5)],
)
def test_no_core_is_left_idle_by_the_last(tasks: int, cores: int, together: int) -> None:
    assert several._at_once(tasks, cores) == together
