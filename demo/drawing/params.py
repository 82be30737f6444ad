"""The three knobs of the demo, read from `demo/params.yaml` and checked."""

import difflib
from dataclasses import dataclass, fields
from pathlib import Path

import yaml


class DemoError(Exception):
    """A mistake in the parameter file; the text is one line: where, value, rule, remedy."""


@dataclass(frozen=True)
class Params:
    """What to draw.

    `pictures` counts all of them, real and fake; `side` is each one's in px; equal seeds draw equal pictures.
    """

    pictures: int
    side: int
    seed: int


LIMITS = {"pictures": (8, 100_000), "side": (64, 2048), "seed": (0, 2**32 - 1)}


def read_params(path: Path) -> Params:
    """Read and check a parameter file.

    Raises:
        DemoError: a key is missing or unknown, or a value is of the wrong type or out of range.
    """
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise DemoError(f"{path.as_posix()}: cannot be read as YAML ({reason}); restore the file from git.") from error
    if not isinstance(found, dict):
        raise DemoError(f"{path.as_posix()}: holds no keys; it needs {_names()}.")
    _check_keys(path, found)
    return Params(**{key: _checked(path, key, found[key]) for key in LIMITS})


def _names() -> str:
    return ", ".join(field.name for field in fields(Params))


def _check_keys(path: Path, found: dict[object, object]) -> None:
    for key in found:
        if key not in LIMITS:
            closest = difflib.get_close_matches(str(key), LIMITS, n=1, cutoff=0.0)[0]
            raise DemoError(f"{path.as_posix()}: unknown key '{key}'; the keys are {_names()}. Closest: '{closest}'.")
    for key in LIMITS:
        if key not in found:
            raise DemoError(f"{path.as_posix()}: {key} is missing; the file needs {_names()}.")


def _checked(path: Path, key: str, value: object) -> int:
    low, high = LIMITS[key]
    rule = f"a whole number from {low} to {high}" + (", and even: half real, half fake" if key == "pictures" else "")
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not low <= int(str(value)) <= high or (key == "pictures" and int(str(value)) % 2):
        raise DemoError(f"{path.as_posix()}: {key} is {value!r}; it must be {rule}.")
    return int(str(value))
