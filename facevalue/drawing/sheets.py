"""What the sheets of pictures share: colours, cells, lines of text."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

GAP, MARGIN = 16, 28  # px
TITLE, CAPTION, LEADING = 19, 16, 12  # px: letter heights, and the space below a line
BACKGROUND, PANEL = "#2a2f38", "#20242b"  # slate: dark enough for a white page, light enough for a black one
INK, QUIET, ACCENT, WRONG = "#f2f4f7", "#b4bcc8", "#ffb224", "#ff8a80"

_LINE = 3  # px, the crop's square and the face's frame

Square = tuple[float, float, float]  # left, top, side: the crop in its picture's pixels, may reach over the edge
Tint = Callable[[Image.Image], Image.Image]  # of a picture at its size on the sheet, below the lines


@cache
def font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own, so that every machine draws the same letters."""
    return ImageFont.load_default(height)


def whole(
    picture: NDArray[np.uint8], cell: int, square: Square | None = None, tint: Tint = Image.Image.copy
) -> Image.Image:
    """A picture (height, width, 3), as large as a cell of `cell` px allows, with the crop's square if there is one."""
    image = Image.fromarray(picture)
    scale = cell / max(image.size)
    image = tint(
        image.resize(
            (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.LANCZOS
        )
    )
    if square:
        _draw_square(ImageDraw.Draw(image), *(value * scale for value in square))
    panel = Image.new("RGB", (cell, cell), PANEL)
    panel.paste(image, ((cell - image.width) // 2, (cell - image.height) // 2))
    return panel


def face(picture: NDArray[np.uint8], cell: int, tint: Tint = Image.Image.copy) -> Image.Image:
    """A crop (side, side, 3) in its cell, framed in the colour of its square."""
    image = tint(Image.fromarray(picture).resize((cell, cell), Image.Resampling.LANCZOS))
    ImageDraw.Draw(image).rectangle([0, 0, cell - 1, cell - 1], outline=ACCENT, width=_LINE)
    return image


def write_centred(
    draw: ImageDraw.ImageDraw, caption: str, foot: tuple[int, int], width: int, colour: str = QUIET
) -> None:
    """Centred on its foot (x, y); a caption wider than `width` px loses its end."""
    text = caption
    while draw.textlength(text, font(CAPTION)) > width:
        caption = caption[:-1]
        text = caption.rstrip() + "..."
    draw.text(foot, text, colour, font(CAPTION), anchor="ms")


def what(label: str, kind: str) -> str:
    """A picture's label and, where it says more, its kind."""
    return label if kind == label else f"{label}: {kind.replace('_', ' ')}"


def _draw_square(draw: ImageDraw.ImageDraw, left: float, top: float, side: float) -> None:
    side = max(side, 2 * _LINE)  # a face that is a speck in its picture
    for inset, colour in ((-1, PANEL), (_LINE, PANEL), (0, ACCENT)):  # dark on both sides: seen on any picture
        box = [left + inset, top + inset, left + side - inset, top + side - inset]
        draw.rectangle([round(edge) for edge in box], outline=colour, width=1 if colour == PANEL else _LINE)
