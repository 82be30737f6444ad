"""A cluster of Ray on this machine, tiny pictures and networks."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from facevalue.common import ray_cluster
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

    Path("/tmp/ray").mkdir(exist_ok=True)  # where it notes its address, without making the folder
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
    first = {**NODE, "include_dashboard": False, "temp_dir": folder, "_system_config": IMPATIENT}
    found = Cluster(True, head_node_args=first)
    found.add_node(**NODE)
    os.environ[ray_cluster.ADDRESS] = found.address
    yield found
    ray_cluster.leave()
    del os.environ[ray_cluster.ADDRESS]
    found.shutdown()
    shutil.rmtree(folder, ignore_errors=True)


class Passing:
    """A third node, that is killed as soon as it works."""

    def __init__(self, cluster: Any) -> None:
        self._cluster, self._node = cluster, cluster.add_node(**NODE)
        self._raylet = psutil.Process(self._node.all_processes["raylet"][0].process.pid)
        self._over = self._killed = False

    def until_killed(self, at_work: Callable[[], bool] | None = None) -> Iterator[None]:
        """Go on until it has been killed meanwhile, once it was seen at work."""
        killing = threading.Thread(target=self._kill, args=[at_work or self._works])
        killing.start()
        try:
            while not self._killed:
                yield
        finally:
            self._over = True
            killing.join()

    def workers(self) -> dict[int, str]:
        """Its processes, and what they do."""
        return {each.pid: " ".join(each.cmdline()) for each in self._raylet.children()}

    def _works(self) -> bool:
        return any(title.startswith("ray::run") for title in self.workers().values())

    def _kill(self, at_work: Callable[[], bool]) -> None:
        while not (self._over or at_work()):
            time.sleep(0.05)
        for each in [self._raylet, *self._raylet.children(recursive=True)]:
            each.kill()
        self._killed = True
        self._cluster.remove_node(self._node, allow_graceful=False)


@pytest.fixture
def passing(cluster: Any) -> Passing:
    return Passing(cluster)
