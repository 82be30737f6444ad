"""A training that was broken off comes to what it would have come to, byte for byte."""

import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open

from facevalue.common.cache import Cache
from facevalue.common.machine import MachineParams
from facevalue.training import callbacks, fit, known, outcome, several
from facevalue.training.callbacks import Checkpoints
from facevalue.training.checkpoint import State, read, write
from facevalue.training.module import NetworkTraining
from facevalue.training.params import TrainParams
from facevalue.training.task import Task
from tests import killed_training

CPU = MachineParams(accelerator="cpu")
SHARED = torch.arange(6.0)
STATE: State = {
    "numbers": [1, 0.1, float("inf"), True, None, "text"],
    "keys": {0: (1, 2), "0": ()},
    "tensors": [SHARED, SHARED.reshape(2, 3), torch.tensor(3), torch.ones(2, dtype=torch.bfloat16), torch.empty(0)],
}


class BrokenOffError(Exception):
    """Stands for a kill, where one process is enough."""


@pytest.fixture
def task(
    tmp_path: Path,
    root: Path,
    table: Callable[[int, int], pd.DataFrame],
    settings: Callable[..., TrainParams],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Task]:
    monkeypatch.setattr(callbacks, "INTERVAL", 0)

    def make(name: str, **changes: object) -> Task:
        folder, params = tmp_path / name, settings(**changes)
        return Task(table(0, 12), table(12, 18), root, params, folder / "model", folder / "curves")

    return make


def written(task: Task) -> dict[str, bytes]:
    folder = task.model_dir.parent
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def broken_off(task: Task, epoch: int, machine: MachineParams = CPU) -> Task:
    """The same training, which has come so far."""
    keep = Checkpoints.on_train_epoch_start

    def keep_and_break_off(self: Checkpoints, trainer: object, module: NetworkTraining) -> None:
        keep(self, trainer, module)  # type: ignore[arg-type]
        if module.current_epoch == epoch:
            raise BrokenOffError

    task = task._replace(checkpoint=task.model_dir.parents[1] / "checkpoints/of-it.safetensors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Checkpoints, "on_train_epoch_start", keep_and_break_off)
        with pytest.raises(BrokenOffError):
            fit.train(*task, machine)
    return task


def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(task: Callable[..., Task], tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoints/of-it.safetensors"
    whole, killed = task("whole", epochs=5), task("killed", epochs=5)._replace(checkpoint=checkpoint)
    endings = []
    for each, moment in [(whole, None), *((killed, moment) for moment in killed_training.MOMENTS), (killed, None)]:
        process = several.context().Process(target=killed_training.train, args=(each, moment))  # type: ignore[attr-defined]
        process.start()
        process.join()
        endings.append((process.exitcode, checkpoint.exists()))
    kill = -signal.SIGKILL
    assert endings == [(0, False), *[(kill, False)] * 2, *[(kill, True)] * 3, (0, True)]
    kept = read(checkpoint)
    assert kept is not None
    assert kept["epoch"] == 4
    assert written(killed) == written(whole)


@pytest.mark.parametrize(
    ("changes", "workers"),
    [({}, 2), ({"augment": "strong", "precision": "bf16-mixed"}, 0), ({"backbone": "test_vit", "image_size": 64}, 0)],
)
def test_it_goes_on_with_the_pictures_of_its_epoch(
    changes: dict[str, object], workers: int, task: Callable[..., Task]
) -> None:
    machine = MachineParams(accelerator="cpu", workers=workers)
    whole, broken = task("whole", epochs=3, **changes), task("broken", epochs=3, **changes)
    expected = fit.train(*whole, machine)
    assert fit.train(*broken_off(broken, 2, machine), machine) == expected
    assert written(broken) == written(whole)


def test_patience_and_the_best_epoch_outlast_a_break(
    task: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = [0.7, 0.5, 0.6, 0.8, 0.4, 0.3]

    def validation_step(self: NetworkTraining, batch: object, _: int) -> None:
        values = {"val_loss": losses[self.current_epoch], "val_auc": 0.5, "val_accuracy": 0.5}
        self.log_dict({**values, "step": self.current_epoch + 1.0}, on_epoch=True)

    monkeypatch.setattr(NetworkTraining, "validation_step", validation_step)
    whole, broken = task("whole", epochs=6, patience=2), task("broken", epochs=6, patience=2)
    expected = fit.train(*whole, CPU)
    assert (expected.epochs, expected.best_epoch) == (4, 2)
    broken_off(broken, 2)
    assert fit.train(*broken_off(broken, 3), CPU) == expected
    assert written(broken) == written(whole)


def test_the_bar_goes_on_too(task: Callable[..., Task], capfd: pytest.CaptureFixture[str]) -> None:
    fit.train(*broken_off(task("broken"), 1), CPU, progress=True)
    assert "train:  50%" in (err := capfd.readouterr().err)
    assert "6/6" in err


def test_what_is_kept_comes_back_and_holds_no_pickle(tmp_path: Path) -> None:
    file = tmp_path / "folder/a.safetensors"
    write(STATE, file)
    found = read(file)
    assert found is not None
    tensors, expected = found.pop("tensors"), STATE["tensors"]
    assert found == {key: value for key, value in STATE.items() if key != "tensors"}
    assert [type(key) for key in found["keys"]] == [int, str]
    assert [tensor.dtype for tensor in tensors] == [tensor.dtype for tensor in expected]
    assert all(torch.equal(*pair) for pair in zip(tensors, expected, strict=True))
    with safe_open(file, "pt") as opened:
        assert json.loads(opened.metadata()["rest"])
    assert [each.name for each in file.parent.iterdir()] == ["a.safetensors"]
    with pytest.raises(TypeError):
        write({"object": object()}, file)


@given(data=st.data())
def test_a_damaged_file_is_none(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    write({key: value for key, value in STATE.items() if key != "tensors"} | {"tensor": SHARED}, file)
    whole = read(file)
    content = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[place:]
    else:
        content[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(content)
    found = read(file)
    assert found is None or str(found) == str(whole)  # blanks between words of the header say nothing


def test_one_of_another_training_is_none(tmp_path: Path) -> None:
    write(STATE, tmp_path / "a.safetensors")
    (tmp_path / "a.safetensors").rename(tmp_path / "b.safetensors")
    assert read(tmp_path / "b.safetensors") is None
    assert read(tmp_path / "a.safetensors") is None
    assert read(tmp_path) is None


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache/results.sqlite", 10**9)


def test_it_lies_beside_the_cache_until_the_training_is_done(
    task: Callable[..., Task], cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, seen = tmp_path / "cache/checkpoints", list[str]()
    old, young = folder / "old.safetensors", folder / "young.safetensors.partial"
    folder.mkdir(parents=True)
    for file, days in ((old, 31), (young, 29)):
        file.touch()
        os.utime(file, (time.time() - days * 24 * 3600,) * 2)

    def train(*arguments: object) -> outcome.Training:
        training = real(*arguments)  # type: ignore[arg-type]
        seen.extend(sorted(file.name for file in folder.iterdir()))
        return training

    real = fit.train
    monkeypatch.setattr(fit, "train", train)
    one = task("one")
    expected = several.train_all([one], CPU, cache=cache)
    (key,) = known.Known.of([one], cache, several._computed_by(CPU, False)).keys.values()
    assert seen == sorted([f"{key}.safetensors", young.name])
    assert list(folder.iterdir()) == [young]
    assert expected[0].remark == ""


def test_what_cannot_be_kept_is_a_remark(task: Callable[..., Task], cache: Cache, tmp_path: Path) -> None:
    folder = tmp_path / "cache/checkpoints"
    folder.parent.mkdir()
    folder.touch()
    (done,) = several.train_all([task("a")], CPU, cache=cache)
    assert done.remark == (
        f"how far a training has come could not be kept in '{folder}' (File exists); "
        "killed, it would have started afresh"
    )
    assert outcome.describe([done]) == f"{done.describe()}; {done.remark}"
    assert outcome.describe([replace(done, remark=""), done, done]).count("killed") == 1


def test_without_a_cache_and_within_a_minute_there_is_none(
    task: Callable[..., Task], cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Checkpoints, "on_save_checkpoint", lambda *_: pytest.fail("written"))
    several.train_all([task("without")], CPU)
    monkeypatch.setattr(callbacks, "INTERVAL", 60)
    several.train_all([task("short")], CPU, cache=cache)
    assert not (tmp_path / "cache/checkpoints").exists()
