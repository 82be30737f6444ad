"""`python -m facevalue COMMAND ...`: what facevalue does beside the pipeline."""

import argparse
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Never


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code is 1 where something of the user's could not be read."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return _failed("facevalue: interrupted.", 130)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def command_line() -> argparse.ArgumentParser:
    """Every command, with what it takes, its help and its examples."""
    # Late, so that an interrupt meanwhile is one line too.
    from facevalue.commands import app, catalogue, check, compare, completion, export, judge, predict

    parser = argparse.ArgumentParser(
        prog="python -m facevalue",
        description="Is a picture real or fake?",
        epilog="Examples of a command: python -m facevalue COMMAND --help",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show which version this is, and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    of = {
        "predict": predict,
        "app": app,
        "judge": judge,
        "compare": compare,
        "export": export,
        "catalogue": catalogue,
        "check": check,
        "completion": completion,
    }
    for name, module in of.items():
        command = commands.add_parser(
            name,
            help=module.HELP,
            description=textwrap.fill(" ".join(module.DESCRIPTION.split()), shutil.get_terminal_size().columns - 2),
            epilog=_examples(module),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run, parser=parser)
    return parser


def _examples(module: ModuleType) -> str | None:
    """Those that a command's module gives, each a line as one types it."""
    lines: Sequence[str] = getattr(module, "EXAMPLES", ())
    return "\n".join(["examples:", *(f"  {line}" for line in lines)]) if lines else None


def _run(arguments: Sequence[str] | None) -> int:
    from facevalue.common import memory
    from facevalue.common.errors import FacevalueError

    options = command_line().parse_args(arguments)
    memory.keep_freed()
    try:
        return int(options.run(options))
    except FacevalueError as error:
        return _failed(f"{options.command}: {error}", 1)


class _Version(argparse.Action):
    """Say what pyproject.toml says, which only this reads."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> Never:
        import tomllib

        project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        sys.stdout.write(f"{project['name']} {project['version']}\n")
        parser.exit()


def _failed(text: str, code: int) -> int:
    from facevalue.common.words import printable

    sys.stderr.writelines(f"{printable(line)}\n" for line in text.split("\n"))
    return code


if __name__ == "__main__":
    sys.exit(main())
