"""The picture of both methods: what each of them gets to see."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

MOST_COLUMNS = 6
METHODS = ("Method 1: whole picture", "Method 2: face")

_CELL, _GAP, _MARGIN = 224, 16, 28  # px
_TITLE, _CAPTION, _LEADING = 19, 16, 12  # px: letter heights, and the space below a line
_LINE = 3  # px, the crop's square and the face's frame
_BACKGROUND, _PANEL = "#2a2f38", "#20242b"  # slate: dark enough for a white page, light enough for a black one
_INK, _QUIET, _ACCENT = "#f2f4f7", "#b4bcc8", "#ffb224"


@dataclass(frozen=True)
class Example:
    """One picture as both methods see it.

    `picture` is RGB (height, width, 3), `face` RGB (side, side, 3); `square` is the crop in the picture's pixels as
    (left, top, side) and may reach over its edge; `caption` names the kind.
    """

    picture: NDArray[np.uint8]
    face: NDArray[np.uint8]
    square: tuple[float, float, float]
    caption: str


def draw_faces(examples: Sequence[Example]) -> Image.Image:
    """One column per example: above, the whole picture with the crop's square; below, the crop. RGB.

    The same examples give the same pixels: nothing but Pillow's own font and filters is used.

    Raises:
        ValueError: there are no examples or more than six.
    """
    if not 1 <= len(examples) <= MOST_COLUMNS:
        raise ValueError(f"{len(examples)} examples; a sheet holds 1 to {MOST_COLUMNS}")
    first = _MARGIN + _TITLE + _LEADING
    tops = first, first + _CELL + _MARGIN + _TITLE + _LEADING
    captions = tops[1] + _CELL + _LEADING + _CAPTION
    width = 2 * _MARGIN + len(examples) * (_CELL + _GAP) - _GAP
    sheet = Image.new("RGB", (width, captions + _MARGIN), _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for method, top in zip(METHODS, tops, strict=True):
        draw.text((_MARGIN, top - _LEADING), method, _INK, ImageFont.load_default(_TITLE), anchor="ls")
    for column, example in enumerate(examples):
        left = _MARGIN + column * (_CELL + _GAP)
        sheet.paste(_whole(example), (left, tops[0]))
        sheet.paste(_face(example), (left, tops[1]))
        _write_caption(draw, example.caption, (left + _CELL // 2, captions))
    return sheet


def _write_caption(draw: ImageDraw.ImageDraw, caption: str, foot: tuple[int, int]) -> None:
    """Centred on its foot (x, y); a caption wider than a column loses its end."""
    font, text = ImageFont.load_default(_CAPTION), caption
    while draw.textlength(text, font) > _CELL:
        caption = caption[:-1]
        text = caption.rstrip() + "..."
    draw.text(foot, text, _QUIET, font, anchor="ms")


def _whole(example: Example) -> Image.Image:
    """The picture, as large as its cell allows, with the square that Method 2 cuts out."""
    picture = Image.fromarray(example.picture)
    scale = _CELL / max(picture.size)
    picture = picture.resize(
        (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS
    )
    left, top, side = (value * scale for value in example.square)
    draw = ImageDraw.Draw(picture)
    for inset, colour in ((-1, _PANEL), (_LINE, _PANEL), (0, _ACCENT)):  # dark on both sides: seen on any picture
        _outline(draw, (left + inset, top + inset, left + side - inset, top + side - inset), colour)
    cell = Image.new("RGB", (_CELL, _CELL), _PANEL)
    cell.paste(picture, ((_CELL - picture.width) // 2, (_CELL - picture.height) // 2))
    return cell


def _outline(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colour: str) -> None:
    draw.rectangle([round(edge) for edge in box], outline=colour, width=1 if colour == _PANEL else _LINE)


def _face(example: Example) -> Image.Image:
    """The crop, framed in the colour of its square."""
    cell = Image.fromarray(example.face).resize((_CELL, _CELL), Image.Resampling.LANCZOS)
    ImageDraw.Draw(cell).rectangle([0, 0, _CELL - 1, _CELL - 1], outline=_ACCENT, width=_LINE)
    return cell
