"""What was judged, in lines of a terminal."""

import shutil
import sys
import textwrap
from collections.abc import Mapping

from facevalue.common.words import shortened
from facevalue.judging.judge import Judged
from facevalue.reporting import wording

_MEASURE, _VALUE = 23, 26  # letters in a column


def wrapped(sentence: str) -> str:
    """In lines of a terminal's width; one line for a program that reads it."""
    if not sys.stdout.isatty():
        return sentence
    return textwrap.fill(sentence, shutil.get_terminal_size().columns, break_long_words=False, break_on_hyphens=False)


def as_text(found: Judged) -> str:
    """The measures of both detectors, and in brackets the 95 % interval, in lines of 79 letters at most."""
    metrics = found.metrics()
    lines = [_row("", [shortened(name, _VALUE - 6) for name in metrics])]
    for line in wording.LINES:
        lines.append(_row(line.name, [_cell(row, line) for row in metrics.values()]))
    return "".join(f"{line}\n" for line in lines)


def _row(first: str, cells: list[str]) -> str:
    return f"{first:{_MEASURE}}{''.join(f'  {cell:{_VALUE}}' for cell in cells)}".rstrip()


def _cell(row: Mapping[str, float | None], line: wording.Line) -> str:
    write = {"percent": wording.percent, "count": wording.count}.get(line.form, wording.number)
    low, high = row.get(f"{line.key}_low"), row.get(f"{line.key}_high")
    ends = f" ({write(low)} to {write(high)})".replace(" %", "") if low is not None else ""
    return f"{write(row[line.key])}{ends}"
