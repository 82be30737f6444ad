"""Draw the demo pictures that `demo/params.yaml` asks for: `python -m demo.drawing` from the repository's root."""

import os
import sys
from pathlib import Path

from demo.drawing.draw import draw
from demo.drawing.params import DemoError, read_params

PARAMS, PICTURES = Path("demo/params.yaml"), Path("demo/pictures")


def main() -> int:
    """Read the parameters, draw, and say what was done."""
    try:
        params = read_params(PARAMS)
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    shots = draw(params, PICTURES, os.cpu_count() or 1)
    people, reals = len({shot.group for shot in shots}), sum(shot.label == "real" for shot in shots)
    counts = f"{len(shots)} pictures of {people} people ({reals} real, {len(shots) - reals} fake)"
    print(f"demo: {counts} in {PICTURES.as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
