"""`export FOLDER --to DIR`: trained networks as a folder that others can use and a hub can show."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from facevalue.common.errors import EngineError
from facevalue.exporting import origin, place

HELP = "write trained networks as ONNX and for timm, with a model card"
DESCRIPTION = """Write a method's trained networks into a folder that can be handed on as it is: model.onnx, which is
the mean of all its trainings and is compared with torch on the spot; an example that needs no torch; the networks as
timm reads them; and a model card made of the results. The networks themselves stay as they are."""
EXAMPLES = ("python -m facevalue export models/crop --to my-detector",)
_NEEDED = ("onnx", "onnxruntime", "onnxscript")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("models", type=Path, metavar="FOLDER", help="models/full or models/crop, or a training in it")
    command.add_argument(
        "--to", type=Path, required=True, metavar="DIR", help="a new or empty folder, or a last export"
    )
    command.add_argument("--force", action="store_true", help="replace an earlier export although it was changed")


def run(options: argparse.Namespace) -> int:
    """Write the folder, and a line about it to standard output."""
    method, project = origin.method_of(options.models), origin.project_of(options.models) or Path()
    to = place.check(options.to, options.models, project, options.force)
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise EngineError(f"it needs what is not installed here: {', '.join(missing)}. Run `make export-tools`, once.")
    from facevalue.exporting.export import export  # late, so that a wrong argument is answered at once

    sys.stdout.write(f"export: {options.to}: {export(options.models, to, method).describe()}\n")
    return 0
