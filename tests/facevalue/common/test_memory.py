"""How freed memory is kept, seen from the pages that the system hands out."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

TOUCHED_AGAIN = """
import resource, sys
import numpy as np
from facevalue.common import memory
if sys.argv[1] == "kept":
    memory.keep_freed()

def touch():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    _ = np.ones(20 * 2**20, np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

touch()
print(touch())
"""


def faults(mode: str) -> int:
    command = [sys.executable, "-c", TOUCHED_AGAIN, mode]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is glibc's")
def test_freed_memory_is_there_at_once_when_asked_for_again() -> None:
    assert faults("kept") < 50  # of 5,120 pages of 4 KiB, or 10 of 2 MiB
    assert faults("given back") > faults("kept")
