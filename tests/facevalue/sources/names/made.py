"""Trees of names, and what is torn in what was read of them, counted from the outside, on the paths."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest

from facevalue.sources import read

SHARED = Path(__file__).parents[5] / "shared/layouts"
published = pytest.mark.skipif(not SHARED.is_dir(), reason="the published file lists are not here")
FRAMES = 4


def make(root: Path, paths: Iterable[str], texts: dict[str, str] | None = None) -> pd.DataFrame:
    """The catalogue of a tree with these files."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    for path, text in (texts or {}).items():
        (root / path).write_text(text)
    return read.read_source(root).pictures.assign(source=lambda rows: rows["path"])


def torn(pictures: pd.DataFrame, tokens: Callable[[str], Iterable[str]]) -> set[str]:
    """The tokens whose pictures stand in several groups."""
    groups = defaultdict(set)
    for path, group in zip(pictures["path"], pictures["group"], strict=True):
        for token in tokens(path):
            groups[token].add(group)
    return {token for token, found in groups.items() if len(found) > 1}


def by(pattern: str) -> Callable[[str], Iterable[str]]:
    """Every number or name that a pattern finds in a path."""
    return lambda path: [name for match in re.finditer(pattern, path) for name in match.groups() if name]


def frames(folder: str, count: int = FRAMES) -> list[str]:
    return [f"{folder}/{number:04}.png" for number in range(count)]
