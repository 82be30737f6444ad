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


def workers(machine: MachineParams) -> int:
    """How many processes prepare batches beside the main one.

    `auto` is none where the processor computes, since they would take its cores, and one per core beside a GPU, so
    that it does not wait for pictures.
    """
    if machine.workers != "auto":
        return machine.workers
    return 0 if device_of(machine.accelerator).type == "cpu" else min(MOST_WORKERS, cores())
