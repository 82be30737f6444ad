"""Heal what a killed `dvc` may leave: an empty list of who reads and writes, at which every later one gives up.

`make` runs it before `dvc`: `python -m stages.shared.heal`. The list is of no worth while no `dvc` is at work here.
"""

import json
import sys
from pathlib import Path

import psutil

from stages.shared.alone import AtWorkError, is_dvc

LIST = Path(".dvc/tmp/rwlock")


def heal() -> str:
    """Remove the list if it is damaged; what was done, or nothing.

    Raises:
        AtWorkError: it is, and a `dvc` is at work here.
    """
    try:
        json.loads(LIST.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    except ValueError:
        if at_work := _at_work():
            raise AtWorkError(
                f"'{LIST}' is damaged, and dvc is at work here (process {at_work[0]}); wait for it."
            ) from None
        LIST.unlink()
        return f"'{LIST}', which a killed dvc had left damaged, was removed."
    return ""


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
