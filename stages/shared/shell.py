"""What every stage does with its user: a line, a bar while it works, one last line, one line for a mistake."""

import errno
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from tqdm import tqdm

from facevalue.common.errors import FacevalueError
from facevalue.common.parallel import meet_nearby
from facevalue.common.words import printable
from stages.shared.alone import AtWorkError, alone

_FULL_OR_FORBIDDEN = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def run(name: str, stage: Callable[[], str]) -> NoReturn:
    """Run a stage, print the line that it returns, and exit.

    A mistake that the user can mend, a full disk and an interrupt each end in one line and a non-zero exit code;
    a programming error keeps its traceback.
    """
    meet_nearby()
    signal.signal(signal.SIGTERM, _terminate)  # so that a killed stage clears its partial output
    try:
        with alone(name):
            say(name, stage())
    except (FacevalueError, AtWorkError) as error:
        _fail(f"{name}: {error}", 1)
    except KeyboardInterrupt:
        _fail(f"{name}: interrupted; the next run starts this stage afresh.", 130)
    except OSError as error:
        if error.errno not in _FULL_OR_FORBIDDEN:
            raise
        place = error.filename2 or error.filename  # of a copy, the second is what could not be written
        where = f": '{place}'" if place else ""
        _fail(f"{name}: {error.strerror}{where}. The next run starts this stage afresh.", 1)
    sys.exit(0)


def say(name: str, line: str) -> None:
    """Print a line of a stage at once."""
    print(_shown(f"{name}: {line}"), flush=True)


def bar(total: int) -> "tqdm[NoReturn]":
    """A progress bar with a rate, to be updated once per picture; on a terminal only."""
    return tqdm(total=total, unit=" pictures", disable=None, leave=False, dynamic_ncols=True)


def _fail(line: str, code: int) -> NoReturn:
    print(_shown(line), file=sys.stderr, flush=True)
    sys.exit(code)


def _shown(text: str) -> str:
    """Of a line that may quote a stranger's file, what a terminal can be given."""
    return "\n".join(map(printable, text.split("\n")))


def _terminate(*_: object) -> NoReturn:
    raise KeyboardInterrupt
