"""The experiments that DVC knows, as a table, and the report of each; DVC is asked as a command."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facevalue.common.errors import FacevalueError
from facevalue.common.methods import METHODS, NAMES
from facevalue.common.words import printable, shortened

REPORT = Path("plots/report.html")
WORKSPACE = "workspace"
NONE_YET = (
    "There is no experiment yet. To make one, run, for example, dvc exp run -S train.epochs=8; it then stands here, "
    "below its commit."
)
_REVISION = re.compile(rf"{WORKSPACE}|[0-9a-f]{{40}}")
_SECONDS = 120  # that DVC may take
_LONGEST = 300  # characters of what it says
_COLUMNS = 12  # parameters that differ, at the most


class ExperimentsError(FacevalueError):
    """DVC cannot tell, or there is no such report."""


@dataclass(frozen=True)
class Experiment:
    """One line of the table.

    Attributes:
        revision: its commit, or `workspace`.
        name: what DVC calls it.
        created: when, as DVC writes it; empty for the workspace.
        aucs: by method, of those that were computed.
        parameters: by their dotted keys.
        note: why it has no numbers; empty where it has.
        within: whether it is an experiment, and no commit or workspace.
    """

    revision: str
    name: str
    created: str
    aucs: Mapping[str, float]
    parameters: Mapping[str, object]
    note: str
    within: bool


def table(root: Path) -> dict[str, Any]:
    """The experiments, ready for JSON: `columns`, `rows` of text, and `note` where there is none to compare.

    Raises:
        ExperimentsError: DVC cannot tell.
    """
    return tabulated(list(read(json.loads(_dvc(root, "exp", "show", "--json")))))


def read(shown: Sequence[Mapping[str, Any]]) -> Iterator[Experiment]:
    """What `dvc exp show --json` gave, in its order: a commit, then its experiments."""
    for commit in shown:
        yield _experiment(commit, within=False)
        for each in commit.get("experiments") or ():
            state = (each.get("executor") or {}).get("state") or ""
            yield _experiment(each["revs"][0], within=True, waiting=state)


def tabulated(experiments: Sequence[Experiment]) -> dict[str, Any]:
    """See `table`; of the parameters, those that are not the same everywhere."""
    with_numbers = [each.parameters for each in experiments if not each.note]
    keys = dict.fromkeys(key for parameters in with_numbers for key in parameters)
    differing = [key for key in keys if len({repr(each.get(key)) for each in with_numbers}) > 1]
    shown = differing[:_COLUMNS]
    return {
        "columns": [*(f"AUC, {NAMES[method]}" for method in METHODS), *shown],
        "rows": [_row(each, shown) for each in experiments],
        "left_out": len(differing) - len(shown),
        "note": "" if any(each.within for each in experiments) else NONE_YET,
    }


def report(root: Path, revision: str) -> bytes:
    """The page `plots/report.html` of an experiment, a commit or the workspace.

    Raises:
        ExperimentsError: there is none.
    """
    if not _REVISION.fullmatch(revision):
        raise ExperimentsError("no such experiment.")
    if revision == WORKSPACE:
        if not (root / REPORT).is_file():
            raise ExperimentsError(f"the workspace has no {REPORT}; run dvc repro.")
        return (root / REPORT).read_bytes()
    with tempfile.TemporaryDirectory(prefix="facevalue-report-") as folder:
        file = Path(folder) / REPORT.name
        _dvc(root, "get", str(root.absolute()), REPORT.as_posix(), "--rev", revision, "--out", str(file))
        return file.read_bytes()


def _dvc(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "dvc", *arguments]
    try:
        asked = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise ExperimentsError(f"dvc {arguments[0]} did not answer within {_SECONDS} s.") from None
    if asked.returncode:
        lines = asked.stderr.splitlines()
        said = next((line for line in lines if line.startswith("ERROR:")), (lines or ["nothing"])[-1])
        raise ExperimentsError(f"dvc {arguments[0]} failed and said: {shortened(printable(said), _LONGEST)}")
    return asked.stdout


def _experiment(state: Mapping[str, Any], within: bool, waiting: str = "") -> Experiment:
    data = state.get("data") or {}
    error = (state.get("error") or {}).get("msg") or ""
    note = "" if data else error or waiting or "no results"
    revision = str(state.get("rev", ""))
    return Experiment(
        revision=revision,
        name=printable(str(state.get("name") or (revision if revision == WORKSPACE else revision[:7]))),
        created=str(data.get("timestamp") or "")[:16].replace("T", " "),
        aucs=dict(_aucs(data.get("metrics") or {})),
        parameters=dict(_flat({name: file.get("data") for name, file in (data.get("params") or {}).items()})),
        note=shortened(printable(note), _LONGEST),
        within=within,
    )


def _aucs(metrics: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for method in METHODS:
        values = (metrics.get(f"metrics/{method}.json") or {}).get("data") or {}
        if isinstance(values.get("auc"), int | float):
            yield method, values["auc"]


def _flat(files: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Keys of `params.yaml` as they are, those of other files behind the file's name."""
    for name, content in files.items():
        yield from _leaves(content, "" if name == "params.yaml" else f"{name}:")


def _leaves(content: object, key: str) -> Iterator[tuple[str, object]]:
    if not isinstance(content, Mapping):
        yield key, content
        return
    for name, value in content.items():
        yield from _leaves(value, f"{key}.{name}" if key and not key.endswith(":") else f"{key}{name}")


def _row(each: Experiment, parameters: Sequence[str]) -> dict[str, Any]:
    aucs = [f"{each.aucs[method]:.3f}" if method in each.aucs else "" for method in METHODS]
    values = ["" if each.note else _text(each.parameters.get(key)) for key in parameters]
    return {
        "revision": each.revision,
        "name": each.name,
        "created": each.created,
        "note": each.note,
        "within": each.within,
        "cells": [*aucs, *values],
    }


def _text(value: object) -> str:
    return "" if value is None else shortened(printable(str(value)), _LONGEST)
