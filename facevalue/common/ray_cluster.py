"""A Ray: the one that `RAY_ADDRESS` names, or one that is started here, and ended.

No other module imports it, and this one only when it is asked for.
"""

import atexit
import os
import signal
import socket
import threading
from contextlib import ExitStack
from functools import cache as computed_once
from pathlib import Path
from typing import Any

import facevalue
from facevalue.common import parallel
from facevalue.common.errors import EngineError
from facevalue.common.files import temporary_folder

ADDRESS = "RAY_ADDRESS"  # the variable that names a cluster; without it Ray is started here, and ended
RETRIES = 10  # of what was lost with its worker; more often, the work itself ends them
_STORE = 2**30  # bytes of what is on its way, in the memory of a Ray that is started here; beyond that on the disk
_ROOM = 23  # bytes of the path of its folder, so that those of its sockets can be held
_SECONDS = 10  # until a cluster answers
_REMEDY = f"Name HOST:PORT of one that runs (`ray start --head` starts it), or unset {ADDRESS}."
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nobody is told that it is used
    "RAY_task_oom_retries": str(RETRIES),  # of what a lack of memory ended, without end otherwise
}
_folders = ExitStack()  # of a Ray that was started here


@computed_once
def connected() -> Any:
    """Ray, once it is there.

    Raises:
        EngineError: it cannot be reached or started.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    address = os.environ.get(ADDRESS, "").strip()
    _await(address)
    atexit.register(leave)
    own = {} if address else _started_here()
    import ray  # which looks at these variables, and at no later ones

    code = {"py_modules": [str(Path(facevalue.__file__).parent)], "excludes": ["__pycache__"]}
    before = signal.getsignal(signal.SIGTERM)
    # Else it prints twenty lines of a log for a machine that was lost.
    ray._private.worker._worker_logs_enabled = False
    try:
        ray.init(address or "local", log_to_driver=False, logging_level="FATAL", runtime_env=code, **own)
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        remedy = f" {_REMEDY}" if address else ""
        raise EngineError(f"The Ray of {place()} cannot be used ({first_line(error)}).{remedy}") from error
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)  # Ray puts its own there
    return ray


def processors() -> int:
    """How many there are in all, now.

    Raises:
        EngineError: none.
    """
    if found := int(connected().cluster_resources().get("CPU", 0)):
        return found
    raise EngineError(f"The Ray of {place()} offers no processor; start a node that has one.")


def largest(resource: str) -> tuple[int, int]:
    """How many processors and GPUs the machine has that has most of a resource, `CPU` or `GPU`."""
    alive: list[dict[str, float]] = [node["Resources"] for node in connected().nodes() if node["Alive"]]
    found = max(alive, key=lambda has: has.get(resource, 0), default={})
    return int(found.get("CPU", 0)), int(found.get("GPU", 0))


def leave() -> None:
    """Let go of the cluster, or end the Ray that was started here."""
    if connected.cache_info().currsize:
        connected().shutdown(wait_for_processes=True)
        connected.cache_clear()
    _folders.close()


def place() -> str:
    """Which Ray it is, for a message."""
    address = os.environ.get(ADDRESS, "").strip()
    return f"{ADDRESS}={address}" if address else "this machine"


def first_line(error: BaseException) -> str:
    """Of what an error says; its name where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _started_here() -> dict[str, Any]:
    """How a Ray of this process's own is started; nobody else is let in."""
    import secrets

    os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))
    folder = _folders.enter_context(temporary_folder("ray", parallel.nearby(_ROOM)))
    spilled = _folders.enter_context(temporary_folder("facevalue-ray"))
    return {
        "num_cpus": parallel.cores(),
        "object_store_memory": _STORE,
        "include_dashboard": False,
        "_temp_dir": str(folder / "r"),  # which Ray opens to everybody; what it lies in stays this user's
        "object_spilling_directory": str(spilled),
    }


def _await(address: str) -> None:
    """Ask whether a cluster answers; Ray itself would ask for two minutes, and then end this process."""
    if address.startswith("ray://"):
        raise EngineError(f"The Ray of {place()} is a client's address; work on a machine of the cluster. {_REMEDY}")
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or "/" in host:  # `auto`, or what Ray will refuse
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), _SECONDS).close()
    except (OSError, OverflowError) as error:
        raise EngineError(f"The Ray of {place()} cannot be reached ({first_line(error)}). {_REMEDY}") from error
