"""A picture without its face, and a picture of which the face alone is left."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from facevalue.robustness.perturb import Condition, Picture

FACE, BACKGROUND = Condition("face hidden", 1, None), Condition("background hidden", 1, None)
HIDDEN = (FACE, BACKGROUND)

_FEATHER = 0.1  # of the box's longer side: how wide the soft edge is


def hidden(picture: Picture, box: Sequence[float], part: Condition) -> Picture:
    """A copy of an RGB picture, uint8 (height, width, 3), of which a part is filled with the mean colour of the rest.

    Nothing of the part is left. The colour is that of the rest, since that of the whole picture would tell something of
    what it hides. The edge is soft, since a hard one would be a trace of its own, and lies in the rest: outside the box
    where the face is hidden, inside it where the background is.

    Args:
        picture: of any size.
        box: of the face, xyxy, pixels of the picture, origin top-left; some of it may lie outside.
        part: one of `HIDDEN`.
    """
    rows, columns, face = _face(box, part, *picture.shape[:2])
    near = picture[rows, columns].astype(np.float32)
    filled = np.empty_like(picture)
    filled[:] = np.rint(_mean_colour(picture, near, face, part))
    inner, outer = (filled, picture) if part == FACE else (picture, filled)
    seen = outer.copy()
    blended = inner[rows, columns].astype(np.float32)  # in place: four bytes a value are enough for a large picture
    blended -= outer[rows, columns]
    blended *= face
    blended += outer[rows, columns]
    seen[rows, columns] = np.rint(blended, out=blended)
    return seen


def _mean_colour(
    picture: Picture, near: NDArray[np.float32], face: NDArray[np.float32], part: Condition
) -> NDArray[np.float64]:
    """Of what is not hidden, (3,); of the whole picture where everything is.

    Args:
        picture: the whole.
        near: its pixels about the box, (h, w, 3).
        face: how much of each of these is the face's, (h, w, 1).
        part: what is hidden.
    """
    everything, pixels = picture.sum(axis=(0, 1), dtype=np.float64), picture[..., 0].size
    shown, weight = (face * near).sum(axis=(0, 1), dtype=np.float64), float(face.sum(dtype=np.float64))
    if part == FACE:
        shown, weight = everything - shown, pixels - weight
    return np.asarray(shown / weight if weight > 0.5 else everything / pixels).clip(0, 255)


def _face(box: Sequence[float], part: Condition, height: int, width: int) -> tuple[slice, slice, NDArray[np.float32]]:
    """The rows and columns about the face, and how much of each pixel there is the face's, (h, w, 1), 0 to 1."""
    left, top, right, bottom = math.floor(box[0]), math.floor(box[1]), math.ceil(box[2]), math.ceil(box[3])
    feather = max(1.0, _FEATHER * max(right - left, bottom - top))
    inset = feather if part == BACKGROUND else 0.0
    rows, down = _away(top + inset, bottom - inset, feather, height)
    columns, across = _away(left + inset, right - inset, feather, width)
    share = np.clip(1 - np.hypot(down[:, None], across) / feather, 0, 1)
    return rows, columns, np.asarray(share * share * (3 - 2 * share), np.float32)[..., None]  # smooth at both ends


def _away(start: float, stop: float, reach: float, length: int) -> tuple[slice, NDArray[np.float64]]:
    """Along one axis the pixels that are nearer to a stretch than `reach`, and how far each one's middle is from it."""
    first = min(length, max(0, math.floor(start - reach)))
    last = max(first, min(length, math.ceil(stop + reach)))
    middles = np.arange(first, last) + 0.5
    return slice(first, last), np.maximum(0, np.maximum(start - middles, middles - stop))
