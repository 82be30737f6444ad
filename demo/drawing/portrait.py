"""One portrait: the surfaces of a person lit by a scene and laid over its background."""

from dataclasses import dataclass

import numpy as np

from demo.drawing.accessories import lay_earrings, lay_glasses
from demo.drawing.background import paint_background
from demo.drawing.canvas import noise
from demo.drawing.face import paint_face
from demo.drawing.hair import lay_hair
from demo.drawing.light import Sheet
from demo.drawing.maths import Array, f32, rotation, step
from demo.drawing.people import Person
from demo.drawing.raster import blurred, interpolated, looked_up, reduced
from demo.drawing.rays import Bounds, Plane, Skin, depths, refine, trace
from demo.drawing.scene import Scene
from demo.drawing.solids import RELIEF_SPAN, Solid, body_solid, hair_solid, head_solid, relief

OVERSAMPLING = 2


@dataclass(frozen=True)
class Portrait:
    """A picture (n, n, 3) in display colours from 0 to 1, and where its face lies.

    `x` and `y` (n, n) are the face's own coordinates under every pixel (eyes near (+-0.3, 0), mouth near (0, 0.62)),
    `face` (n, n) is the share of each pixel that the head covers.
    """

    picture: Array
    x: Array
    y: Array
    face: Array


def render(person: Person, scene: Scene, size: int) -> Portrait:
    """Draw a person in a scene, `size` px a side."""
    head, hair, body = _surfaces(person, scene, size)
    px = OVERSAMPLING * size
    sheet = Sheet(interpolated(paint_background(scene, size) ** 2, px, px))
    sheet.lay(body, _body_paint(body, person, scene), scene.light, 0.12, 1.0)
    _lay_head(sheet, person, scene, head)
    lay_earrings(sheet, person, scene)
    lay_hair(sheet, person.hair, hair, scene.light, person.texture_seed)
    lay_glasses(sheet, person, scene)
    return _develop(sheet, head, size)


def _develop(sheet: Sheet, head: Skin, size: int) -> Portrait:
    maps = np.zeros((*sheet.depth.shape, 3), np.float32)
    maps[..., :2] = 9
    maps[head.part] = np.moveaxis(np.stack([head.p[0], head.p[1], head.cover]), 0, 2)
    small, places = reduced(sheet.colour, size), reduced(maps, size)
    return Portrait(np.sqrt(np.clip(small, 0, 1)), places[..., 0], places[..., 1], places[..., 2])


def _surfaces(person: Person, scene: Scene, size: int) -> tuple[Skin, Skin, Skin]:
    """Trace head, hair and body on a coarse grid, let them shadow one another, and refine them."""
    pose, frame = scene.pose, scene.framing
    plane = Plane(size, frame.x, frame.y, frame.unit)
    axes = rotation(pose.yaw, pose.pitch, pose.roll)
    heights = relief(person, scene.expression.smile, scene.expression.open)
    wide, low = 0.87 + 1.1 * person.hair.volume, max(0.9, 0.4 + 1.1 * person.hair.length)
    solids: tuple[tuple[Solid, Array, Bounds], ...] = (
        (head_solid(person, heights, scene.expression.open), axes, (-1.0, -1.2, 1.0, 1.25)),
        (hair_solid(person.hair, person.shape.skull), axes, (-wide, -1.4, wide, low)),
        (body_solid, rotation(0.35 * pose.yaw, 0, 0.2 * pose.roll), (-1.8, 0.4, 1.8, 4)),
    )
    surfaces = [trace(solid, turn, plane, bounds) for solid, turn, bounds in solids]
    blockers = depths([surfaces[0], surfaces[2]], size)
    skins = [refine(surface, plane, OVERSAMPLING, blockers, scene.light.direction) for surface in surfaces]
    return skins[0], skins[1], skins[2]


def _lay_head(sheet: Sheet, person: Person, scene: Scene, head: Skin) -> None:
    """Paint the head; what lies lower than its surroundings receives less light."""
    px = max(96, int(2.3 * scene.framing.unit * len(sheet.colour)))
    paint = paint_face(person, scene.expression, px)
    heights = relief(person, scene.expression.smile, scene.expression.open)
    hollow = heights - blurred(heights, 9)
    cavity = np.clip(1 + 6 * _from_front(hollow, head) * step(-0.1, 0.2, head.p[2]), 0.45, 1.25)
    sheet.lay(head, _from_front(paint.colour, head) ** 2, scene.light, _from_front(paint.gloss, head), cavity)


def _from_front(sheet: Array, head: Skin) -> Array:
    """Project a square sheet from the front on the head."""
    x, y = (head.p[:2] + RELIEF_SPAN) * np.float32(len(sheet) / (2 * RELIEF_SPAN)) - np.float32(0.5)
    return looked_up(sheet, x, y)


def _body_paint(body: Skin, person: Person, scene: Scene) -> Array:
    """Colour of neck and clothes in linear light."""
    clothes, (x, y) = scene.clothes, body.p[:2]
    below = y - 1.22 - (0.25 + 0.35 * clothes.neckline) * np.exp(-((x / 0.42) ** 2)) + 0.1 * np.abs(x)
    worn, hem = step(-0.02, 0.02, below), step(-0.02, 0.02, below) * step(0.1, 0.06, below)
    folds = 1 + 0.06 * noise(scene.texture_seed + 7, x.shape, 7) + 0.02 * noise(scene.texture_seed + 8, x.shape, 60)
    cloth = np.empty((*x.shape, 3), np.float32)
    cloth[:] = clothes.colour
    if clothes.stripes:
        stripes = 0.6 * step(0.2, 0.4, np.sin(clothes.stripes * y))
        cloth += stripes[..., None] * (f32(clothes.second) - cloth)
    cloth *= (folds * (1 - 0.15 * hem))[..., None]
    cloth = f32(person.skin) + worn[..., None] * (cloth - f32(person.skin))
    return f32(cloth**2)
