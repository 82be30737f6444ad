"""What was measured with: the machine, the versions of the packages, the commit."""

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from facevalue.common.parallel import cores

ROOT = Path(__file__).parents[1]
FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")  # what decides how fast networks are, in float32 and bf16
PACKAGES = (
    *("torch", "torchvision", "timm", "facenet-pytorch", "retinaface-pytorch", "albumentations", "pytorch-lightning"),
    *("opencv-python-headless", "pillow", "numpy"),
)


def features() -> list[str]:
    """Those of `FEATURES` that the processor has, where the system tells."""
    known = _cpuinfo("flags").split()
    return [feature for feature in FEATURES if feature in known]


def describe() -> str:
    """The processor, its cores and features, and the memory, in one line."""
    name = _cpuinfo("model name") or platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{name}, {cores()} cores ({', '.join(features()) or 'features unknown'}), {memory:.0f} GiB of memory"


def versions() -> str:
    """Python's and those of `PACKAGES`, in one line."""
    return ", ".join([f"Python {platform.python_version()}", *(f"{name} {_version(name)}" for name in PACKAGES)])


def commit() -> str:
    """Short hash of the checkout's commit, and whether tracked files differ from it."""
    short = _git("rev-parse", "--short=10", "HEAD")
    return f"{short} with changes" if _git("status", "--porcelain", "--untracked-files=no") else short


def _cpuinfo(key: str) -> str:
    file = Path("/proc/cpuinfo")
    found = re.search(rf"^{key}\s*: (.*)$", file.read_text() if file.is_file() else "", re.MULTILINE)
    return found.group(1).strip() if found else ""


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
