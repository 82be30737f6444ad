"""`check`: whether params.yaml is in order, before anything is removed or computed."""

import argparse
import sys
from pathlib import Path

from facevalue.checking import parameters, places

HELP = "check params.yaml, before anything is removed or computed"
DESCRIPTION = """Check every key of params.yaml, and that what it names is there. `make` does so before it starts `dvc`,
which removes the outputs of a stage before it runs it."""
EXAMPLES = ("python -m facevalue check", "python -m facevalue check --params other/params.yaml")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("--params", type=Path, default=Path("params.yaml"), help="default: %(default)s")


def run(options: argparse.Namespace) -> int:
    """Say that all is well, or raise what is not."""
    parameters.check(options.params)
    places.check(options.params)
    sys.stdout.write(f"check: {options.params} is in order\n")
    return 0
