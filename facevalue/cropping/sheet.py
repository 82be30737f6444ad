"""The picture of both methods: what each of them gets to see."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from facevalue.drawing import sheets
from facevalue.drawing.sheets import CAPTION, GAP, LEADING, MARGIN, TITLE

MOST_COLUMNS = 6
METHODS = ("Method 1: whole picture", "Method 2: face")

_CELL = 224  # px


@dataclass(frozen=True)
class Example:
    """One picture as both methods see it.

    `picture` is RGB (height, width, 3), `face` RGB (side, side, 3); `square` is the crop in the picture's pixels as
    (left, top, side) and may reach over its edge; `caption` names the kind.
    """

    picture: NDArray[np.uint8]
    face: NDArray[np.uint8]
    square: sheets.Square
    caption: str


def draw_faces(examples: Sequence[Example]) -> Image.Image:
    """One column per example: above, the whole picture with the crop's square; below, the crop. RGB.

    The same examples give the same pixels: nothing but Pillow's own font and filters is used.

    Raises:
        ValueError: there are no examples or more than six.
    """
    if not 1 <= len(examples) <= MOST_COLUMNS:
        raise ValueError(f"{len(examples)} examples; a sheet holds 1 to {MOST_COLUMNS}")
    first = MARGIN + TITLE + LEADING
    tops = first, first + _CELL + MARGIN + TITLE + LEADING
    captions = tops[1] + _CELL + LEADING + CAPTION
    width = 2 * MARGIN + len(examples) * (_CELL + GAP) - GAP
    sheet = Image.new("RGB", (width, captions + MARGIN), sheets.BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for method, top in zip(METHODS, tops, strict=True):
        draw.text((MARGIN, top - LEADING), method, sheets.INK, sheets.font(TITLE), anchor="ls")
    for column, example in enumerate(examples):
        left = MARGIN + column * (_CELL + GAP)
        sheet.paste(sheets.whole(example.picture, _CELL, example.square), (left, tops[0]))
        sheet.paste(sheets.face(example.face, _CELL), (left, tops[1]))
        sheets.write_centred(draw, example.caption, (left + _CELL // 2, captions), _CELL)
    return sheet
