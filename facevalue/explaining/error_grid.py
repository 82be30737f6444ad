"""The worst errors of each method, with what it said and what is true."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from facevalue.drawing import sheets
from facevalue.drawing.sheets import CAPTION, GAP, LEADING, MARGIN, TITLE

COLUMNS = 4

_CELL = 224  # px
_CAPTIONED = _CELL + 2 * (LEADING + CAPTION) + GAP  # px, a cell with the lines below it
_WIDTH = 2 * MARGIN + COLUMNS * (_CELL + GAP) - GAP
_HEAD = TITLE + LEADING


@dataclass(frozen=True)
class Mistake:
    """A picture (height, width, 3) as its method saw it, what it is, and the probability of fake that it was given."""

    picture: NDArray[np.uint8]
    label: str
    kind: str
    probability: float


@dataclass(frozen=True)
class Grid:
    """A method's mistakes, as many as are shown, and how many it made on how many pictures."""

    method: str
    shown: Iterable[Mistake]
    errors: int
    pictures: int


def draw_errors(grids: Iterable[Grid]) -> Image.Image:
    """A heading per method and its mistakes in lines of four, in the given order; a method without says so. RGB."""
    parts = [_draw(grid) for grid in grids]
    sheet = Image.new("RGB", (_WIDTH, 2 * MARGIN + sum(part.height for part in parts) - GAP), sheets.BACKGROUND)
    top = MARGIN
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height
    return sheet


def _draw(grid: Grid) -> Image.Image:
    cells = [_cell(mistake) for mistake in grid.shown]
    lines = -(-len(cells) // COLUMNS)
    part = Image.new("RGB", (_WIDTH, _HEAD + lines * _CAPTIONED + GAP), sheets.BACKGROUND)
    heading = f"{grid.method.capitalize()}: {_count(len(cells), grid.errors, grid.pictures)}"
    ImageDraw.Draw(part).text((MARGIN, TITLE), heading, sheets.INK, sheets.font(TITLE), anchor="ls")
    for place, cell in enumerate(cells):
        line, column = divmod(place, COLUMNS)
        part.paste(cell, (MARGIN + column * (_CELL + GAP), _HEAD + line * _CAPTIONED))
    return part


def _count(shown: int, errors: int, pictures: int) -> str:
    if not errors:
        return f"no error on {pictures} test pictures"
    which = f"the {shown} worst of {errors}" if shown < errors else str(errors)
    return f"{which} error{'s' * (errors > 1)} on {pictures} test pictures"


def _cell(mistake: Mistake) -> Image.Image:
    cell = Image.new("RGB", (_CELL, _CAPTIONED), sheets.BACKGROUND)
    cell.paste(sheets.whole(mistake.picture, _CELL), (0, 0))
    draw = ImageDraw.Draw(cell)
    first = _CELL + LEADING + CAPTION
    sheets.write_centred(draw, sheets.what(mistake.label, mistake.kind), (_CELL // 2, first), _CELL, sheets.INK)
    said = f"probability of fake {mistake.probability:.2f}"
    sheets.write_centred(draw, said, (_CELL // 2, first + LEADING // 2 + CAPTION), _CELL, sheets.WRONG)
    return cell
