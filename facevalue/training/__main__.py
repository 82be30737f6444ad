"""`python -m facevalue.training TASK`: one of the processes that share a training."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from facevalue.common import memory
from facevalue.common.errors import FacevalueError
from facevalue.common.parallel import meet_nearby
from facevalue.common.words import printable
from facevalue.training import shared


def main(arguments: Sequence[str] | None = None) -> None:
    """Take part, and end at once where that fails: the others may hang, and so would a farewell to them."""
    parser = argparse.ArgumentParser(prog=f"python -m {shared.MODULE}", description=__doc__)
    parser.add_argument("task", type=Path, help="the folder that a stage has written")
    parser.add_argument("--quiet", action="store_true", help="leave it to the stage to say what went wrong")
    parser.add_argument("--srun", action="store_true", help="SLURM has started the processes")
    options = parser.parse_args(arguments)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    memory.keep_freed()
    meet_nearby()
    with shared.following(options.task):
        try:
            shared.take_part(options.task, options.srun)
        except Exception as error:
            shared.say_why(options.task, error)
            if not options.quiet:
                own = isinstance(error, FacevalueError)
                sys.stderr.write(f"{printable(str(error))}\n") if own else sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
            os._exit(1)


if __name__ == "__main__":
    main()
