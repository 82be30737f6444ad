"""Where a network computes, and that it gives the same digits there each time."""

from contextlib import AbstractContextManager

import torch

from facevalue.common.errors import ParameterError
from facevalue.common.machine import MachineParams
from facevalue.common.parallel import cores

MOST_WORKERS = 8  # the most that are started unasked


def exact() -> AbstractContextManager[None]:
    """While it lasts, GPUs compute in full 32-bit arithmetic and give the same digits each time.

    It holds for the whole process. So whoever predicts in several threads enters it around them: else the first that
    is done would end it for the others.
    """
    flags: AbstractContextManager[None] = torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)
    return flags


def device_of(accelerator: str) -> torch.device:
    """The device behind one of Lightning's accelerator names.

    Raises:
        ParameterError: this machine has none of that name.
    """
    found = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    if accelerator == "cpu":
        return torch.device("cpu")
    if accelerator in ("auto", found.type) or accelerator == "gpu" != found.type != "cpu":
        return found
    raise ParameterError(
        f"params.yaml: machine.accelerator is '{accelerator}'; this machine offers '{found.type}'. Use 'auto'."
    )


def devices_of(machine: MachineParams, one_thread: bool) -> str:
    """What may move the last digits: the nodes and devices, how they share the work and, on a processor, the threads.

    Args:
        machine: which.
        one_thread: whether a processor computes in one, and not in as many as torch has now.

    Raises:
        ParameterError: there is no such accelerator on this machine.
    """
    device = device_of(machine.accelerator)
    devices = f"{machine.num_nodes} nodes, {machine.devices} {device.type}, {machine.strategy}"
    if device.type == "cpu":
        return f"{devices}, {1 if one_thread else torch.get_num_threads()} threads"
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else ""
    return f"{devices}, {name}, CUDA {torch.version.cuda}"


def workers(machine: MachineParams) -> int:
    """How many processes prepare batches beside the main one.

    `auto` is none where the processor computes, since they would take its cores, and one per core beside a GPU, so
    that it does not wait for pictures.
    """
    if machine.workers != "auto":
        return machine.workers
    return 0 if device_of(machine.accelerator).type == "cpu" else min(MOST_WORKERS, cores())
