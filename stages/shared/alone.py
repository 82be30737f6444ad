"""A stage works alone: it waits for one of its kind that is at work, and ends with the `dvc` that asked for it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

LOCKS = Path(".dvc/tmp/stages")
PATIENCE = 60  # seconds; what `dvc` leaves behind ends within one or two
_EVERY = 0.5  # seconds


class AtWorkError(Exception):
    """Another run is in the way, and does not end."""


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold the stage's lock, which the system takes back however the process ends.

    Raises:
        AtWorkError: another process has held it for `PATIENCE` seconds.
    """
    if not LOCKS.parents[1].is_dir():  # no checkout of DVC's
        yield
        return
    LOCKS.mkdir(parents=True, exist_ok=True)
    lock = FileLock(LOCKS / f"{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"{name}: waits for another run of this stage to end.", file=sys.stderr, flush=True)
        try:
            lock.acquire(timeout=PATIENCE)
        except Timeout:
            raise AtWorkError("another run of this stage is at work here; wait for it, or end it.") from None
    try:
        yield
    finally:
        lock.release()


def end_with_dvc() -> None:
    """Have this process told to end once the `dvc` that started it has: killed alone, `dvc` would leave it behind."""
    if "DVC_STAGE" in os.environ and (dvc := _starter()):
        threading.Thread(target=_follow, args=[dvc], daemon=True).start()


def is_dvc(process: psutil.Process) -> bool:
    """Whether it is a `dvc`, however it was called."""
    try:
        return "dvc" in {Path(word).stem for word in process.cmdline()[:3]}
    except psutil.Error:  # it has ended, or is another user's
        return False


def _starter() -> psutil.Process | None:
    """The `dvc` that asked for this process, whether a shell stands between or not; or else its parent."""
    try:
        parents = psutil.Process().parents()
    except psutil.Error:
        return None
    return next(filter(is_dvc, parents), next(iter(parents), None))


def _follow(process: psutil.Process) -> None:
    while _lives(process):
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)  # nobody asked how it ended
    except psutil.Error:
        return bool(psutil.pid_exists(process.pid))
