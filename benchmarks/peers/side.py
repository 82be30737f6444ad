"""One side of a comparison, measured in this process, which stands in a project's folder."""

import argparse
import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from facevalue.common import catalogue

SAMPLED = Path("data/sampled")
Measure = Callable[[str], Mapping[str, float | None]]  # given the variant


def pictures() -> list[Path]:
    """The sampled pictures of the project, relative to its folder."""
    return [SAMPLED / path for path in table(SAMPLED / catalogue.FILE_NAME)["path"]]


def table(csv: Path) -> pd.DataFrame:
    """A catalogue of the project's."""
    return catalogue.read(csv)


def as_a_stage() -> None:
    """Set what stages set before torch is loaded; so ours call it first, and a peer never."""
    importlib.import_module("stages.shared")


def main(module: str, sides: Mapping[str, Measure], variants: tuple[str, ...]) -> None:
    """Measure one side and print what came out as the last line, in JSON."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    parser.add_argument("side", choices=sides)
    parser.add_argument("variant", choices=variants)
    given = parser.parse_args()
    print(json.dumps(sides[given.side](given.variant)), flush=True)
