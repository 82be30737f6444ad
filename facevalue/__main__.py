"""`python -m facevalue COMMAND ...`: what facevalue does beside the pipeline."""

import argparse
import os
import sys
from collections.abc import Sequence

from facevalue.commands import catalogue, predict
from facevalue.common import memory
from facevalue.common.errors import FacevalueError

_COMMANDS = {"predict": predict, "catalogue": catalogue}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code is 1 where something of the user's could not be read."""
    options = _parser().parse_args(arguments)
    memory.keep_freed()
    try:
        return int(_COMMANDS[options.command].run(options))
    except FacevalueError as error:
        return _failed(f"{options.command}: {error}", 1)
    except KeyboardInterrupt:
        return _failed(f"{options.command}: interrupted.", 130)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m facevalue", description="Is a picture real or fake?")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in _COMMANDS.items():
        module.add_arguments(commands.add_parser(name, help=module.HELP, description=module.DESCRIPTION))
    return parser


def _failed(line: str, code: int) -> int:
    sys.stderr.write(f"{line}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
