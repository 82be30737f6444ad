"""Where both networks looked, side by side: on their most confident errors and on a success of each kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from facevalue.drawing import sheets
from facevalue.drawing.sheets import CAPTION, GAP, LEADING, MARGIN, TITLE

ROWS = ("Method 1:\nwhole picture", "where it\nlooked", "Method 2:\nface", "where it\nlooked")
LEGEND = "Bright places speak most for fake where the probability of fake is above 0.50, for real where it is below."

_CELL, _BETWEEN = 196, 8  # px
_GUTTER = 140  # px, for the names of the rows
_COLUMNS = 4  # that a sheet is wide at least, so that its text fits
_LINE = CAPTION + LEADING // 2
_CELLS = len(ROWS) * (_CELL + _BETWEEN)  # px, height
_COLUMN = _CELLS + 3 * _LINE  # px, height, with the caption
_HEAD = TITLE + GAP
_STRENGTH = 0.6  # of the colours over the picture's grey
_BAR = (240, 14)  # px, the legend's
_LEGEND = _BAR[1] + LEADING + CAPTION  # px, height


@dataclass(frozen=True)
class View:
    """What one method saw and said.

    `picture` is RGB (height, width, 3); `attention` covers it from edge to edge at any resolution, 0 to 1, or is None
    where there is no map; `probability` is that of fake, `called` the label that the method gave.
    """

    picture: NDArray[np.uint8]
    attention: NDArray[np.float32] | None
    probability: float
    called: str


@dataclass(frozen=True)
class Explained:
    """One picture as both methods saw it; `square` is the crop in the whole picture's pixels."""

    label: str
    kind: str
    full: View
    crop: View
    square: sheets.Square


def draw_attention(errors: Iterable[Explained], successes: Iterable[Explained]) -> Image.Image:
    """Two blocks, one column per picture: the whole picture and its map, the face and its map, and what was said. RGB.

    A block without pictures says so.
    """
    blocks = (
        ("Most confident errors", "no errors on the test pictures", [_column(example) for example in errors]),
        (
            "Successes, one per kind",
            "no picture that both methods call rightly",
            [_column(example) for example in successes],
        ),
    )
    columns = max(_COLUMNS, *(len(block[-1]) for block in blocks))
    width = 2 * MARGIN + _GUTTER + columns * (_CELL + GAP) - GAP
    parts = [_block(*block, width) for block in blocks]
    sheet = Image.new("RGB", (width, 2 * MARGIN + sum(part.height for part in parts) + _LEGEND), sheets.BACKGROUND)
    top = MARGIN
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height
    _draw_legend(sheet, top)
    return sheet


def overlay(image: Image.Image, attention: NDArray[np.float32] | None) -> Image.Image:
    """The image in grey, under colours that are even to the eye: dark where the map is 0, bright where it is 1."""
    grey = image.convert("L").convert("RGB")
    if attention is None:
        centre = grey.width // 2, grey.height // 2
        ImageDraw.Draw(grey).text(centre, "no map", sheets.INK, sheets.font(TITLE), "mm", stroke_width=2, stroke_fill=0)
        return grey
    fine = Image.fromarray(attention).resize(image.size, Image.Resampling.BICUBIC)
    return Image.blend(grey, _coloured(np.asarray(fine)), _STRENGTH)


def _coloured(values: NDArray[np.float32]) -> Image.Image:
    levels = (values.clip(0, 1) * 255).round().astype(np.uint8)
    return Image.fromarray(cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_VIRIDIS), cv2.COLOR_BGR2RGB))


def _column(example: Explained) -> Image.Image:
    full, crop = example.full, example.crop
    cells = (
        sheets.whole(full.picture, _CELL, example.square),
        sheets.whole(full.picture, _CELL, example.square, lambda image: overlay(image, full.attention)),
        sheets.face(crop.picture, _CELL),
        sheets.face(crop.picture, _CELL, lambda image: overlay(image, crop.attention)),
    )
    column = Image.new("RGB", (_CELL, _COLUMN), sheets.BACKGROUND)
    for row, cell in enumerate(cells):
        column.paste(cell, (0, row * (_CELL + _BETWEEN)))
    lines = [(sheets.what(example.label, example.kind), sheets.INK)]
    for name, view in (("whole picture", full), ("face", crop)):
        colour = sheets.QUIET if view.called == example.label else sheets.WRONG
        lines.append((f"{name} {view.probability:.2f}: {view.called}", colour))
    for line, (text, colour) in enumerate(lines, start=1):
        foot = _CELL // 2, _CELLS + line * _LINE
        sheets.write_centred(ImageDraw.Draw(column), text, foot, _CELL, colour)
    return column


def _block(heading: str, nothing: str, columns: Sequence[Image.Image], width: int) -> Image.Image:
    block = Image.new("RGB", (width, _HEAD + (_COLUMN if columns else 0) + MARGIN), sheets.BACKGROUND)
    draw = ImageDraw.Draw(block)
    text = heading if columns else f"{heading}: {nothing}"
    draw.text((MARGIN, TITLE), text, sheets.INK, sheets.font(TITLE), anchor="ls")
    for place, column in enumerate(columns):
        block.paste(column, (MARGIN + _GUTTER + place * (_CELL + GAP), _HEAD))
    for row, name in enumerate(ROWS if columns else ()):
        middle = _HEAD + row * (_CELL + _BETWEEN) + _CELL // 2
        draw.text((MARGIN, middle), name, sheets.QUIET, sheets.font(CAPTION), anchor="lm")
    return block


def _draw_legend(sheet: Image.Image, top: int) -> None:
    """What the colours mean, as they look over middle grey."""
    width, height = _BAR
    ramp = np.tile(np.linspace(0, 1, width, dtype=np.float32), (height, 1))
    sheet.paste(overlay(Image.new("RGB", _BAR, "#808080"), ramp), (MARGIN + _GUTTER, top))
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, top + height // 2), "Grad-CAM", sheets.QUIET, sheets.font(CAPTION), anchor="lm")
    draw.text((MARGIN, top + _LEGEND), LEGEND, sheets.QUIET, sheets.font(CAPTION), anchor="ls")
