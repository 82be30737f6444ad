"""The place behind a person: five kinds of softly blurred backdrops."""

import cv2
import numpy as np

from demo.drawing.canvas import noise
from demo.drawing.maths import RGB, Array, f32, rgb
from demo.drawing.raster import blurred, enlarged
from demo.drawing.scene import Scene


def paint_background(scene: Scene, px: int) -> Array:
    """Paint the backdrop of a scene, (px, px, 3), as display colours from 0 to 1."""
    rng = np.random.default_rng(scene.texture_seed)
    side = 96
    sheet = np.empty((side, side, 3), np.float32)
    sheet[:] = scene.wall
    sheet *= (1 + 0.06 * noise(scene.texture_seed, (side, side), 5))[..., None]
    PAINTERS[scene.backdrop](sheet, scene, rng)
    falloff = np.linspace(1.08, 0.85, side, dtype=np.float32)
    sheet *= (falloff if scene.light.direction[0] < 0 else falloff[::-1])[None, :, None]
    soft = blurred(sheet, rng.uniform(0.8, 2.2))
    large = enlarged(soft, px, px)
    grain = 0.010 * noise(scene.texture_seed + 1, (px, px), 130) + 0.012 * noise(scene.texture_seed + 2, (px, px), 40)
    return f32(np.clip(large * (1 + grain)[..., None], 0, 1))


def _colour(rng: np.random.Generator, near: RGB, spread: float) -> RGB:
    return rgb(np.array(near) * rng.uniform(1 - spread, 1 + spread) + rng.normal(0, 0.04, 3))


def _wall(sheet: Array, scene: Scene, rng: np.random.Generator) -> None:
    height = int(rng.uniform(0.55, 1.3) * len(sheet))
    cv2.rectangle(sheet, (-1, height), (200, 200), _colour(rng, scene.accent, 0.2), -1)


def _bokeh(sheet: Array, scene: Scene, rng: np.random.Generator) -> None:
    sheet *= 0.55
    for _ in range(int(rng.integers(12, 26))):
        disc = np.zeros_like(sheet)
        x, y = (int(v) for v in rng.integers(0, len(sheet), 2))
        warm = _colour(rng, (0.95, 0.75, 0.5) if rng.random() < 0.7 else scene.accent, 0.2)
        cv2.circle(disc, (x, y), int(rng.integers(3, 9)), warm, -1, cv2.LINE_AA)
        sheet += np.float32(rng.uniform(0.15, 0.5)) * disc


def _foliage(sheet: Array, scene: Scene, rng: np.random.Generator) -> None:
    for _ in range(90):
        leaf = _colour(rng, (0.30, 0.42, 0.20) if rng.random() < 0.8 else (0.75, 0.78, 0.55), 0.5)
        x, y, a, b, turn = (int(v) for v in rng.integers((0, 0, 4, 2, 0), (96, 96, 11, 6, 180)))
        cv2.ellipse(sheet, (x, y), (a, b), turn, 0, 360, leaf, -1, cv2.LINE_AA)


def _shelves(sheet: Array, scene: Scene, rng: np.random.Generator) -> None:
    depth = int(rng.integers(20, 30))
    for shelf in range(0, len(sheet), depth):
        x = 0
        while x < len(sheet):
            wide, tall = int(rng.integers(3, 8)), int(rng.integers(depth // 2, depth - 3))
            cv2.rectangle(
                sheet, (x, shelf + depth - tall), (x + wide - 1, shelf + depth), _colour(rng, scene.accent, 0.6), -1
            )
            x += wide + int(rng.random() < 0.2) * 4
        cv2.rectangle(sheet, (0, shelf), (len(sheet), shelf + 2), _colour(rng, (0.4, 0.3, 0.2), 0.1), -1)


def _window(sheet: Array, scene: Scene, rng: np.random.Generator) -> None:
    x, y = (int(v) for v in rng.integers((-20, -20), (60, 25)))
    wide, tall = (int(v) for v in rng.integers((30, 40), (60, 75)))
    cv2.rectangle(sheet, (x, y), (x + wide, y + tall), (0.86, 0.90, 0.93), -1)
    for middle in ((x + wide // 2, y, x + wide // 2 + 2, y + tall), (x, y + tall // 2, x + wide, y + tall // 2 + 2)):
        cv2.rectangle(sheet, middle[:2], middle[2:], _colour(rng, scene.wall, 0.1), -1)
    cv2.rectangle(sheet, (x, y), (x + wide, y + tall), _colour(rng, scene.accent, 0.1), 3)


PAINTERS = {"wall": _wall, "bokeh": _bokeh, "foliage": _foliage, "shelves": _shelves, "window": _window}
