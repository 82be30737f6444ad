"""One training that several devices or nodes share: a process for each, which `python -m facevalue.training` is.

A stage writes down what is to be trained, starts the first process of its node, and says what became of all. Lightning
starts those of the node's other devices; SLURM starts all of them, where it has given several nodes.
"""

import json
import math
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from facevalue.common import catalogue, errors, files
from facevalue.common.errors import FacevalueError, TrainingError
from facevalue.common.machine import MachineParams
from facevalue.training.outcome import Training
from facevalue.training.params import TrainParams
from facevalue.training.task import Task

MODULE = "facevalue.training"
_TASK, _DONE, _FAILED = "task.json", "done.json", "failed"
_TABLES, _PLACES = ("train", "val"), ("root", "model_dir", "curves_dir")
_LOST = re.compile("gloo|nccl|Dist[A-Z][a-z]+Error|connection (closed|reset)", re.IGNORECASE)  # sight of another
_EVERY = 0.5  # seconds
_GRACE = 10  # seconds that the others have to end by themselves once one has failed


def is_shared(machine: MachineParams) -> bool:
    """Whether a training takes more than this process."""
    return machine.num_nodes > 1 or machine.strategy != "auto" or devices(machine) > 1


def devices(machine: MachineParams) -> int:
    """How many of a node share a training."""
    if isinstance(machine.devices, list):
        return len(machine.devices)
    if machine.devices in ("auto", -1):
        import torch

        from facevalue.model.device import device_of

        return 1 if device_of(machine.accelerator).type == "cpu" else torch.accelerator.device_count()
    return int(machine.devices)


def train(task: Task, machine: MachineParams, progress: bool = False) -> Training:
    """Train as `fit.train` does, in processes that share the batches.

    Raises:
        FacevalueError, OSError: whatever one of them raised.
        TrainingError: one of them was ended from outside, or could not begin.
        RuntimeError: one of them failed; its traceback is the text.
    """
    folder = task.model_dir / "task"  # within what is written, so that all nodes see it, and a kill leaves nothing
    try:
        write(folder, task, machine, progress)
        _run(folder, machine)
        done = json.loads((folder / _DONE).read_text(encoding="utf-8"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return replace(Training.of_curves(task.curves_dir, "epochs"), remark=done["remark"])


def write(folder: Path, task: Task, machine: MachineParams, progress: bool = False) -> None:
    """Write down a training for the processes that share it, with a copy of its checkpoint, which may be replaced."""
    for name in _TABLES:
        files.write_csv(getattr(task, name), folder / f"{name}.csv")
    if task.checkpoint:
        with suppress(OSError):
            shutil.copyfile(task.checkpoint, folder / task.checkpoint.name)
    places = {name: str(getattr(task, name)) for name in _PLACES}
    checkpoint = task.checkpoint and str(task.checkpoint)
    params = {"params": task.params.model_dump(), "machine": machine.model_dump()}
    files.write_json({**places, "checkpoint": checkpoint, **params, "progress": progress}, folder / _TASK)


def take_part(folder: Path, srun: bool = False) -> None:
    """Be one of the processes: the first leaves word when all is done, and each that fails says why.

    Args:
        folder: what `write` wrote.
        srun: whether SLURM has started them.
    """
    from lightning_fabric.plugins.environments.cluster_environment import ClusterEnvironment
    from lightning_fabric.plugins.environments.lightning import LightningEnvironment
    from lightning_fabric.plugins.environments.slurm import SLURMEnvironment
    from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment

    from facevalue.training import fit
    from facevalue.training.checkpoint import Checkpoint

    given = json.loads((folder / _TASK).read_text(encoding="utf-8"))
    train, val = (catalogue.read(folder / f"{name}.csv") for name in _TABLES)
    root, model_dir, curves_dir = (Path(given[name]) for name in _PLACES)
    task = Task(train, val, root, TrainParams(**given["params"]), model_dir, curves_dir)
    checkpoint = Path(given["checkpoint"]) if given["checkpoint"] else None
    kept = Checkpoint(checkpoint, checkpoint and folder / checkpoint.name)
    environment: ClusterEnvironment = LightningEnvironment()
    if TorchElasticEnvironment.detect():
        environment = TorchElasticEnvironment()
    elif srun:
        environment = SLURMEnvironment(auto_requeue=False)
    fit.learn(task, MachineParams(**given["machine"]), given["progress"], kept, environment)
    if environment.global_rank() == 0:
        files.write_json({"remark": kept.remark}, folder / _DONE)


def say_why(folder: Path, error: Exception) -> None:
    """Leave word of a failure, for the stage."""
    own = type(error).__name__ if isinstance(error, FacevalueError) else None
    lost = not own and bool(_LOST.search(repr(error)))
    text = str(error) if own or lost else "".join(traceback.format_exception(error))
    system = isinstance(error, OSError) and not lost and [error.errno, error.strerror, error.filename]
    values = {"own": own, "lost": lost, "system": system or None, "text": text, "time": time.time()}
    files.write_json(values, folder / _FAILED / f"{socket.gethostname()}-{os.getpid()}.json")


@contextmanager
def following(folder: Path) -> Iterator[None]:
    """End this process at once when whoever started it, or the stage with its folder, is no more."""
    parent, over = os.getppid(), threading.Event()

    def follow() -> None:
        while not over.wait(_EVERY):
            if os.getppid() != parent or not (folder / _TASK).exists():
                os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _run(folder: Path, machine: MachineParams) -> None:
    """Start the processes and wait until all is done; where one has failed, the others do not wait for it for ever."""
    process = subprocess.Popen(_command(folder, machine), env=_surroundings(folder, machine), start_new_session=True)
    ends = math.inf
    try:
        while process.poll() is None and time.monotonic() < ends:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_EVERY)
            if ends == math.inf and (folder / _FAILED).exists():
                ends = time.monotonic() + _GRACE
        if process.returncode != 0:
            time.sleep(_EVERY)  # others may be about to say why
            raise _failure(folder, process.returncode)
    finally:
        _end(process)


def _command(folder: Path, machine: MachineParams) -> list[str]:
    command = [sys.executable, "-m", MODULE, str(folder), "--quiet"]
    if not _by_slurm(machine):
        return command
    tasks = [f"--nodes={machine.num_nodes}", f"--ntasks-per-node={devices(machine)}"]
    return ["srun", *tasks, "--kill-on-bad-exit=1", *command, "--srun"]


def _by_slurm(machine: MachineParams) -> bool:
    return machine.num_nodes > 1 and "SLURM_JOB_ID" in os.environ and shutil.which("srun") is not None


def _surroundings(folder: Path, machine: MachineParams) -> dict[str, str]:
    """The variables by which processes find each other; where nobody starts those of other nodes, say how to."""
    if machine.num_nodes == 1:
        return dict(os.environ)
    with socket.socket() as free:
        free.bind(("", 0))
        port = {"MASTER_PORT": os.environ.get("MASTER_PORT", str(free.getsockname()[1]))}
    if _by_slurm(machine):
        return {**os.environ, **port}
    address = {"MASTER_ADDR": os.environ.get("MASTER_ADDR", socket.gethostname()), **port}
    others = ", ".join(map(str, range(1, machine.num_nodes)))
    shown = " ".join(f"{name}={value}" for name, value in address.items())
    sys.stderr.write(
        f"This training waits for other nodes. Start it there too, in this folder, with a NODE_RANK of {others}: "
        f"NODE_RANK=1 {shown} python -m {MODULE} {shlex.quote(str(folder))}\n"
    )
    return {**os.environ, **address, "NODE_RANK": "0"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End whatever is left of the processes; those that SLURM started it ends itself, when asked."""
    if process.poll() is None and isinstance(process.args, list) and process.args[0] == "srun":
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failure(folder: Path, code: int | None) -> Exception:
    """What to raise: a mistake that the user can mend, or else what failed first; that one is gone is said last."""
    said = [json.loads(file.read_text(encoding="utf-8")) for file in (folder / _FAILED).glob("*.json")]
    said.sort(key=lambda each: (not each["own"], each["lost"], each["time"]))
    if said and said[0]["system"]:  # such as a full disk, of which a stage makes one line
        error = OSError(*said[0]["system"])
        error.add_note(said[0]["text"])
        return error
    if said and not said[0]["lost"]:
        kind: type[Exception] = getattr(errors, said[0]["own"] or "", RuntimeError)
        return kind(said[0]["text"])
    if said or code is None or not 0 <= code <= 128:  # a shell's, and srun's, word for a signal
        reason = f" ({said[0]['text'].splitlines()[0]})" if said else ""
        return TrainingError(
            f"One of the processes that share a training is gone{reason}, as happens when memory runs out. Free some, "
            "or lower train.batch_size or train.image_size in params.yaml."
        )
    return TrainingError(f"The processes that share a training ended (exit code {code}); what they said stands above.")
