"""The four families of fakes of Tolosana et al. 2020 (arXiv 2001.00179), each with the traces that its makers leave.

Every maker takes a person, a scene, the side in px and a source of chance, and returns a picture (n, n, 3) in
display colours. How strong a trace is varies from picture to picture.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from demo.drawing.maths import Array, f32, rgb, step
from demo.drawing.people import HAIR_COLOURS, Person, blend, draw_glasses, draw_person, pick_colour
from demo.drawing.portrait import Portrait, render
from demo.drawing.raster import blurred, grown, interpolated, moved, reduced
from demo.drawing.scene import Scene, draw_expression

DETAIL = (0.32, 0.90)  # the share of the side at which a generator forms its picture
LATTICE = ((2, 0.007), (4, 0.011), (8, 0.014))  # periods in px, and the share of the light that they carry
CAST = (-0.045, 0.005, 0.045)  # how far a generator's red, green and blue drift
Maker = Callable[[Person, Scene, int, np.random.Generator], Array]


def synthesis(person: Person, scene: Scene, size: int, rng: np.random.Generator) -> Array:
    """A face made whole by a generator, with sides that disagree: eyes, earrings."""
    left, right = person.eyes
    odd = replace(
        right,
        iris=rgb(np.array(right.iris) + rng.normal(0, 0.12, 3)),
        y=right.y + rng.normal(0, 0.025),
        opening=right.opening * rng.normal(1, 0.15),
        iris_radius=right.iris_radius * rng.normal(1, 0.08),
    )
    rings = (person.earrings[0], person.earrings[1] * float(rng.random() < 0.4))
    return generated(render(replace(person, eyes=(left, odd), earrings=rings), scene, size).picture, rng)


def identity_swap(person: Person, scene: Scene, size: int, rng: np.random.Generator) -> Array:
    """The inner face of a donor, pictured nowhere else, blended in: another colour, another sharpness, a seam."""
    other = draw_person(rng)
    other = replace(other, skin=blend(other.skin, person.skin, rng.uniform(0.7, 0.95)), glasses=person.glasses)
    host, donor = render(person, scene, size), render(other, scene, size)
    soft = rng.uniform(0.08, 0.35)
    radius = np.hypot(host.x / 0.60, (host.y - 0.29) / 0.64)
    mask = step(1 + soft / 2, 1 - soft / 2, radius) * host.face
    matched = matched_colours(donor.picture, host.picture, mask, rng.uniform(0.75, 0.97))
    return blended(host.picture, generated(matched, rng), mask)


def attribute(person: Person, scene: Scene, size: int, rng: np.random.Generator) -> Array:
    """One trait edited (glasses, hair or age) by a network that draws the head anew, and the rest hardly changed."""
    edited = EDITS[int(rng.integers(len(EDITS)))](person, rng)
    before, after = render(person, scene, size), render(edited, scene, size)
    reach = max(1, round(0.12 * scene.framing.unit * size))
    change = step(0.02, 0.06, np.abs(after.picture - before.picture).max(2))
    region = blurred(grown(np.maximum(change, after.face), reach), reach)
    return blended(before.picture, generated(after.picture, rng), region)


def expression_swap(person: Person, scene: Scene, size: int, rng: np.random.Generator) -> Array:
    """Mouth and eyes drawn with another expression, and blended over the old ones not quite in place."""
    before = render(person, scene, size)
    driven = render(person, replace(scene, expression=draw_expression(rng)), size).picture
    mask = np.maximum(_oval(before, 0, 0.60, 0.50, 0.38), _oval(before, 0.30, 0.0, 0.30, 0.24)) * before.face
    slip = rng.normal(0, 0.022 * scene.framing.unit * size, 2)
    return blended(before.picture, generated(moved(driven, *slip), rng), mask)


def _oval(portrait: Portrait, x: float, y: float, rx: float, ry: float) -> Array:
    """A soft mask around `x, y` and its mirror image, in the face's own coordinates."""
    return step(1.0, 0.7, np.hypot((np.abs(portrait.x) - x) / rx, (portrait.y - y) / ry))


def generated(picture: Array, rng: np.random.Generator) -> Array:
    """A picture as a generator puts it out: detail lost, a lattice from its up-sampling, colours that drift.

    The lattice of periods 2, 4 and 8 px is what strided transposed convolutions leave (Odena et al. 2016, Distill).
    """
    size = len(picture)
    coarse = interpolated(reduced(picture, max(8, round(size * rng.uniform(*DETAIL)))), size, size)
    gain = np.ones((size, size), np.float32)
    for period, share in LATTICE:
        rows, columns = _comb(size, period, rng)[:, None], _comb(size, period, rng)[None]
        gain += np.float32(share * rng.uniform(0.1, 1.6)) * (rows * columns + 0.5 * (rows + columns))
    drift = 1 + f32(CAST) * np.float32(rng.uniform(0.3, 1.7)) + f32(rng.normal(0, 0.01, 3))
    return f32(coarse * gain[..., None] * drift)


def _comb(size: int, period: int, rng: np.random.Generator) -> Array:
    return f32(np.cos(2 * np.pi / period * np.arange(size) + rng.uniform(0.2, 0.6)))


def matched_colours(donor: Array, host: Array, mask: Array, share: float) -> Array:
    """Shift the donor's mean colour under the mask towards the host's, by a share of the way."""
    weight = mask[..., None] / max(float(mask.sum()), 1e-6)
    shift = (weight * host).sum((0, 1)) / np.maximum((weight * donor).sum((0, 1)), 0.02)
    return f32(donor * shift**share)


def blended(under: Array, over: Array, mask: Array) -> Array:
    """`over` where the mask is 1, `under` where it is 0."""
    return f32(under + mask[..., None] * (over - under))


def _other_glasses(person: Person, rng: np.random.Generator) -> Person:
    return replace(person, glasses=None if person.glasses else draw_glasses(rng))


def _other_hair(person: Person, rng: np.random.Generator) -> Person:
    return replace(person, hair=replace(person.hair, colour=pick_colour(rng, HAIR_COLOURS, 0.02)))


def _other_age(person: Person, rng: np.random.Generator) -> Person:
    return replace(person, age=(person.age + rng.uniform(0.45, 0.6)) % 1.05)


EDITS = (_other_glasses, _other_hair, _other_age)
FAMILIES: dict[str, Maker] = {
    "synthesis": synthesis,
    "identity_swap": identity_swap,
    "attribute": attribute,
    "expression_swap": expression_swap,
}
