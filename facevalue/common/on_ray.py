"""Work by all processors that a Ray has.

Work and items are pickled in whole, and computed by workers that run this checkout's code. What a worker or a machine
had under way when it was lost is done again by another.
"""

import traceback
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from facevalue.common import memory, parallel, ray_cluster
from facevalue.common.errors import EngineError, FacevalueError
from facevalue.common.parallel import Item, Result

MUST_AGREE = ("torch", "timm", "numpy", "pillow", "opencv-python-headless")
"""Packages whose versions, as Python's and our code, are those of every worker."""
_AHEAD = 2  # tasks per processor: one is computed, the next is on its way
_HELD = 2  # pieces of work that a worker keeps ready


def ordered_map(work: Callable[[Item], Result], items: Iterable[Item], together: int) -> Generator[Result, None, None]:
    """See `engine.ordered_map`."""
    ray = ray_cluster.connected()
    run = partial(_remote(ray, cpus=1, gpus=0).remote, _sent(work), pieces=None, expected=_makeup(MUST_AGREE))
    waiting: deque[Any] = deque()
    try:
        for batch in _batches(items, together):
            waiting.append(batch if isinstance(batch, Exception) else run(batch))
            if len(waiting) > _AHEAD * ray_cluster.processors():
                yield from _results(waiting.popleft())
        while waiting:
            yield from _results(waiting.popleft())
    finally:
        _cancel(each for each in waiting if not isinstance(each, Exception))


def in_any_order(
    work: Callable[..., Result], items: Sequence[Item], pieces: Iterable[object], cpus: int, gpus: int
) -> Generator[tuple[int, Result], None, None]:
    """What `work` makes of each item, and which one it was, as they are done; the first failure ends all.

    Args:
        work: is given an item and an iterator over the pieces.
        items: one for each task.
        pieces: what all tasks share, sent once; of each, a worker holds no more than it needs.
        cpus: processors that a task takes.
        gpus: and GPUs.

    Raises:
        EngineError: Ray cannot be reached, or does not compute what this process would.
    """
    ray, _ = ray_cluster.connected(), ray_cluster.processors()
    shared = [ray.put(piece) for piece in pieces]
    run = partial(_remote(ray, cpus, gpus).remote, _sent(work), pieces=shared, expected=_makeup(MUST_AGREE))
    running = {run([_pickled(item)]): number for number, item in enumerate(items)}
    try:
        while running:
            (done,), _ = ray.wait(list(running), num_returns=1)
            number = running.pop(done)
            yield from ((number, result) for result in _results(done))
    finally:
        _cancel(running)


def work_off(sent: Any, batch: Sequence[bytes], pieces: Sequence[Any] | None) -> bytes:
    """In a worker: what the work makes of each item, as far as it comes, and what stopped it, if anything did."""
    import ray

    results, failure = [], None
    try:
        work = _work(ray, sent)
        parallel.compute_in(1)  # as each of the local engine's threads
        if pieces is not None:
            work = partial(work, pieces=map(ray.get, pieces))
        for item in batch:
            results.append(work(_unpickled(item)))
    except Exception as error:
        failure = _portable(error)
    return _pickled((results, failure))


_works: "OrderedDict[str, Callable[..., Any]]" = OrderedDict()


def _work(ray: Any, sent: Any) -> Callable[..., Any]:
    """What is to be done, unpickled once in every worker: it may hold networks."""
    if sent.hex() not in _works:
        memory.keep_freed()
        while len(_works) >= _HELD:
            _works.popitem(last=False)
        _works[sent.hex()] = _unpickled(ray.get(sent))
    return _works[sent.hex()]


def _portable(error: Exception) -> Exception:
    """The same; one that no user can mend with where it struck, and as text where it cannot be pickled."""
    if isinstance(error, FacevalueError):
        return error
    where = "".join(traceback.format_exception(error))
    try:
        _unpickled(_pickled(error))
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(where)
    return error


def _makeup(packages: Sequence[str]) -> dict[str, str]:
    """The versions of what computes here, by name; of our code a digest.

    It is sent away as it stands: where it arrives, there may be none of it.
    """
    import hashlib
    import platform
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec
    from pathlib import Path

    found = {"Python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    ours = find_spec("facevalue")
    digest = hashlib.sha256()
    for folder in ours.submodule_search_locations or () if ours else ():
        for file in sorted(Path(folder).rglob("*.py")):
            digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return {**found, "facevalue": digest.hexdigest()[:8]}


def _remote(ray: Any, cpus: int, gpus: int) -> Any:
    """The task, which imports nothing of ours before it has seen that all is as here."""
    makeup_of, packages = _by_value(_makeup), MUST_AGREE

    def run(
        sent: Sequence[Any], batch: Sequence[bytes], pieces: Sequence[Any] | None, expected: Mapping[str, str]
    ) -> bytes | tuple[str, dict[str, str]]:
        import sys

        import ray

        if "facevalue.common.on_ray" not in sys.modules:  # this worker's first task
            makeup = makeup_of(packages)
            if makeup != expected:
                return ray.util.get_node_ip_address(), makeup
        from facevalue.common import on_ray

        return on_ray.work_off(sent[0], batch, pieces)

    options = {"num_cpus": cpus, "num_gpus": gpus, "max_retries": ray_cluster.RETRIES}
    return ray.remote(**options, scheduling_strategy="SPREAD")(run)  # machines share, instead of one being filled first


def _by_value(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same, which no pickle takes for one of a module."""
    import types

    return types.FunctionType(function.__code__, {"__builtins__": __builtins__}, f"{function.__name__}_there")


def _results(done: Any) -> Iterator[Any]:
    """What has come of a task, one by one, and what stopped it."""
    if isinstance(done, Exception):
        raise done
    ray = ray_cluster.connected()
    try:
        answer = ray.get(done)
    except ray.exceptions.RayTaskError:
        raise  # ours tell what stopped them
    except ray.exceptions.RayError as error:
        raise EngineError(
            f"The Ray of {ray_cluster.place()} gave up: {type(error).__name__} ({ray_cluster.first_line(error)})."
        ) from error
    if isinstance(answer, tuple):
        raise EngineError(_difference(*answer))
    results, failure = _unpickled(answer)
    yield from results
    if failure is not None:
        raise failure


def _difference(node: str, there: Mapping[str, str]) -> str:
    here = _makeup(MUST_AGREE)
    named = [name for name in here if there.get(name) != here[name]]
    theirs, ours = (", ".join(f"{name} {made.get(name)}" for name in named) for made in (there, here))
    return f"Ray's machine {node} has {theirs}, and this process {ours}; install the same there."


def _batches(items: Iterable[Item], together: int) -> Iterator[list[bytes] | Exception]:
    """Items for one task each; and what goes wrong with one that cannot be sent, in its place."""
    batch: list[bytes] = []
    try:
        for item in items:
            batch.append(_pickled(item))
            if len(batch) == together:
                yield batch
                batch = []
    except Exception as error:
        if batch:
            yield batch
        yield error
        return
    if batch:
        yield batch


def _sent(work: Callable[..., Any]) -> list[Any]:
    return [ray_cluster.connected().put(_pickled(work))]


def _cancel(tasks: Iterable[Any]) -> None:
    for task in tasks:
        with suppress(Exception):  # it may have ended, and so may Ray
            ray_cluster.connected().cancel(task, force=True)


def _pickled(content: object) -> bytes:
    from ray import cloudpickle

    return bytes(cloudpickle.dumps(content))


def _unpickled(content: bytes) -> Any:
    """What `_pickled` gave; between our own processes, never of a file."""
    from ray import cloudpickle

    return cloudpickle.loads(content)
