"""Small numerics that the drawing modules share: curves, rotations, distances to solids."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
RGB: TypeAlias = tuple[float, float, float]


def f32(values: ArrayLike) -> NDArray[np.float32]:
    """The values as float32, the type of everything that is drawn."""
    return np.asarray(values, np.float32)


def rgb(values: ArrayLike) -> RGB:
    """Three values as a colour, kept between 0 and 1."""
    red, green, blue = (float(value) for value in np.clip(np.asarray(values), 0, 1))
    return red, green, blue


def step(low: float, high: float, x: Array) -> Array:
    """Rise smoothly from 0 at `low` to 1 at `high` (fall where `low > high`)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    smooth: Array = t * t * (3 - 2 * t)
    return smooth


def bell(x: Array, y: Array, cx: float, cy: float, sx: float, sy: float) -> Array:
    """A Gaussian hill of height 1 around `(cx, cy)`; `x` (1, w) and `y` (h, 1) make it (h, w)."""
    hill: Array = np.exp(-0.5 * ((x - cx) / sx) ** 2) * np.exp(-0.5 * ((y - cy) / sy) ** 2)
    return hill


def rotation(yaw: float, pitch: float, roll: float) -> Array:
    """The matrix (3, 3) that turns head axes into view axes; angles in degrees.

    x points right, y down, z to the viewer. A positive yaw turns the face to the viewer's right, a positive pitch down.
    """
    (cy, cp, cr), (sy, sp, sr) = np.cos(np.radians([yaw, pitch, roll])), np.sin(np.radians([yaw, pitch, roll]))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return f32(about_z @ about_x @ about_y)


def turned(matrix: Array, p: Array) -> Array:
    """Apply a matrix (m, 3) to points (3, h, w). No BLAS: its threads would fight with the other processes."""
    points: Array = np.einsum("ij,jhw->ihw", matrix, p)
    return points


def ellipsoid(p: Array, centre: RGB, radii: RGB) -> Array:
    """The approximate signed distance from points `p` (3, h, w) to an ellipsoid: positive outside."""
    stretch = 1 / f32(radii)[:, None, None]
    q = (p - f32(centre)[:, None, None]) * stretch
    level = np.sqrt(np.einsum("ihw,ihw->hw", q, q))
    q *= stretch
    slope = np.sqrt(np.einsum("ihw,ihw->hw", q, q))
    distance: Array = level * (level - 1) / np.maximum(slope, 1e-6)
    return distance


def melt(a: Array, b: Array, width: float) -> Array:
    """The union of two solids given by their distances, its seam rounded over `width`."""
    h = np.maximum(width - np.abs(a - b), 0)
    union: Array = np.minimum(a, b) - h * h / np.float32(4 * width)
    return union
