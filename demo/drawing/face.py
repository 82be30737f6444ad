"""The paint of a face: colour and gloss seen from the front, before light falls on it."""

from dataclasses import dataclass

import numpy as np

from demo.drawing.canvas import Canvas, noise, shade
from demo.drawing.maths import Array, bell, f32, step
from demo.drawing.people import Eye, Person
from demo.drawing.scene import Expression


@dataclass(frozen=True)
class Paint:
    """Colours (n, n, 3) and gloss (n, n) on the square that `RELIEF_SPAN` bounds."""

    colour: Array
    gloss: Array


def paint_face(person: Person, expression: Expression, px: int) -> Paint:
    """Paint skin, brows, eyes, nostrils, lips and beard on a sheet of `px` pixels a side."""
    canvas = Canvas(px, person.skin)
    _skin(canvas, person)
    _creases(canvas, person, expression)
    _beard(canvas, person)
    _mouth(canvas, person, expression)
    _nose(canvas, person)
    for side, eye in zip((-1, 1), person.eyes, strict=True):
        _eye(canvas, person, eye, side, expression)
        _brow(canvas, person, eye, side, expression)
    return Paint(np.clip(canvas.colour, 0, 1), canvas.gloss)


def _skin(canvas: Canvas, person: Person) -> None:
    everything, x, y = canvas.window(0, 0, 2, 2)
    side, sheet = np.abs(x), canvas.gloss.shape
    red = f32((1.02, 0.80, 0.78)) * f32(person.skin)
    flush = 0.45 * bell(side, y, 0.4, 0.3, 0.16, 0.13) + 0.4 * bell(x, y, 0, 0.36, 0.1, 0.08)
    flush += 0.35 * step(0.6, 0.7, side) * step(0.4, 0.2, np.abs(y - 0.1)) + 0.15 * bell(x, y, 0, 0.9, 0.15, 0.1)
    canvas.lay(everything, flush, red)
    hollow = bell(side, y, person.eyes[0].x - 0.02, 0.06, 0.15, 0.09) * (0.3 + 0.3 * person.age)
    canvas.lay(everything, hollow, f32((0.80, 0.70, 0.72)) * f32(person.skin))
    ear = bell(side, y, 0.695 * person.shape.skull, 0.08, 0.02, 0.085)
    canvas.lay(everything, 0.5 * ear, shade(person.skin, 0.55))
    mottle = 0.012 * noise(person.texture_seed, sheet, 18) + 0.012 * noise(person.texture_seed + 1, sheet, 90)
    spots = (
        step(2.0, 2.7, noise(person.texture_seed + 2, sheet, 60)) * person.freckles * step(0.55, 0.2, np.abs(y - 0.2))
    )
    canvas.colour *= (1 + mottle - 0.25 * np.clip(spots, 0, 1))[..., None]
    canvas.gloss += 0.25 * bell(x, y, 0, 0.3, 0.1, 0.2) + 0.12 * bell(x, y, 0, -0.35, 0.3, 0.15)


def _creases(canvas: Canvas, person: Person, expression: Expression) -> None:
    part, x, y = canvas.window(0, 0.1, 0.75, 0.8)
    smile, side = max(expression.smile, 0), np.abs(x)
    path = 0.17 + 0.55 * (y - 0.36) - 0.35 * (y - 0.36) ** 2 + 0.05 * smile
    fold = np.exp(-(((side - path) / 0.022) ** 2)) * step(0.34, 0.44, y) * step(0.66, 0.56, y)
    lines = np.zeros_like(fold)
    for height in (-0.42, -0.34, -0.27):
        wave = height + 0.015 * np.sin(5 * x + 40 * height) - 0.05 * (x / 0.4) ** 2
        lines += np.exp(-(((y - wave) / 0.012) ** 2)) * step(0.42, 0.25, side)
    eye = person.eyes[0]
    under = np.exp(-(((y - eye.y - 0.12 + 0.9 * (side - eye.x) ** 2) / 0.015) ** 2)) * step(
        0.17, 0.1, np.abs(side - eye.x)
    )
    depth = (
        fold * (0.22 * smile + 0.25 * person.age)
        + 0.25 * max(person.age - 0.4, 0) * lines
        + under * (0.1 + 0.25 * person.age)
    )
    canvas.lay(part, np.clip(depth, 0, 1), shade(person.skin, 0.55))


def _beard(canvas: Canvas, person: Person) -> None:
    part, x, y = canvas.window(0, 0.65, 1, 0.55)
    side = np.abs(x)
    cheek = step(0.0, 0.1, y - 0.62 + 0.45 * np.clip(side - 0.35, 0, 1) * 1.3 + 0.12 * step(0.3, 0.1, side))
    sides = step(0.58, 0.64, side) * step(0.05, 0.2, y)
    around = np.maximum(cheek, sides) * (1 - bell(x, y, 0, 0.64, 0.17, 0.05))
    lip = step(0.42, 0.5, y) * step(0.27, 0.2, side)
    grain = noise(person.texture_seed + 3, cheek.shape, 60)
    mask = np.clip(np.maximum(around, 0.9 * lip) * (0.9 + 0.22 * grain), 0, 1) * person.beard
    canvas.lay(part, 0.88 * mask, shade(person.hair.colour, 0.75), 0.05)


def _mouth(canvas: Canvas, person: Person, expression: Expression) -> None:
    mouth, smile = person.mouth, expression.smile
    wide = mouth.width * (1 + 0.18 * max(smile, 0) - 0.1 * expression.open)
    part, x, y = canvas.window(0, 0.66, 1.3 * wide, 0.28)
    u, soft = x / wide, canvas.pixel / wide
    lift = -smile * 0.16 * u**2 + 0.02 * smile
    v = (y - 0.62) / wide - lift
    arch = np.clip(1 - u**2, 0, 1)
    gap = 0.42 * expression.open * arch
    top = -mouth.upper * (1 - 0.15 * smile) * arch**0.8 * (1 - 0.3 * np.exp(-((u / 0.13) ** 2))) - 0.15 * gap
    bottom = mouth.lower * (1 - 0.15 * smile) * np.sqrt(arch) * arch**0.3 + 0.95 * gap
    lips = step(-2 * soft, 2 * soft, v - top) * step(2 * soft, -2 * soft, v - bottom) * step(1.02, 0.95, np.abs(u))
    red = tuple(float(c * f) for c, f in zip(person.skin, (0.86, 0.52, 0.52), strict=True))
    texture = 1 + 0.05 * np.sin(55 * u + 3 * np.sin(9 * u))
    canvas.lay(part, lips * (0.25 + 0.7 * mouth.redness), f32(red) * texture[0][:, None], 0.7)
    inside = step(-soft, soft, v + 0.1 * gap) * step(soft, -soft, v - 0.85 * gap) * step(0.0, 0.02, gap)
    canvas.lay(part, inside, (0.16, 0.05, 0.05), 0.1)
    teeth = inside * step(soft, -2 * soft, v - 0.42 * gap - 0.02) * step(0.9, 0.7, np.abs(u))
    gaps = 1 - 0.16 * np.exp(-((((u * 7.5 + 0.5) % 1 - 0.5) / 0.06) ** 2))
    canvas.lay(part, teeth, f32((0.93, 0.90, 0.85)) * (gaps * (1 - 0.35 * u**2))[0][:, None], 0.5)
    seam = np.exp(-((v / 0.045) ** 2)) * step(1.0, 0.9, np.abs(u)) * (1 - step(0.01, 0.06, gap))
    canvas.lay(part, 0.8 * seam, shade(person.skin, 0.28), 0.1)
    corners = np.exp(-(((np.abs(u) - 1.0) / 0.06) ** 2) - (v / 0.06) ** 2)
    canvas.lay(part, 0.5 * corners, shade(person.skin, 0.45))


def _nose(canvas: Canvas, person: Person) -> None:
    nose = person.nose
    base = 0.05 + 0.30 * nose.length + 0.075
    part, x, y = canvas.window(0, base, 0.3, 0.2)
    side = np.abs(x)
    holes = bell(side, y, 0.062 * nose.width, base, 0.024 * nose.width, 0.011)
    canvas.lay(part, np.clip(0.85 * holes, 0, 1), shade(person.skin, 0.3), 0.0)
    wing = np.exp(-(((np.hypot((side - 0.1 * nose.width) / 0.065, (y - base + 0.035) / 0.065) - 1) / 0.25) ** 2))
    canvas.lay(
        part,
        0.25 * wing * step(0.1, 0.16, side / nose.width) * step(0.1, 0.03, np.abs(y - base + 0.03)),
        shade(person.skin, 0.5),
    )


def _eye(canvas: Canvas, person: Person, eye: Eye, side: int, expression: Expression) -> None:
    part, x, y = canvas.window(side * eye.x, eye.y, 1.7 * eye.width, 1.4 * eye.width)
    u, v = side * (x - side * eye.x) / eye.width, (y - eye.y) / eye.width
    soft = 1.2 * canvas.pixel / eye.width
    opening = eye.opening * expression.lids * (1 - 0.12 * max(expression.smile, 0))
    arch = np.clip(1 - np.abs(u) ** 2.3, 0, 1)
    upper = eye.tilt * u - opening * arch**0.75
    lower = eye.tilt * u + 0.62 * opening * (1 - 0.25 * max(expression.smile, 0)) * arch
    inside = step(-soft, soft, v - upper) * step(soft, -soft, v - lower) * step(1, 0.97, np.abs(u))
    canvas.lay(part, inside, f32((0.90, 0.88, 0.87)) * (1 - 0.25 * np.abs(u) ** 3)[0][:, None], 0.5)
    canvas.lay(part, inside * step(-0.8, -0.98, u), (0.72, 0.45, 0.43))
    _iris(canvas, part, (u * side - 0.35 * expression.gaze[0], v - 0.25 * expression.gaze[1] + 0.06), eye, inside)
    shadow = inside * step(0.3, 0.0, v - upper)
    canvas.lay(part, 0.55 * shadow, shade(person.skin, 0.2))
    lash = (
        np.exp(-(((v - upper + 0.02) / 0.075) ** 2)) * step(1.12, 0.98, np.abs(u)) * (0.65 + 0.35 * step(-0.9, 0.5, u))
    )
    canvas.lay(part, 0.92 * lash, (0.09, 0.06, 0.05), 0.1)
    canvas.lay(part, 0.45 * np.exp(-(((v - lower) / 0.05) ** 2)) * step(1.05, 0.9, np.abs(u)), shade(person.skin, 0.38))
    crease = np.exp(-(((v - upper + 0.2 + 0.08 * person.age) / 0.06) ** 2)) * step(1.15, 0.7, np.abs(u))
    canvas.lay(part, 0.5 * crease, shade(person.skin, 0.5))


def _iris(canvas: Canvas, part: tuple[slice, slice], at: tuple[Array, Array], eye: Eye, inside: Array) -> None:
    radius, angle = np.hypot(*at) / eye.iris_radius, np.arctan2(at[1], at[0])
    soft = 1.5 * canvas.pixel / (eye.width * eye.iris_radius)
    rays = 1 + 0.12 * np.sin(23 * angle) + 0.25 * (at[1] > 0) - 0.75 * step(0.72, 1.0, radius)
    canvas.lay(part, inside * step(1 + soft, 1 - soft, radius), np.clip(f32(eye.iris) * rays[..., None], 0, 1), 0.6)
    canvas.lay(part, inside * step(0.46 + soft, 0.46 - soft, radius), (0.03, 0.03, 0.03), 0.6)
    spark = bell(at[0], at[1], -0.17, -0.2, 0.085, 0.085) + 0.35 * bell(at[0], at[1], 0.2, 0.18, 0.07, 0.07)
    canvas.lay(part, np.clip(1.3 * inside * spark, 0, 1), (1, 1, 1))


def _brow(canvas: Canvas, person: Person, eye: Eye, side: int, expression: Expression) -> None:
    brows, wide = person.brows, 1.32 * eye.width
    middle = eye.y - brows.height - 0.025 * expression.brows
    part, x, y = canvas.window(side * (eye.x + 0.01), middle, 1.3 * wide, 0.16)
    u = side * (x - side * (eye.x + 0.01)) / wide
    arc = middle - brows.arch * (1 - (u - 0.1) ** 2) + 0.02 + 0.02 * u * u * (u > 0)
    thick = brows.thickness * np.clip(1.15 - 0.45 * np.clip(u, 0, 2) - 1.2 * np.clip(-u - 0.75, 0, 1), 0.2, 2)
    hairs = 1 + 0.16 * np.sin(110 * (x * side + 0.6 * (y - arc)) + 4 * np.sin(31 * x))
    mask = np.exp(-(((y - arc) / thick) ** 4)) * step(1.1, 0.75, np.abs(u)) * hairs
    canvas.lay(part, np.clip(mask, 0, 1) * brows.density, shade(person.hair.colour, 0.62), 0.1)
