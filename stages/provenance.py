"""What made a result: the commit that last changed code or parameters, and the versions of what ran."""

import platform
import subprocess
from importlib import metadata

CODE = ("stages", "facevalue", "demo", "dvc.yaml", "params.yaml", "requirements.txt")
PACKAGES = ("torch", "timm", "pytorch-lightning", "facenet-pytorch", "scikit-learn", "scipy", "pandas", "pillow", "dvc")


def provenance() -> dict[str, str]:
    """The commit and the versions, by name."""
    return {
        "commit": commit(),
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
    }


def commit() -> str:
    """The short hash of the last commit that touched `CODE`, and how many of its files have changed since.

    A commit of results alone does not count, so the same code gives the same line.
    """
    last = _git("log", "-1", "--format=%h", "--", *CODE)
    if not last:
        return "not under version control"
    changed = len((_git("status", "--porcelain", "--untracked-files=all", "--", *CODE) or "").splitlines())
    files = "1 file" if changed == 1 else f"{changed} files"
    return f"{last} with uncommitted changes to {files}" if changed else last


def _git(*arguments: str) -> str | None:
    """What git answers; None where it is absent, here is no repository, or no commit."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip("\n")
