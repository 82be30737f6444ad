"""The solids of a portrait (head, hair, body) as signed distances.

One unit is half the height of a face; the origin is the middle of the head, x right, y down, z to the viewer. Points
are (3, h, w), distances (h, w).
"""

from collections.abc import Callable

import numpy as np

from demo.drawing.maths import Array, bell, ellipsoid, f32, melt, step
from demo.drawing.people import Hair, Person
from demo.drawing.raster import looked_up

Solid = Callable[[Array], Array]
RELIEF_SPAN = 1.15  # the relief and the paint of a face cover x and y from -1.15 to 1.15
RELIEF_PX = 192


def relief(person: Person, smile: float, mouth_open: float) -> Array:
    """The height of the features over the bones, seen from the front, (RELIEF_PX, RELIEF_PX)."""
    line = np.linspace(-RELIEF_SPAN, RELIEF_SPAN, RELIEF_PX, dtype=np.float32)
    x, y = line[None], line[:, None]
    side = np.abs(x)
    nose, mouth, low = person.nose, person.mouth, 0.05 * mouth_open
    tip = 0.05 + 0.30 * nose.length
    eye = person.eyes[0]
    wide = mouth.width * (1 + 0.18 * max(smile, 0))
    hills = [
        (0.085 * nose.height, bell(x, y, 0, 0.07, 0.055, 0.14)),
        (0.11 * nose.height, bell(x, y, 0, tip - 0.12, 0.075 * nose.width, 0.14)),
        (0.14 * nose.height, bell(x, y, 0, tip, 0.075 * nose.width, 0.075)),
        (0.06 * nose.height, bell(side, y, 0.1 * nose.width, tip + 0.03, 0.045, 0.045)),
        (-0.05, bell(x, y, 0, tip + 0.125, 0.12, 0.04)),
        (-0.10, bell(side, y, eye.x - 0.03, eye.y - 0.02, 0.15, 0.085)),
        (0.055, bell(side, y, eye.x, eye.y, 0.1, 0.06)),
        (0.04, bell(side, y, 0.25, eye.y - 0.19, 0.2, 0.06)),
        (0.035 * person.shape.cheeks + 0.04 * max(smile, 0), bell(side, y, 0.37, 0.27 - 0.03 * smile, 0.15, 0.12)),
        (0.045, bell(x, y, 0, 0.62 - mouth.upper * 0.13, wide * 0.62, 0.035)),
        (0.06, bell(x, y, 0, 0.63 + mouth.lower * 0.16 + low, wide * 0.55, 0.05)),
        (-0.03, bell(x, y, 0, 0.625, wide * 0.42, 0.02)),
        (-0.04, bell(x, y, 0, 0.80 + low, 0.16, 0.04)),
        (0.06, bell(x, y, 0, 0.93 + low, 0.16, 0.09)),
        (-0.03 * person.age - 0.02 * max(smile, 0), bell(side, y, 0.3, 0.5, 0.035, 0.1)),
        (-0.035 * person.age, bell(side, y, eye.x, eye.y + 0.13, 0.1, 0.025)),
    ]
    heights = np.zeros((RELIEF_PX, RELIEF_PX), np.float32)
    for height, hill in hills:
        heights += np.float32(height) * hill
    return heights


def head_solid(person: Person, heights: Array, mouth_open: float) -> Solid:
    """Skull, jaw and ears, with the relief of the face on the front."""
    shape = person.shape
    jaw = (0.56 * shape.jaw, 0.70 * shape.chin, 0.60)
    scale = np.float32(RELIEF_PX / (2 * RELIEF_SPAN))

    def distance(p: Array) -> Array:
        skull = ellipsoid(p, (0, -0.25, -0.12), (0.715 * shape.skull, 0.77, 0.84))
        bones = melt(skull, ellipsoid(p, (0, 0.32 + 0.04 * mouth_open, 0.06), jaw), 0.3)
        ears = ellipsoid(np.stack([np.abs(p[0]), p[1], p[2]]), (0.655 * shape.skull, 0.09, -0.05), (0.085, 0.18, 0.12))
        across, down = (p[:2] + RELIEF_SPAN) * scale - np.float32(0.5)
        bump = looked_up(heights, across, down)
        return melt(bones - bump * step(0.0, 0.35, p[2]), ears, 0.05)

    return distance


def hair_solid(hair: Hair, skull: float) -> Solid:
    """A cap over the skull, falling to the shoulders where the hair is long, lumpy where it curls."""
    v, phase = hair.volume, 7 * hair.parting
    curls = np.float32(0.024 * max(hair.curl - 0.25, 0))
    radii = (0.715 * skull + v, 0.77 + v, 0.84 + v)
    drop = max(hair.length, 0.35)

    def distance(p: Array) -> Array:
        cap = ellipsoid(p, (0, -0.25, -0.12), radii)
        if hair.length > 0:
            fall = (0, 0.45 * drop - 0.2, -0.42)
            cap = melt(cap, ellipsoid(p, fall, (0.74 * skull + 1.1 * v, 0.25 + 0.62 * drop, 0.5)), 0.25)
        lumps = np.sin(13 * p[0] + phase) * np.sin(12 * p[1]) * np.sin(13 * p[2] + 1)
        return f32(cap - curls * lumps)

    return distance


def body_solid(p: Array) -> Array:
    """Neck and shoulders."""
    neck = np.sqrt(p[0] ** 2 + (p[2] + 0.25 + 0.12 * (p[1] - 1)) ** 2) - np.float32(0.40) - 0.12 * np.abs(p[1] - 0.9)
    neck = np.maximum(neck, 0.3 - p[1])
    slope = ellipsoid(p, (0, 1.95, -0.3), (1.05, 0.62, 0.5))
    chest = ellipsoid(p, (0, 3.0, -0.3), (1.62, 1.5, 0.72))
    return melt(melt(slope, chest, 0.5), neck, 0.3)
