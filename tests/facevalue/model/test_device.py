"""Where a network computes, on machines that are not this one."""

import pytest
import torch

from facevalue.common.machine import MachineParams
from facevalue.model import device


@pytest.mark.parametrize(
    ("asked", "found", "cores", "expected"),
    [
        ("auto", "cpu", 2, 0),
        ("auto", "cuda", 4, 4),
        ("auto", "cuda", 64, device.MOST_WORKERS),
        (3, "cpu", 2, 3),
        (0, "cuda", 64, 0),
    ],
)
def test_processes_prepare_batches_where_a_gpu_would_wait_for_them(
    asked: int, found: str, cores: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "device_of", lambda _: torch.device(found))
    monkeypatch.setattr(device, "cores", lambda: cores)
    assert device.workers(MachineParams(workers=asked)) == expected
