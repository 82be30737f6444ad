"""What made a result: the hashes that DVC recorded, and the versions of what ran."""

import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import yaml

PACKAGES = ("torch", "timm", "pytorch-lightning", "facenet-pytorch", "scikit-learn", "scipy", "pandas", "pillow", "dvc")


def provenance(lock: Path, outputs: Sequence[str]) -> dict[str, str]:
    """By name: the hash of each output in a `dvc.lock`, then the versions.

    No commit: the page is part of the commit that records it, so that it cannot know it.
    """
    return {
        **{name: recorded(lock).get(name, "not recorded") for name in outputs},
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
    }


def recorded(lock: Path) -> dict[str, str]:
    """The hash of every output that a `dvc.lock` holds, by its path; nothing where there is no such file."""
    if not lock.is_file():
        return {}
    stages = yaml.safe_load(lock.read_text(encoding="utf-8"))["stages"].values()
    return {out["path"]: out["md5"] for stage in stages for out in stage.get("outs", ())}
