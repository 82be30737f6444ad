"""Trainings that were done before come back byte for byte, and only those that would be the same."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from facevalue.common import images
from facevalue.common.cache import Cache
from facevalue.common.machine import MachineParams
from facevalue.training import several
from facevalue.training.outcome import Training
from facevalue.training.params import TrainParams
from facevalue.training.several import train_all
from facevalue.training.task import Task

CPU = MachineParams(accelerator="cpu")
Table = Callable[[int, int], pd.DataFrame]
Done = Callable[[Task, Training], object]


@dataclass
class Asked:
    """Which trainings were not found, and were done."""

    done: list[str] = field(default_factory=list)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    found, train, side_by_side = Asked(), several._train, several._side_by_side

    def alone(task: Task, machine: MachineParams, progress: bool = False) -> object:
        found.done.append(task.model_dir.parent.name)
        return train(task, machine, progress)

    def together(tasks: list[Task], machine: MachineParams, done: Done) -> None:
        found.done += [task.model_dir.parent.name for task in tasks]
        with monkeypatch.context() as patch:
            patch.setattr(several, "_train", train)  # which other processes find by its name
            side_by_side(tasks, machine, done)

    monkeypatch.setattr(several, "_train", alone)
    monkeypatch.setattr(several, "_side_by_side", together)
    return found


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache/results.sqlite", 10**9)


@pytest.fixture
def task(tmp_path: Path, root: Path, table: Table, settings: Callable[..., TrainParams]) -> Callable[..., Task]:
    def make(name: str, rows: pd.DataFrame | None = None, **changes: object) -> Task:
        params, folder = settings(**{"epochs": 1, **changes}), tmp_path / name
        return Task(table(0, 12) if rows is None else rows, table(12, 18), root, params, folder / "m", folder / "c")

    return make


def written(task: Task) -> dict[str, bytes]:
    folder = task.model_dir.parent
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_more_trainings_do_only_those_that_are_new(task: Callable[..., Task], cache: Cache, asked: Asked) -> None:
    cold = [task(f"cold{seed}", seed=seed) for seed in range(3)]
    expected = train_all(cold, CPU)
    train_all([task(f"first{seed}", seed=seed) for seed in range(2)], CPU, cache=cache)
    asked.done.clear()
    more = [task(f"more{seed}", seed=seed) for seed in range(3)]
    assert train_all(more, CPU, cache=cache) == expected
    assert asked.done == ["more2"]
    assert [written(each) for each in more] == [written(each) for each in cold]
    again = [task(f"again{seed}", seed=seed) for seed in (2, 0)]
    assert train_all(again, CPU, cache=cache) == [expected[2], expected[0]]
    assert asked.done == ["more2"]
    assert cache.remark == ""


def test_one_alone_has_all_threads_and_is_another(
    task: Callable[..., Task], cache: Cache, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.get_num_threads", lambda: 2)
    train_all([task("a"), task("b", seed=1)], CPU, cache=cache)
    for name in ("alone", "once more"):
        train_all([task(name)], CPU, cache=cache)
    assert asked.done == ["a", "b", "alone"]


def test_what_would_come_out_otherwise_is_done_anew(
    task: Callable[..., Task], table: Table, root: Path, cache: Cache, asked: Asked
) -> None:
    def trained(name: str, rows: pd.DataFrame | None = None, **changes: object) -> bool:
        asked.done.clear()
        train_all([task(name, rows, **changes)], CPU, cache=cache)
        return asked.done == [name]

    rows = table(0, 12)
    assert trained("first")
    assert not trained("same")
    assert trained("order", rows.iloc[::-1].reset_index(drop=True))
    assert trained("fewer", rows.iloc[1:])
    assert trained("labels", rows.assign(label=rows["label"].tolist()[::-1]))
    assert trained("epochs", epochs=2)
    assert trained("rate", learning_rate=0.01)
    assert trained("seed", seed=1)
    images.write_png(root / rows["path"][0], np.full((40, 40, 3), 7, np.uint8))
    assert trained("picture")
    assert not trained("same picture")


def test_what_was_done_before_a_failure_is_not_done_again(
    task: Callable[..., Task], cache: Cache, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(tasks: list[Task], machine: MachineParams, done: Done) -> None:
        done(tasks[0], several._train(tasks[0], machine))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(several, "_side_by_side", broken)
        with pytest.raises(KeyboardInterrupt):
            train_all([task("a"), task("b", seed=1)], CPU, cache=cache)
    asked.done.clear()
    train_all([task("c"), task("d", seed=1)], CPU, cache=cache)
    assert asked.done == ["d"]
