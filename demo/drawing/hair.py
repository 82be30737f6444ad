"""Hair: where it grows, how its strands run and how it shines."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from demo.drawing.light import Sheet
from demo.drawing.maths import Array, f32, step
from demo.drawing.people import Hair
from demo.drawing.raster import blurred, looked_up
from demo.drawing.rays import Skin
from demo.drawing.scene import Light

ROWS, COLUMNS = 64, 1024


@lru_cache(maxsize=1)
def _tufts() -> Array:
    """Noise drawn out along the strands: rows run along a hair, columns around the head."""
    raw = np.random.default_rng(7).standard_normal((ROWS, COLUMNS)).astype(np.float32)
    fine = blurred(raw, 1.0, 9)
    clumps = blurred(raw[:, ::-1], 8, 16)
    return f32(0.55 * fine / fine.std() + 0.8 * clumps / clumps.std())


def _strands(hair: Hair, p: Array, seed: int) -> Array:
    x, y, z = p
    around = np.arctan2(x - hair.parting * step(0.4, -0.8, y), z + 0.55)
    around += hair.curl * 0.12 * np.sin(9 * y + 5 * x) + 0.35 * hair.parting * y
    columns = (around * np.float32((COLUMNS - 1) / (2 * np.pi)) + COLUMNS // 2 + seed % 977) % (COLUMNS - 1)
    rows = (y + 1.2) * 22 % (ROWS - 1)
    return looked_up(_tufts(), columns, rows)


def _hairline(hair: Hair, p: Array, strands: Array) -> Array:
    """The y down to which hair grows above each point: a front that recedes to the parting, sides, and a nape."""
    x, _, z = p
    swing = 1 + 0.8 * np.sin(5 * hair.parting) * x
    front = hair.front + hair.fringe * swing + 0.25 * x**2 + (0.02 + 0.06 * hair.fringe) * strands
    front -= 0.05 * np.exp(-(((x - hair.parting) / 0.1) ** 2))
    side = hair.side + 0.04 * strands
    line = side + (front - side) * step(0.18, 0.52, z) * step(0.68, 0.5, np.abs(x))
    return f32(np.where(z < -0.25, np.maximum(line, 0.5 + 1.6 * hair.length), line))


def lay_hair(sheet: Sheet, hair: Hair, skin: Skin, light: Light, seed: int) -> None:
    """Paint the hair over what lies behind it."""
    strands = _strands(hair, skin.p, seed)
    inside = _hairline(hair, skin.p, strands) - skin.p[1]
    soft = 0.09 if hair.volume < 0.05 else 0.05
    base = f32(hair.colour) ** 2
    upward = skin.normal[1] - np.float32(0.55 * light.direction[1])
    band = np.exp(-((upward / 0.22) ** 2)) * (0.6 + 0.4 * np.clip(strands, -1, 1)) * skin.sun * (1 - 0.6 * hair.curl)
    paint = base * np.clip(0.95 + 0.30 * strands, 0.25, 2)[..., None]
    paint += (0.35 * band)[..., None] * (0.6 * base + 0.10)
    cover = skin.cover * step(-soft, soft, inside)
    sheet.lay(replace(skin, cover=cover), paint, light, 0.10, 0.6 + 0.4 * step(0.0, 0.14, inside))
