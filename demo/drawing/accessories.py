"""Glasses and earrings, drawn as lines and drops placed on the head."""

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.drawing.light import Sheet
from demo.drawing.maths import RGB, Array, f32, rotation
from demo.drawing.people import Person
from demo.drawing.scene import Scene

SUBPIXEL = 4  # bits of a fraction of a pixel that cv2 draws with


def _project(points: NDArray[np.float64], scene: Scene, px: int) -> Array:
    """Head coordinates (n, 3) to pixels (n, 2)."""
    seen = points @ rotation(scene.pose.yaw, scene.pose.pitch, scene.pose.roll).T.astype(np.float64)
    middle = np.array([scene.framing.x, scene.framing.y])
    return f32((seen[:, :2] * scene.framing.unit + middle) * px - 0.5)


def _cover(sheet: Sheet, mask: NDArray[np.uint8], strength: Array | float, colour: RGB) -> None:
    """Cover what an 8-bit mask marks, and touch no other pixel."""
    x, y, wide, high = cv2.boundingRect(mask)
    part = slice(y, y + high), slice(x, x + wide)
    share = np.broadcast_to(f32(strength), mask.shape)[part]
    sheet.cover(part, mask[part].astype(np.float32) / 255 * share, f32(colour) ** 2)


def _fixed(points: Array) -> list[NDArray[np.int32]]:
    return [np.rint(points * 2**SUBPIXEL).astype(np.int32)]


def lay_glasses(sheet: Sheet, person: Person, scene: Scene) -> None:
    """Draw the frame, a faint reflection in the lenses and the arms."""
    glasses, px = person.glasses, len(sheet.colour)
    if glasses is None:
        return
    frame, lens = np.zeros((px, px), np.uint8), np.zeros((px, px), np.uint8)
    width = max(1, round(0.028 * scene.framing.unit * px))
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    rim = np.stack([np.cos(angle), np.sin(angle)], 1)
    rim = np.sign(rim) * np.abs(rim) ** (2 / glasses.squareness) * (glasses.width, glasses.height)
    for side, eye in zip((-1, 1), person.eyes, strict=True):
        across = side * (eye.x + 0.01) + rim[:, 0]
        ring = np.stack([across, eye.y + 0.03 + rim[:, 1], 0.80 - 0.25 * across**2], 1)
        points = _fixed(_project(ring, scene, px))
        cv2.fillPoly(lens, points, 255, cv2.LINE_AA, SUBPIXEL)
        cv2.polylines(frame, points, True, 255, width, cv2.LINE_AA, SUBPIXEL)
        outer = side * (eye.x + 0.01 + glasses.width)
        arm = np.array([[outer, eye.y, 0.80 - 0.25 * outer**2], [side * 0.73, eye.y, 0.2]])
        if side * scene.pose.yaw < 14:
            cv2.polylines(frame, _fixed(_project(arm, scene, px)), False, 255, width, cv2.LINE_AA, SUBPIXEL)
    inner = person.eyes[0].x + 0.01 - glasses.width
    bridge = np.array(
        [[-inner, person.eyes[0].y, 0.80], [0, person.eyes[0].y - 0.03, 0.82], [inner, person.eyes[1].y, 0.80]]
    )
    cv2.polylines(frame, _fixed(_project(bridge, scene, px)), False, 255, width, cv2.LINE_AA, SUBPIXEL)
    glare = np.linspace(0.16, 0.0, px, dtype=np.float32)[:, None]
    _cover(sheet, lens, 0.03 + 0.4 * glare, (0.9, 0.95, 1.0))
    _cover(sheet, frame, 0.95, glasses.colour)


def lay_earrings(sheet: Sheet, person: Person, scene: Scene) -> None:
    """Draw a drop below each ear that carries one and faces the viewer."""
    px = len(sheet.colour)
    for side, size in zip((-1, 1), person.earrings, strict=True):
        if size > 0 and side * scene.pose.yaw < 12:
            drop = np.zeros((px, px), np.uint8)
            ear = np.array([[side * 0.69 * person.shape.skull, 0.3, 0.0]])
            x, y = (int(v) for v in _fixed(_project(ear, scene, px))[0][0])
            radius = max(1, int(size * scene.framing.unit * px * 2**SUBPIXEL))
            cv2.circle(drop, (x, y), radius, 255, -1, cv2.LINE_AA, SUBPIXEL)
            _cover(sheet, drop, 1.0, (0.92, 0.82, 0.55))
