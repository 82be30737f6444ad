"""`completion SHELL`: what a shell needs to complete these commands."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

HELP = "make a shell complete these commands"
DESCRIPTION = """Print what a shell needs to complete these commands and what they take. In it `facevalue` stands for
`python -m facevalue`, in the folder that one is in."""
EXAMPLES = (
    'eval "$(python -m facevalue completion bash)"',
    'eval "$(python -m facevalue completion zsh)"',
    "python -m facevalue completion fish | source",
)

_WORD = "facevalue"  # a shell completes what begins with a word of its own, not with `python -m`
_FUNCTIONS = {
    "bash": 'facevalue() { python -m facevalue "$@"; }',
    "zsh": 'facevalue() { python -m facevalue "$@"; }',
    "fish": "function facevalue; python -m facevalue $argv; end",
}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("shell", choices=tuple(_FUNCTIONS), metavar="SHELL", help=", ".join(_FUNCTIONS))


def run(options: argparse.Namespace) -> int:
    """Write it to standard output."""
    import shtab  # DVC's own

    parser: argparse.ArgumentParser = options.parser
    parser.prog = _WORD
    for action in _actions(parser):
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where it looks
        if isinstance(action, argparse._SubParsersAction):
            for named in action._choices_actions:  # beside a name there is room for one line
                action.choices[named.dest].description = named.help
    text = shtab.complete(parser, options.shell, root_prefix=_WORD, preamble=_FUNCTIONS[options.shell])
    sys.stdout.write(f"{text}\n")
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Everything that it and its commands take."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
