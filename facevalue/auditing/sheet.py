"""The pictures that stand twice, side by side with their doubles."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from facevalue.common.stored import stored
from facevalue.drawing import sheets
from facevalue.drawing.sheets import CAPTION, GAP, LEADING, MARGIN, TITLE

MOST_PAIRS = 6
HEADING = "Alike: pictures that stand twice"
NOTHING = "No picture stands twice"

_CELL = 224  # px
_LINE = CAPTION + LEADING
_LEAST = 2  # columns that a sheet is wide at least, so that its heading fits


@dataclass(frozen=True)
class Pair:
    """Two pictures, RGB (height, width, 3), what each of them is, and by how many bits their hashes differ."""

    pictures: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    captions: tuple[str, str]
    distance: int


def draw_duplicates(examples: Sequence[tuple[str, str, int]], pictures: pd.DataFrame, root: Path) -> Image.Image:
    """The sheet of a sample's duplicates: each picture with its label, its kind and its part.

    Args:
        examples: As `Duplicates` has them.
        pictures: A catalogue with `part`.
        root: Its folder.
    """
    rows = pictures[["path", "label", "kind", "part"]].itertuples(index=False)
    caption = {path: f"{sheets.what(label, kind)}, {part.replace('_', ' ')}" for path, label, kind, part in rows}
    pairs = []
    for *alike, distance in examples:
        first, second = stored(root, alike)
        pairs.append(Pair((first.read(), second.read()), (caption[alike[0]], caption[alike[1]]), distance))
    return draw_pairs(pairs)


def draw_pairs(pairs: Sequence[Pair]) -> Image.Image:
    """One column per pair: both pictures with their captions, and the distance; without pairs a line says so. RGB.

    Raises:
        ValueError: there are more than six pairs.
    """
    if len(pairs) > MOST_PAIRS:
        raise ValueError(f"{len(pairs)} pairs; a sheet holds at most {MOST_PAIRS}")
    head = MARGIN + TITLE
    height = head + (2 * (LEADING + _CELL + _LINE) + _LINE if pairs else 0) + MARGIN
    sheet = Image.new("RGB", (2 * MARGIN + max(_LEAST, len(pairs)) * (_CELL + GAP) - GAP, height), sheets.BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    colour = sheets.INK if pairs else sheets.QUIET
    draw.text((MARGIN, head), HEADING if pairs else NOTHING, colour, sheets.font(TITLE), anchor="ls")
    for column, pair in enumerate(pairs):
        left, top = MARGIN + column * (_CELL + GAP), head
        for picture, caption in zip(pair.pictures, pair.captions, strict=True):
            sheet.paste(sheets.whole(picture, _CELL), (left, top + LEADING))
            top += LEADING + _CELL + _LINE
            sheets.write_centred(draw, caption, (left + _CELL // 2, top), _CELL)
        sheets.write_centred(draw, _apart(pair.distance), (left + _CELL // 2, top + _LINE), _CELL, sheets.ACCENT)
    return sheet


def _apart(distance: int) -> str:
    return f"{distance} of 64 bits differ" if distance else "the same hash"
