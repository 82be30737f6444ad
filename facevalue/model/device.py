"""Where a network computes, and that it gives the same digits there each time."""

from contextlib import AbstractContextManager

import torch

from facevalue.common.errors import ParameterError


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
