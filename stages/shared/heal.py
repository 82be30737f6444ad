"""Heal what a killed `dvc` may leave: a list of who reads and writes, or a `dvc.lock`, that was cut off while written.

`make` runs it before `dvc`, which gives up at either: `python -m stages.shared.heal`. The list is of no worth while no
`dvc` is at work here; and what `dvc.lock` recorded, `dvc repro` finds again in its run cache, without computing it.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import yaml

from stages.shared.alone import AtWorkError, is_dvc

LIST, LOCK = Path(".dvc/tmp/rwlock"), Path("dvc.lock")


def heal() -> str:
    """Remove either if it is damaged; what was done, or nothing.

    Raises:
        AtWorkError: one is, and a `dvc` is at work here.
    """
    damaged = [file for file, sound in ((LIST, _is_json), (LOCK, _is_lock)) if file.exists() and not _read(file, sound)]
    if damaged and (at_work := _at_work()):
        raise AtWorkError(f"'{damaged[0]}' is damaged, and dvc is at work here (process {at_work[0]}); wait for it.")
    for file in damaged:
        file.unlink()
    return " ".join(f"'{file}', which a killed dvc had left damaged, was removed." for file in damaged)


def _read(file: Path, sound: Callable[[str], bool]) -> bool:
    try:
        return sound(file.read_text(encoding="utf-8"))
    except (ValueError, yaml.YAMLError):
        return False


def _is_json(text: str) -> bool:
    json.loads(text)
    return True


def _is_lock(text: str) -> bool:
    """Whether it is whole as far as one sees: cut off between two lines it may only record less, and DVC reads on."""
    content = yaml.safe_load(text)
    return text.endswith("\n") and isinstance(content, dict) and "schema" in content


def _at_work() -> list[int]:
    """The processes of `dvc` that were started in this folder."""
    return [process.pid for process in psutil.process_iter() if is_dvc(process) and _is_here(process)]


def _is_here(process: psutil.Process) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(Path.cwd())
    except psutil.Error:
        return False


if __name__ == "__main__":
    try:
        if done := heal():
            print(done, file=sys.stderr)
    except AtWorkError as error:
        sys.exit(str(error))
