"""Parallel rays from the viewer: where they meet a solid, how much of the key light reaches those points."""

from dataclasses import dataclass

import numpy as np

from demo.drawing.maths import Array, f32, turned
from demo.drawing.raster import blurred, interpolated, slopes, window
from demo.drawing.solids import Solid

STEPS = 14
START = 1.05  # depth from which rays set out, in front of everything
FAR = -9.0  # depth of a point that nothing covers

Part = tuple[slice, slice]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Plane:
    """The picture's plane in view units: `px` pixels a side, the face's middle at `x, y` and `unit` as fractions."""

    px: int
    x: float
    y: float
    unit: float

    @property
    def unit_px(self) -> float:
        """Pixels in one unit."""
        return self.unit * self.px

    def part(self, bounds: Bounds) -> Part:
        """The pixels between x0, y0, x1, y1 (view units)."""
        middle = np.array([self.x, self.y] * 2) * self.px
        x0, y0, x1, y1 = (int(v) for v in np.clip(np.rint(np.array(bounds) * self.unit_px + middle), 0, self.px))
        return slice(y0, y1), slice(x0, x1)

    def view(self, part: Part) -> tuple[Array, Array]:
        """The view coordinates of the pixels of a part."""
        steps = np.arange(self.px, dtype=np.float32) + np.float32(0.5)
        across, down = np.meshgrid(
            (steps[part[1]] / self.px - self.x) / self.unit, (steps[part[0]] / self.px - self.y) / self.unit
        )
        return f32(across), f32(down)


@dataclass(frozen=True)
class Surface:
    """What rays see of a solid in a part of the picture: depth and distance by which they miss, (h, w); its axes."""

    part: Part
    depth: Array
    miss: Array
    axes: Array


@dataclass(frozen=True)
class Skin:
    """A surface ready for paint: own coordinates and normals (3, h, w), cover, depth and share of key light (h, w)."""

    part: Part
    p: Array
    normal: Array
    cover: Array
    depth: Array
    sun: Array


def trace(solid: Solid, axes: Array, plane: Plane, bounds: Bounds) -> Surface:
    """Follow parallel rays to a solid turned by `axes`, looking only between `bounds`."""
    part = plane.part(bounds)
    across, down = plane.view(part)
    view = np.stack([across, down, np.full_like(across, START)])
    origin, ray = turned(axes.T, view), axes.T[:, 2, None, None]
    travelled = np.zeros_like(across)
    miss, nearest = np.full_like(across, 9), np.zeros_like(across)
    for _ in range(STEPS):
        distance = solid(origin - ray * travelled)
        closer = distance < miss
        miss = np.where(closer, distance, miss)
        nearest = np.where(closer, travelled, nearest)
        travelled += np.float32(0.95) * distance
    return _shrink(Surface(part, START - nearest, miss, axes))


def _shrink(surface: Surface) -> Surface:
    """Cut the part down to the pixels that are hit, and a margin."""
    hit = surface.miss < 0.08
    if not hit.any():
        return surface
    rows, columns = np.flatnonzero(hit.any(1)), np.flatnonzero(hit.any(0))
    inner = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    top, left = surface.part[0].start, surface.part[1].start
    part = slice(top + rows[0], top + rows[-1] + 1), slice(left + columns[0], left + columns[-1] + 1)
    return Surface(part, surface.depth[inner], surface.miss[inner], surface.axes)


def depths(surfaces: list[Surface], px: int) -> Array:
    """The depth of the foremost surface at every pixel, (px, px)."""
    buffer = np.full((px, px), FAR, np.float32)
    for surface in surfaces:
        met = np.where(surface.miss < 0.03, surface.depth, FAR)
        buffer[surface.part] = np.maximum(buffer[surface.part], met)
    return buffer


def refine(surface: Surface, plane: Plane, factor: int, blockers: Array, light: tuple[float, float, float]) -> Skin:
    """Bring a surface to `factor` times the pixels, with its normals and the light that `blockers` let through."""
    unit = plane.unit_px
    depth = np.where(surface.miss < 0.3, surface.depth, np.float32(-0.6))
    gx, gy = (slope * np.float32(unit) for slope in slopes(depth))
    high, wide = (factor * n for n in depth.shape)
    coarse = (depth, np.minimum(surface.miss, 1), gx, gy, _sun(surface, blockers, light, unit))
    depth, miss, gx, gy, sun = (interpolated(image, high, wide) for image in coarse)
    length = 1 / np.sqrt(gx**2 + gy**2 + 1)
    fine = Plane(plane.px * factor, plane.x, plane.y, plane.unit)
    part = tuple(slice(side.start * factor, side.stop * factor) for side in surface.part)
    view = np.stack([*fine.view((part[0], part[1])), depth])
    cover = np.clip(1.2 - (miss - 0.004) * np.float32(unit), 0, 1)
    own = turned(surface.axes.T, view)
    return Skin((part[0], part[1]), own, np.stack([-gx * length, -gy * length, length]), cover, depth, sun)


def _sun(surface: Surface, blockers: Array, light: tuple[float, float, float], unit: float) -> Array:
    """The share of the key light that reaches each point, found by walking towards the light over the depths."""
    shadow = np.zeros_like(surface.depth)
    top, left = (side.start for side in surface.part)
    for reach in (0.06, 0.12, 0.2, 0.3, 0.42, 0.56, 0.72):
        x, y, z = (reach * c for c in light)
        above = window(blockers, left + x * unit, top + y * unit, shadow.shape, FAR)
        shadow = np.maximum(shadow, np.clip((above - surface.depth - z - 0.015) / (0.05 + 0.2 * reach), 0, 1))
    return 1 - blurred(shadow, 0.02 * unit)
