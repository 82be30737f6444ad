"""A cluster of Ray on this machine, tiny pictures and networks."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest

from facevalue.common import engine, on_ray
from facevalue.common.machine import MachineParams
from tests.facevalue.cropping.conftest import portrait
from tests.tiny_networks import one_thread, outside_any_repository, root, settings, table

__all__ = ["one_thread", "outside_any_repository", "portrait", "root", "settings", "table"]

RAY = MachineParams(engine="ray", accelerator="cpu", cache="none")
LOCAL = MachineParams(accelerator="cpu", cache="none")
NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20}
IMPATIENT = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 1000, "health_check_failure_threshold": 3}


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    """Two nodes with a processor each; this process is connected once it computes something."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
    first = {**NODE, "include_dashboard": False, "temp_dir": folder, "_system_config": IMPATIENT}
    found = Cluster(True, head_node_args=first)
    found.add_node(**NODE)
    os.environ[on_ray.ADDRESS] = found.address
    yield found
    on_ray.leave()
    del os.environ[on_ray.ADDRESS]
    found.shutdown()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def passing(cluster: Any) -> Iterator[Callable[[], None]]:
    """A third node that is ready to work, and how to have it killed as soon as it does."""
    node = cluster.add_node(**NODE)
    raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)

    def at_work() -> bool:
        return any(" ".join(each.cmdline()).startswith("ray::run") for each in raylet.children())

    def kill() -> None:
        while not at_work():
            time.sleep(0.05)
        time.sleep(0.2)
        for each in [raylet, *raylet.children(recursive=True)]:
            each.kill()
        cluster.remove_node(node, allow_graceful=False)

    seen = [False]
    while not any(seen):  # each time to the end, so that nothing is left to do
        seen = [at_work() for _ in engine.ordered_map(lambda _: time.sleep(0.1), range(12), RAY, together=1)]
    killing = threading.Thread(target=kill)
    yield killing.start
    killing.join()
