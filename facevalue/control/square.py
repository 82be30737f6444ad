"""A square of the face's size, placed at random: what the crop shows but for the face.

At equal input sides the crop shows its part of the picture larger than the whole picture's network sees it. A square
that is as large, but anywhere, shares that and little else.
"""

import hashlib

import numpy as np
import pandas as pd

from facevalue.cropping.geometry import Square


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


def shared(first: Square, second: Square) -> float:
    """The share of the first square's area that the second, as large, covers: 0 to 1."""
    wide, high = (
        max(0, first.side - abs(one - other)) for one, other in ((first.left, second.left), (first.top, second.top))
    )
    return wide * high / first.side**2


def row(picture: str, placed: Square, face: Square) -> dict[str, object]:
    """What the table of squares says of one, in pixels; `shared` is how much of the face's square it covers."""
    edges = {f"square_{edge}": getattr(placed, edge) for edge in ("left", "top", "side")}
    return {"picture": picture, **edges, "shared": shared(face, placed)}


def describe(squares: pd.DataFrame) -> str:
    """One line, of the table."""
    share = 100 * squares["shared"].mean()
    return f"{len(squares)} squares, {share:.0f} % of the face's in each on average"


def _start(chance: np.random.Generator, slack: int) -> int:
    return int(chance.integers(min(0, slack), max(0, slack), endpoint=True))
