"""An ordered map in threads: work on many things, a few of them beforehand; and where processes meet."""

import os
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import util
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
MOST_THREADS = 8  # each holds a picture or two in memory
_LONGEST = 70  # bytes of a folder: a socket's address has 103 at the most, and the names below it take 32
_SHORT = "/tmp"  # below it a folder is made that is nobody else's


def ordered_map(work: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result, None, None]:
    """What `work` makes of each item, in the items' order; what it raises comes out at its item's turn.

    Whoever may not come to the end closes it, which waits for those that are under way.
    """
    threads = min(MOST_THREADS, cores())
    pending: deque[Future[Result]] = deque()
    with _pool(threads) as pool:
        for item in items:
            pending.append(pool.submit(work, item))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def nearby(longest: int) -> str:
    """The usual folder of temporary files where its path has no more bytes, else a short one."""
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= longest else _SHORT


def meet_nearby() -> None:
    """Let this process and those that it starts meet in a folder whose path a socket's address can hold.

    Where `TMPDIR` is long (a cluster's job has such), they would not find each other, and some would wait for ever.
    """
    usual = tempfile.gettempdir()
    tempfile.tempdir = nearby(_LONGEST)
    if tempfile.tempdir == usual:
        return
    try:
        with suppress(OSError):  # it may not be written either; what is left is the usual one
            util.get_temp_dir()  # made once, and told to every process that is started
    finally:
        tempfile.tempdir = usual


def compute_in(threads: int) -> None:
    """Let what this process has loaded compute in so many threads."""
    for name, setter in (("torch", "set_num_threads"), ("cv2", "setNumThreads")):
        if name in sys.modules:
            getattr(sys.modules[name], setter)(threads)


@contextmanager
def _pool(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Threads of which each computes alone.

    A picture per core is faster than several cores on one. And the last digits of a sum depend on how many threads
    share it: so they are the same on any number of cores.
    Work that has not loaded torch does not need it, and is not kept waiting for it.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        with ThreadPoolExecutor(threads) as pool:
            yield pool
        return
    before = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(before)  # the initializer's call reaches threads that are yet to start
