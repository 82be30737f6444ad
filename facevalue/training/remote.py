"""Trainings on the machines that Ray has, each on one, with the pictures that are sent there."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import chdir
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import torch
from tqdm import tqdm

from facevalue.common import on_ray, parallel, ray_cluster
from facevalue.common.cache import NO_CACHE, Cache, key_of, surroundings
from facevalue.common.errors import FacevalueError, ParameterError
from facevalue.common.files import temporary_folder, write_csv
from facevalue.common.machine import MachineParams
from facevalue.common.stored import COLUMNS, TABLE, Stored, stored
from facevalue.model.device import MOST_WORKERS, devices_of
from facevalue.training import shared
from facevalue.training.known import Known, packed, unpack
from facevalue.training.outcome import Training
from facevalue.training.task import Task

_PIECE = 64 * 2**20  # bytes of pictures that are sent at once

Piece = list[tuple[str, bytes]]
"""Pictures by their paths."""


class Demand(NamedTuple):
    """What a training takes of a machine.

    Attributes:
        machine: what it is told there.
        threads: in which a processor computes; None, as many as torch takes, beside a GPU.
        cpus: processors.
        gpus: GPUs.
    """

    machine: MachineParams
    threads: int | None
    cpus: int
    gpus: int

    @classmethod
    def of(cls, machine: MachineParams, alone: bool) -> "Demand":
        """GPUs where there are any and the processor is not asked for, with their share of a machine's processors.

        Args:
            machine: what `params.yaml` says.
            alone: whether this is the only training.

        Raises:
            ParameterError: no machine has as many GPUs as are asked for.
        """
        there = machine.model_copy(update={"engine": "local", "cache": "none"})
        cpus, gpus = ray_cluster.largest("GPU")
        if machine.accelerator not in ("auto", "gpu", "cuda") or (machine.accelerator == "auto" and not gpus):
            accelerator = "cpu" if machine.accelerator == "auto" else machine.accelerator
            there = there.model_copy(update={"accelerator": accelerator})
            threads = torch.get_num_threads() if alone or shared.is_shared(there) else 1
            return cls(there, threads, min(threads, ray_cluster.largest("CPU")[0]), 0)
        wanted = _number(machine, gpus)
        if wanted > gpus:
            raise ParameterError(
                f"params.yaml: machine.accelerator is '{machine.accelerator}' and machine.devices {machine.devices}; "
                f"of the machines that Ray has, the most GPUs that one has are {gpus}. Ask for fewer, or for the cpu."
            )
        share = max(1, cpus * wanted // gpus)
        beside = min(MOST_WORKERS, share - 1) if machine.workers == "auto" else machine.workers
        accelerator = "gpu" if machine.accelerator == "auto" else machine.accelerator
        there = there.model_copy(update={"accelerator": accelerator, "devices": wanted, "workers": beside})
        return cls(there, None, min(share, 1 + beside), wanted)

    def devices(self) -> str:
        """`devices_of` those that compute, where the training is."""
        return devices_of(self.machine, self.threads == 1)


def train_all(tasks: Sequence[Task], machine: MachineParams, progress: bool, cache: Cache) -> list[Training]:
    """See `several.train_all`; the trainings have as many threads, and give the same bytes on the same processor.

    What a machine computed that is as this one is kept in the cache, and nothing else. A training that is done again
    begins at its beginning.

    Raises:
        EngineError: Ray cannot be reached, or does not compute what this process would.
        ParameterError: no machine has as many GPUs as are asked for.
    """
    demand = Demand.of(machine, len(tasks) == 1)
    here = demand.devices() if not demand.gpus or torch.cuda.is_available() else ""
    known = Known.of(tasks, cache if here else NO_CACHE, here)
    with tqdm(total=len(tasks), desc="train", unit="training", leave=False, mininterval=0, disable=not progress) as bar:
        missing = [task for task in tasks if not known.bring(task)]
        bar.update(len(tasks) - len(missing))
        for task, there in _trained(missing, demand):
            if there == _surroundings(here):
                known.keep(task)
            bar.update()
    return [Training.of_curves(task.curves_dir, "epochs") for task in tasks]


def _trained(tasks: Sequence[Task], demand: Demand) -> Iterator[tuple[Task, str]]:
    """Each once it is done and its files are here, and what computed it."""
    if not tasks:
        return
    paths = sorted({path for task in tasks for table in (task.train, task.val) for path in table["path"]})
    pieces = _pieces(zip(paths, stored(tasks[0].root, paths), strict=True))
    work = partial(_train, demand=demand)
    for number, (content, there) in on_ray.in_any_order(work, tasks, pieces, demand.cpus, demand.gpus):
        unpack(content, tasks[number])
        yield tasks[number], there


def _pieces(pictures: Iterable[tuple[str, Stored]]) -> Iterator[Piece]:
    piece: Piece = []
    size = 0
    for path, picture in pictures:
        piece.append((path, picture.content()))
        size += len(piece[-1][1])
        if size >= _PIECE:
            yield piece
            piece, size = [], 0
    yield piece


def _train(task: Task, demand: Demand, pieces: Iterable[Piece]) -> tuple[bytes, str]:
    """In a worker: what a training wrote, and what computed it."""
    from facevalue.training import fit  # late: the process that sends this needs no Lightning

    parallel.meet_nearby()
    if demand.threads:
        parallel.compute_in(demand.threads)
    with temporary_folder("facevalue-training") as folder, chdir(folder):
        root, model, curves = (folder / name for name in ("pictures", "model", "curves"))
        there = task._replace(root=root, model_dir=model, curves_dir=curves)
        _store(pieces, root)
        try:
            if shared.is_shared(demand.machine):
                shared.train(there, demand.machine)
            else:
                fit.train(*there, demand.machine)
        except FacevalueError as error:
            raise type(error)(str(error).replace(str(root), str(task.root))) from error
        return packed(there), _surroundings(demand.devices())


def _store(pieces: Iterable[Piece], folder: Path) -> None:
    """Write pictures as `stored` reads them, a shard for each piece."""
    folder.mkdir()
    rows = []
    for number, piece in enumerate(pieces):
        start, name = 0, f"{number:05}"
        with (folder / name).open("wb") as shard:
            for path, content in piece:
                rows.append((path, name, start, shard.write(content)))
                start += len(content)
    write_csv(pd.DataFrame(rows, columns=list(COLUMNS)), folder / TABLE)


def _surroundings(devices: str) -> str:
    return key_of(surroundings("common", "model", "training"), devices)


def _number(machine: MachineParams, most: int) -> int:
    """Of devices, by how they are named; all that a machine has where they are not."""
    if isinstance(machine.devices, list):
        return len(machine.devices)
    return most if machine.devices in ("auto", -1) else int(machine.devices)
