"""What an experiment has tested, read through the command `dvc`: a name of one, any revision, or the workspace."""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import yaml

from facevalue.common.errors import SourceError
from facevalue.common.words import printable, shortened
from facevalue.judging import table
from facevalue.judging.table import Table

WORKSPACE = "workspace"
SCORES, LOCK = Path("plots/evaluate/scores.csv"), Path("dvc.lock")
_LONGEST = 60  # letters of a name
_SHOWN = 300  # letters of what dvc says


@dataclass(frozen=True, eq=False)
class Experiment:
    """What was tested in one.

    Attributes:
        name: as a line shows it.
        table: the scores, by method.
        folds: into how many folds the pictures were divided; with several, each has scored its own part.
    """

    name: str
    table: Table
    folds: int


def both(names: Sequence[str], methods: Sequence[str], folder: Path) -> tuple[Experiment, Experiment]:
    """Two experiments; what is not in the workspace is put into the folder.

    Raises:
        SourceError: there is no such experiment, it has no scores of the methods, or they are not on this machine.
    """
    places = {name: folder / str(number) for number, name in enumerate(dict.fromkeys(names))}
    with ThreadPoolExecutor(len(places)) as pool:  # a dvc takes seconds, the most of it for itself
        found = dict(zip(places, pool.map(lambda name: _read(name, methods, places[name]), places), strict=True))
    first, second = (found[name] for name in names)
    return first, second


def _read(name: str, methods: Sequence[str], folder: Path) -> Experiment:
    folder.mkdir()
    if not name.strip():
        raise SourceError("an experiment has no name; write workspace, or the name of one.")
    shown, scores = printable(name), _file(name, SCORES, folder)
    try:
        return Experiment(shown, table.read(scores, methods), _folds(_file(name, LOCK, folder)))
    except SourceError as error:
        raise SourceError(str(error).replace(f"'{scores}'", f"'{SCORES}' of {shown}")) from None


def _folds(lock: Path) -> int:
    """As `dvc.lock` has recorded it."""
    recorded = yaml.safe_load(lock.read_text(encoding="utf-8"))
    try:
        return int(recorded["stages"]["split"]["params"]["params.yaml"]["split"]["folds"])
    except (KeyError, TypeError):  # a commit from before there were folds
        return 1


def _file(name: str, path: Path, folder: Path) -> Path:
    if name == WORKSPACE:
        if not path.is_file():
            raise SourceError(f"the workspace has no {path}; run dvc repro or dvc pull, in the project's root.")
        return path
    got = folder / path.name
    command = [sys.executable, "-m", "dvc", "get", ".", path.as_posix(), f"--rev={name}", f"--out={got}", "--force"]
    quiet = {**os.environ, "DVC_NO_ANALYTICS": "1"}
    done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(_reason(printable(shortened(name, _LONGEST)), path, done.stderr))
    return got


def _reason(name: str, path: Path, said: str) -> str:
    """Why `dvc get` gave nothing, and what to do; what it says where that is not known."""
    if "Git revision" in said:  # unknown, or ambiguous
        return f"'{name}' is no experiment, commit, branch or tag here; dvc exp list --all shows the experiments."
    if "No storage files available" in said:
        return f"{path} of '{name}' is not on this machine; dvc push where it was run, and dvc pull here, bring it."
    if f"['{path.as_posix()}']" in said or "No such file" in said:
        return f"'{name}' has no {path}: evaluate had not run there, or wrote none in that version."
    error = next((line for line in said.splitlines() if line.startswith("ERROR: ")), "ERROR: dvc gave no reason")
    return f"'{name}' cannot be read: {printable(shortened(error.removeprefix('ERROR: '), _SHOWN))}."
