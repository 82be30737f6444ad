"""`python -m facevalue COMMAND ...`: what facevalue does beside the pipeline."""

import argparse
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code is 1 where something of the user's could not be read."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return _failed("facevalue: interrupted.", 130)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(arguments: Sequence[str] | None) -> int:
    from facevalue.commands import catalogue, check, predict  # late, so that an interrupt meanwhile is one line too
    from facevalue.common import memory
    from facevalue.common.errors import FacevalueError

    parser = argparse.ArgumentParser(prog="python -m facevalue", description="Is a picture real or fake?")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in (("predict", predict), ("catalogue", catalogue), ("check", check)):
        command = commands.add_parser(name, help=module.HELP, description=module.DESCRIPTION)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    memory.keep_freed()
    try:
        return int(options.run(options))
    except FacevalueError as error:
        return _failed(f"{options.command}: {error}", 1)


def _failed(text: str, code: int) -> int:
    from facevalue.common.words import printable

    sys.stderr.writelines(f"{printable(line)}\n" for line in text.split("\n"))
    return code


if __name__ == "__main__":
    sys.exit(main())
