"""Trainings that this machine has done before: found by their pictures, parameters and code, and brought back whole."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from facevalue.common.cache import Cache, key_of, surroundings
from facevalue.common.parallel import ordered_map
from facevalue.common.stored import Stored, stored
from facevalue.training.task import Task

_CHECKPOINTS = "checkpoints"  # a folder beside the cache's file
_FORGOTTEN = 30 * 24 * 3600  # seconds after which nobody goes on with a training


@dataclass(frozen=True)
class Known:
    """What the cache holds of some trainings.

    Attributes:
        cache: where they are.
        keys: of each training, by the folder of its network; empty where nothing is cached.
    """

    cache: Cache
    keys: Mapping[Path, str]

    @classmethod
    def of(cls, tasks: Sequence[Task], cache: Cache, computed_by: str) -> "Known":
        """Of some trainings on pictures of one folder.

        A picture counts by its bytes and its place in the order, not by its name.

        Args:
            tasks: the trainings.
            cache: where they may be.
            computed_by: what else decides, such as the device and the number of threads.
        """
        if not cache.used:
            return cls(cache, {})
        paths = sorted({path for task in tasks for table in (task.train, task.val) for path in table["path"]})
        digests = dict(zip(paths, ordered_map(Stored.digest, stored(tasks[0].root, paths)), strict=True))
        code = surroundings("common", "model", "training")

        def key(task: Task) -> str:
            pictures = [
                part
                for table in (task.train, task.val)
                for part in (str(len(table)), *table["label"], *(digests[path] for path in table["path"]))
            ]
            return key_of("training", code, computed_by, task.params.model_dump_json(), *pictures)

        return cls(cache, {task.model_dir: key(task) for task in tasks})

    def bring(self, task: Task) -> bool:
        """Write what a training wrote, if it is there; whether it was."""
        content = self.cache.get(self.keys[task.model_dir]) if self.keys else None
        if content is None:
            return False
        unpack(content, task)
        return True

    def with_checkpoint(self, task: Task) -> Task:
        """The task, told where it is kept how far it has come; nowhere without a cache, or with one out of use."""
        folder = self.cache.beside(_CHECKPOINTS) if self.keys else None
        return task._replace(checkpoint=folder and folder / f"{self.keys[task.model_dir]}.safetensors")

    def forget(self) -> None:
        """Remove the checkpoints of trainings that nobody goes on with."""
        with suppress(OSError):
            if folder := self.cache.beside(_CHECKPOINTS):
                for file in folder.iterdir():
                    if file.stat().st_mtime < time.time() - _FORGOTTEN:
                        file.unlink()

    def keep(self, task: Task) -> None:
        """Put what a training wrote into the cache; it is done, and needs no checkpoint."""
        if not self.keys:
            return
        self.cache.put(self.keys[task.model_dir], packed(task))
        if task.checkpoint:
            with suppress(OSError):
                for file in task.checkpoint.parent.glob(f"{task.checkpoint.name}*"):  # and what a kill left half
                    file.unlink()


def packed(task: Task) -> bytes:
    """All that a training wrote, its network and its curves."""
    header, contents = [], b""
    for folder in _folders(task):
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        names = [(file.relative_to(folder).as_posix(), file.stat().st_size) for file in files]
        header.append((names, len(contents)))
        contents += b"".join(file.read_bytes() for file in files)
    return json.dumps(header).encode() + b"\n" + contents


def unpack(content: bytes, task: Task) -> None:
    """Write it where the task says."""
    header, _, files = content.partition(b"\n")
    for folder, (names, start) in zip(_folders(task), json.loads(header), strict=True):
        for name, size in names:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(files[start : start + size])
            start += size


def _folders(task: Task) -> tuple[Path, Path]:
    return task.model_dir, task.curves_dir
