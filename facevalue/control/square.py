"""A square of the face's size, placed at random: what the crop shows but for the face.

At equal input sides the crop shows its part of the picture larger than the whole picture's network sees it. A square
that is as large, but anywhere, shares that and little else.
"""

import hashlib
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from facevalue.common import images
from facevalue.common.stored import Stored
from facevalue.cropping.geometry import Square, cut
from facevalue.cropping.params import MaxSide

NONE = pd.DataFrame(columns=["picture", "square_left", "square_top", "square_side", "shared"])
"""The table of squares where there are none."""


def cut_out(given: tuple[Stored, Mapping[Hashable, Any]], max_side: MaxSide) -> tuple[bytes, dict[str, object]]:
    """The square of a picture and its row in the table of crops: as a PNG, and its own row.

    Raises:
        PictureError: the picture cannot be read.
    """
    picture, face = given[0].read(), given[1]
    of_face = Square(face["square_left"], face["square_top"], face["square_side"])
    height, width = picture.shape[:2]
    own = placed(of_face, face["picture"], width, height)
    png = images.as_png(cut(picture, own, max_side))
    return png, row(face["picture"], own, shared(of_face, own, width, height))


def placed(face: Square, picture: str, width: int, height: int) -> Square:
    """A square of the same side, each place in the picture as likely as every other.

    Where it is larger than the picture it covers it and overhangs, as the face's own does. The place depends on the
    picture's name and on nothing else, so that further pictures move no square.

    Args:
        face: the face's.
        picture: the name.
        width: of the picture, pixels.
        height: of the picture, pixels.
    """
    chance = np.random.default_rng(list(hashlib.sha256(picture.encode()).digest()))
    left, top = (_start(chance, length - face.side) for length in (width, height))
    return Square(left, top, face.side)


def shared(first: Square, second: Square, width: int, height: int) -> float:
    """How much of what the first square shows of a picture the second shows too: of the area, 0 to 1.

    What overhangs the picture mirrors it and counts for nothing.

    Args:
        first: a square of which some lies in the picture.
        second: another.
        width: of the picture, pixels.
        height: of the picture, pixels.
    """
    area, both = 1, 1
    for edge, length in (("left", width), ("top", height)):
        starts = [max(0, getattr(each, edge)) for each in (first, second)]
        ends = [min(length, getattr(each, edge) + each.side) for each in (first, second)]
        area *= ends[0] - starts[0]
        both *= max(0, min(ends) - max(starts))
    return both / area


def row(picture: str, square: Square, share: float) -> dict[str, object]:
    """What the table of squares says of one, in pixels; `share` is how much of the face's it shows."""
    edges = {f"square_{edge}": getattr(square, edge) for edge in ("left", "top", "side")}
    return {"picture": picture, **edges, "shared": share}


def describe(squares: pd.DataFrame) -> str:
    """One line, of the table."""
    share = 100 * squares["shared"].mean()
    return f"{len(squares)} squares, {share:.0f} % of the face's in each on average"


def _start(chance: np.random.Generator, slack: int) -> int:
    return int(chance.integers(min(0, slack), max(0, slack), endpoint=True))
