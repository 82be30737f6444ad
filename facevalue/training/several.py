"""Independent trainings: one takes the whole machine; on a CPU, several go side by side, a thread each.

A network this small does not fill two threads: `make bench` compares them, one by one and side by side.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from pathlib import Path

from tqdm import tqdm

from facevalue.common import memory
from facevalue.common.cache import NO_CACHE, Cache
from facevalue.common.errors import TrainingError
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.common.parallel import cores
from facevalue.training import shared
from facevalue.training.known import Known
from facevalue.training.outcome import Training
from facevalue.training.task import Task


def train_all(
    tasks: Sequence[Task], machine: MachineParams = DEFAULT, progress: bool = False, cache: Cache = NO_CACHE
) -> list[Training]:
    """Train each as `fit.train` does, or `head.train`, and give what they came to, in the order of the tasks.

    A training's bytes depend on itself and on how many threads it has, not on those beside it: so several have one
    each, however many they are, and however many of them the cache holds. If one fails, the others are ended; what was
    done is in the cache by then.

    Args:
        tasks: in any order, of one method: of the parameters, only their seeds differ. Each writes into folders of its
            own.
        machine: where they compute.
        progress: whether to show a bar: of trainings, or of the only one's batches.
        cache: of trainings of all weights; a classifier alone takes no time.

    Raises:
        FacevalueError: whatever the first that fails raised.
        TrainingError: a training's process was ended from outside.
    """
    if tasks[0].params.tune == "head":
        from facevalue.training import head  # late, as `fit` is

        return head.train(tasks, machine, progress)
    if machine.engine == "ray":
        from facevalue.training import remote

        return remote.train_all(tasks, machine, progress, cache)
    alone = len(tasks) == 1
    one_by_one = alone or shared.is_shared(machine)
    if machine.accelerator in ("auto", "cpu") and not one_by_one:
        context()  # imports while this process asks torch for a device
    side_by_side = not one_by_one and _on_cpu(machine)
    known = Known.of(tasks, cache, _computed_by(machine, side_by_side)) if cache.used else Known(cache, {})
    trained: dict[Path, Training] = {}
    hidden = alone or not progress
    with tqdm(total=len(tasks), desc="train", unit="training", leave=False, mininterval=0, disable=hidden) as bar:

        def done(task: Task, training: Training) -> None:
            trained[task.model_dir] = training
            known.keep(task)
            bar.update()

        missing = [task for task in tasks if not known.bring(task)]
        missing = [known.with_checkpoint(task) for task in missing]
        known.forget()
        bar.update(len(tasks) - len(missing))
        if side_by_side and missing:
            _side_by_side(missing, machine, done)
        else:
            for task in missing:
                done(task, _train(task, machine, progress and alone))
    return [trained.get(task.model_dir) or Training.of_curves(task.curves_dir, "epochs") for task in tasks]


def _on_cpu(machine: MachineParams) -> bool:
    from facevalue.model.device import device_of

    return device_of(machine.accelerator).type == "cpu"


def _computed_by(machine: MachineParams, side_by_side: bool) -> str:
    from facevalue.model.device import devices_of

    return devices_of(machine, side_by_side)


def _side_by_side(tasks: Sequence[Task], machine: MachineParams, done: Callable[[Task, Training], object]) -> None:
    at_once = _at_once(len(tasks), cores())
    with ProcessPoolExecutor(at_once, context(), _prepare, (1,)) as pool:
        try:
            futures = {pool.submit(_train, task, machine): task for task in tasks}
            pool.submit(int)  # the pool watches over a process from the submission on that follows its start
            for future in as_completed(futures):
                done(futures[future], future.result())
        except BaseException as error:
            _end_server()
            for process in multiprocessing.active_children():
                process.kill()  # asked to end, Lightning ends a batch, and the pool begins the next training
            pool.shutdown(cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                raise TrainingError(
                    f"One of {at_once} trainings side by side was ended from outside, as happens when memory runs out. "
                    "Free some, or lower train.batch_size or train.image_size in params.yaml."
                ) from error
            raise


def _at_once(tasks: int, cores: int) -> int:
    """How many share the cores: one on each, or some more where otherwise the last would leave cores idle.

    Of five on two cores, two at once take three rounds; three at once, then two, take two and a half.
    """

    def rounds(together: int) -> float:
        full, rest = divmod(tasks, together)
        return full * max(1.0, together / cores) + (max(1.0, rest / cores) if rest else 0.0)

    return min(range(min(cores, tasks), min(2 * cores, tasks + 1)), key=rounds)


def context() -> BaseContext:
    """Processes that start from one which has imported everything, and computed nothing, where there is such a way."""
    if sys.platform != "linux":  # elsewhere libraries of the system may have started threads by then
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["facevalue.training.fit"])
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it inherits that, and ends with this process
    forkserver.ensure_running()
    signal.signal(signal.SIGINT, before)
    return forking


def _end_server() -> None:
    """End the process that others start from: interrupted while it imports, it would still start those asked for."""
    if sys.platform == "linux":
        from multiprocessing.forkserver import _forkserver

        if (server := _forkserver._forkserver_pid) is not None:  # type: ignore[attr-defined]  # nothing public tells it
            os.kill(server, signal.SIGKILL)


def _prepare(threads: int) -> None:
    """Compute in so many threads, and end when the process that asked for the training says so or ends."""
    import cv2
    import torch

    memory.keep_freed()
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _train(task: Task, machine: MachineParams, progress: bool = False) -> Training:
    if shared.is_shared(machine):
        return shared.train(task, machine, progress)
    from facevalue.training import fit  # late: where trainings go side by side, the first process needs no Lightning

    return fit.train(*task, machine, progress)
