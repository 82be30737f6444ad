"""What DVC recorded of the last run in `dvc.lock`: what it was told, and which networks it tested."""

import copy
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

import yaml

FILE = "dvc.lock"
DRAWN = "demo/pictures"  # the built-in source
_STAGES = ("sample", "crop", "train_full", "train_crop")  # whose parameters made the networks


def told(root: Path, today: Mapping[str, Any]) -> dict[str, Any] | None:
    """The parameters by which the networks of a project were made; None where nothing is recorded.

    Args:
        root: of the project.
        today: its parameters as they stand; what no stage has recorded is theirs.
    """
    stages = _stages(root)
    if not all(name in stages for name in _STAGES):
        return None
    found = copy.deepcopy(dict(today))
    for name in _STAGES:
        for key, value in _recorded(stages[name]).items():
            *sections, last = key.split(".")
            place = found
            for section in sections:
                place = place.setdefault(section, {})
            place[last] = value
    return found


def called(source: str) -> str:
    """What a source is called: of a path that leads out of the project, its end alone."""
    path = PurePath(source)
    return path.name if path.is_absolute() or ".." in path.parts else path.as_posix()


def tested(root: Path, models: Mapping[Any, Path]) -> bool:
    """Whether the networks in these folders, by method, are those that `evaluate` has tested, by their hashes."""
    try:
        recorded = {each["path"]: each["md5"] for each in _stages(root)["evaluate"]["deps"]}
        return all(recorded[f"models/{method}"] == _hash(folder) for method, folder in models.items())
    except (KeyError, OSError, TypeError):
        return False


def _stages(root: Path) -> Mapping[str, Any]:
    try:
        stages = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))["stages"]
    except (KeyError, OSError, TypeError, ValueError, yaml.YAMLError):
        return {}
    return stages if isinstance(stages, dict) else {}


def _recorded(stage: object) -> Mapping[str, Any]:
    params = stage.get("params") if isinstance(stage, dict) else None
    values = params.get("params.yaml") if isinstance(params, dict) else None
    return values if isinstance(values, dict) else {}


def _hash(folder: Path) -> str:
    """As DVC hashes a folder: the list of its files with theirs."""
    files = sorted((file.relative_to(folder).as_posix(), file) for file in folder.rglob("*") if file.is_file())
    listed = [{"md5": hashlib.md5(file.read_bytes()).hexdigest(), "relpath": name} for name, file in files]
    return hashlib.md5(json.dumps(listed, sort_keys=True).encode()).hexdigest() + ".dir"
