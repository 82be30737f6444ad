"""A training that processes share comes to what one process would come to; and what becomes of those that fail."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil
import pytest
import timm
import torch
from safetensors.torch import load_file
from timm.layers import convert_sync_batchnorm  # type: ignore[attr-defined]

from facevalue.common.errors import ParameterError, TrainingError
from facevalue.common.machine import MachineParams
from facevalue.training import fit, several, shared
from facevalue.training.outcome import Training
from facevalue.training.params import TrainParams
from facevalue.training.task import Task
from tests.sharing_training import free_port, together

ONE, TWO = MachineParams(accelerator="cpu"), MachineParams(accelerator="cpu", devices=2)
VIT = {"backbone": "test_vit", "image_size": 64}  # no batch norm, which would see but a share
Make = Callable[..., Task]


@pytest.fixture
def task(
    tmp_path: Path, root: Path, table: Callable[[int, int], pd.DataFrame], settings: Callable[..., TrainParams]
) -> Make:
    def make(name: str, pictures: int = 21, **changes: object) -> Task:
        rows, folder = table(0, 12).sample(pictures, random_state=0, ignore_index=True), tmp_path / name
        return Task(rows, table(12, 18), root, settings(**changes), folder / "model", folder / "curves")

    return make


def written_down(folder: Path, *tasks: Task, machine: MachineParams = TWO) -> list[Path]:
    folders = [folder / "tasks" / task.model_dir.parent.name for task in tasks]
    for place, task in zip(folders, tasks, strict=True):
        shared.write(place, task, machine)
    return folders


def curves(task: Task) -> pd.DataFrame:
    files = (task.curves_dir / "plots/metrics").rglob("*.tsv")
    return pd.concat([pd.read_csv(file, sep="\t", index_col="step") for file in sorted(files)], axis=1)


def assert_same(found: Task, expected: Task) -> None:
    pd.testing.assert_frame_equal(curves(found), curves(expected), rtol=0, atol=1e-4)
    pairs = [load_file(each.model_dir / "model.safetensors") for each in (found, expected)]
    assert all(torch.allclose(pairs[0][name], pairs[1][name], rtol=0, atol=1e-3) for name in pairs[1])


def test_two_processes_come_to_what_one_does(task: Make, tmp_path: Path) -> None:
    given = {"uneven": {"pictures": 21}, "one left": {"pictures": 17}, "alone": {"pictures": 5, "batch_size": 1}}
    found = [task(name, **VIT, **changes) for name, changes in given.items()]
    expected = [task(f"{name} expected", **VIT, **changes) for name, changes in given.items()]
    norm = task("batch norm", epochs=1)
    assert together(*written_down(tmp_path, *found, norm)) == [0, 0]
    for one, other in zip(found, expected, strict=True):
        fit.train(*other, ONE)
        assert_same(one, other)
    assert curves(norm).notna().all(axis=None)
    assert len(curves(norm)) == 1


def test_a_shared_training_that_was_broken_off_goes_on(task: Make, tmp_path: Path) -> None:
    checkpoint = tmp_path / "of-it.safetensors"
    whole, broken = task("whole", epochs=3), task("broken", epochs=3)._replace(checkpoint=checkpoint)
    assert together(*written_down(tmp_path, whole, broken)) == [0, 0]
    resumed = task("resumed", epochs=3)._replace(checkpoint=checkpoint)
    (folder,) = written_down(tmp_path, resumed)
    checkpoint.write_bytes(b"by now another's")
    assert together(folder) == [0, 0]
    assert [file.read_bytes() for file in files(resumed)] == [file.read_bytes() for file in files(whole)]


def files(task: Task) -> list[Path]:
    return sorted(file for file in task.model_dir.parent.rglob("*") if file.is_file())


def test_a_stage_starts_them_and_torchrun_may(
    task: Make, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # as torchrun has it
    found, by_torchrun = task("found", **VIT), task("by torchrun", **VIT)
    (done,) = several.train_all([found], TWO, progress=True)
    assert not (found.model_dir / "task").exists()
    assert capfd.readouterr().err.count("train: 100%") >= 1
    (folder,) = written_down(tmp_path, by_torchrun)
    run = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", f"--master-port={free_port()}"]
    subprocess.run([*run, "-m", "facevalue.training", str(folder)], check=True)
    assert curves(by_torchrun).equals(curves(found))
    expected = task("expected", **VIT)
    assert fit.train(*expected, ONE).epochs == done.epochs
    assert_same(found, expected)


def test_other_nodes_are_waited_for_and_told_how_to_start(
    task: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    found, expected = task("found", **VIT, epochs=1), task("expected", **VIT, epochs=1)
    nodes = MachineParams(accelerator="cpu", num_nodes=2)
    done: list[Training] = []
    first = threading.Thread(target=lambda: done.extend(several.train_all([found], nodes)))
    first.start()
    said = ""
    while not (line := re.search(r"a NODE_RANK of 1: (NODE_RANK=1 .* python -m facevalue.training \S+)\n", said)):
        said += capfd.readouterr().err
        time.sleep(0.05)
    assert subprocess.run(line[1].replace("python", sys.executable), shell=True).returncode == 0
    first.join()
    fit.train(*expected, ONE)
    assert_same(found, expected)
    assert done[0].epochs == 1


def test_one_that_is_killed_ends_the_others(task: Make, tmp_path: Path) -> None:
    long = task("long", epochs=10_000, patience=10_000)

    def kill() -> None:
        while not (tmp_path / "long/curves/plots/metrics/val/loss.tsv").exists():
            time.sleep(0.05)
        (main,) = (each for each in psutil.Process().children() if shared.MODULE in each.cmdline())
        started.extend([main, *main.children()])
        started[1].kill()

    started: list[psutil.Process] = []
    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    with pytest.raises(TrainingError, match=r"^One of the processes that share a training is gone.* memory runs out"):
        several.train_all([long], TWO)
    assert len(started) == 2
    assert psutil.wait_procs(started, timeout=5)[1] == []
    assert not (long.model_dir / "task").exists()


def test_a_mistake_of_the_users_is_what_the_stage_raises(
    task: Make, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    params = task("command").params.model_copy(update={"learning_rate": 10.0, "precision": "16-true"})
    (folder,) = written_down(tmp_path, task("command")._replace(params=params))
    assert together(folder) == [1, 1]
    with pytest.raises(TrainingError, match=r"^train_loss became .* in epoch 1; lower train.learning_rate \(10\)"):
        raise shared._failure(folder, 1)
    assert capfd.readouterr().err == ""


def failing(folder: Path, own: str | None, text: str, seconds: float, lost: bool = False) -> None:
    place = folder / "failed"
    place.mkdir(exist_ok=True)
    values = {"own": own, "lost": lost, "system": None, "text": text, "time": seconds}
    (place / f"{len(list(place.iterdir()))}.json").write_text(json.dumps(values))


@pytest.mark.parametrize(
    ("said", "code", "kind", "text"),
    [
        ([("ParameterError", "no such device", 2)], 1, ParameterError, "^no such device$"),
        (
            [(None, "Traceback 1", 1), ("TrainingError", "it diverged", 2), (None, "lost", 0, True)],
            -9,
            TrainingError,
            "^it diverged$",
        ),
        (
            [(None, "Traceback 2", 2), (None, "Traceback 1", 1), (None, "lost", 0, True)],
            1,
            RuntimeError,
            "^Traceback 1$",
        ),
        ([(None, "closed by peer\nC++", 0, True)], 1, TrainingError, r"is gone \(closed by peer\), as happens when"),
        ([], 137, TrainingError, "is gone, as happens when memory runs out"),
        ([], 3, TrainingError, r"ended \(exit code 3\); what they said stands above"),
    ],
)
def test_what_went_wrong_is_said_once(
    said: list[tuple[str, str, float]], code: int, kind: type[Exception], text: str, tmp_path: Path
) -> None:
    for each in said:
        failing(tmp_path, *each)
    with pytest.raises(kind, match=text):
        raise shared._failure(tmp_path, code)


SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_one_that_hangs_ends_soon_after_another_has_failed(
    task: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def command(folder: Path, machine: MachineParams) -> list[str]:
        failing(folder, "TrainingError", "it diverged", 0)
        return SLEEP

    monkeypatch.setattr(shared, "_command", command)
    monkeypatch.setattr(shared, "_GRACE", 0.1)
    with pytest.raises(TrainingError, match=r"^it diverged$"):
        shared.train(task("a"), TWO)
    assert SLEEP not in [each.cmdline() for each in psutil.Process().children()]


def test_an_interrupt_ends_them(task: Make, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell put this behind it
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    monkeypatch.setattr(shared, "_command", lambda *_: SLEEP)
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        shared.train(one := task("a"), TWO)
    assert SLEEP not in [each.cmdline() for each in psutil.Process().children()]
    assert not (one.model_dir / "task").exists()


def test_what_a_process_raises_is_told_apart(tmp_path: Path) -> None:
    for error in (TrainingError("own"), RuntimeError("gloo: closed by peer"), KeyError("x"), OSError(28, "full", "x")):
        shared.say_why(tmp_path, error)
        (file,) = (tmp_path / "failed").glob("*.json")
        said = json.loads(file.read_text())
        own, lost = isinstance(error, TrainingError), isinstance(error, RuntimeError)
        assert (said["own"], said["lost"]) == ("TrainingError" if own else None, lost)
        assert said["text"] == (str(error) if own or lost else "".join(traceback.format_exception(error)))
    full = shared._failure(tmp_path, 1)
    assert isinstance(full, OSError)
    assert (full.errno, full.strerror, full.filename) == (28, "full", "x")


def test_slurm_starts_them_where_it_has_given_several_nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = MachineParams(accelerator="cpu", devices=4, num_nodes=2)
    own = [sys.executable, "-m", "facevalue.training", str(tmp_path), "--quiet"]
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    assert shared._command(tmp_path, nodes) == own
    assert shared._surroundings(tmp_path, nodes)["NODE_RANK"] == "0"
    monkeypatch.setenv("SLURM_JOB_ID", "1")
    given = ["srun", "--nodes=2", "--ntasks-per-node=4", "--kill-on-bad-exit=1"]
    assert shared._command(tmp_path, nodes) == [*given, *own, "--srun"]
    assert "NODE_RANK" not in shared._surroundings(tmp_path, nodes)
    assert shared._command(tmp_path, TWO) == own


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        ({}, False),
        ({"devices": "auto"}, False),
        ({"devices": [1]}, False),
        ({"devices": [0, 1]}, True),
        ({"devices": 2}, True),
        ({"num_nodes": 2}, True),
        ({"strategy": "ddp"}, True),
    ],
)
def test_a_training_of_one_process_is_not_shared(machine: dict[str, object], expected: bool) -> None:
    assert shared.is_shared(MachineParams.parse({"machine": {"accelerator": "cpu", **machine}})) is expected


def test_how_a_training_is_shared_makes_it_another() -> None:
    ways = [ONE, TWO, MachineParams(accelerator="cpu", num_nodes=2), MachineParams(accelerator="cpu", strategy="ddp")]
    assert len({several._computed_by(machine, False) for machine in ways}) == 4


def test_batch_norms_that_are_synchronised_keep_names_and_activations() -> None:
    """As torch's own conversion does not."""
    torch.manual_seed(0)
    network, pictures = timm.create_model("test_efficientnet", num_classes=1).eval(), torch.rand(2, 3, 64, 64)
    names, expected = list(network.state_dict()), network(pictures)
    network = convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
    assert list(network.state_dict()) == names
    assert any(isinstance(layer, torch.nn.SyncBatchNorm) for layer in network.modules())
    torch.testing.assert_close(network(pictures), expected)
