"""Who is drawn: an identity is a set of traits that all pictures of that person share."""

from dataclasses import dataclass

import numpy as np

from demo.drawing.maths import RGB, rgb

SKIN_TONES: tuple[RGB, ...] = (
    (0.97, 0.83, 0.75), (0.93, 0.76, 0.65), (0.88, 0.69, 0.56), (0.78, 0.58, 0.44),
    (0.66, 0.46, 0.34), (0.52, 0.35, 0.25), (0.41, 0.27, 0.20),
)  # fmt: skip
HAIR_COLOURS: tuple[RGB, ...] = (
    (0.10, 0.08, 0.07), (0.17, 0.11, 0.08), (0.28, 0.18, 0.11), (0.40, 0.26, 0.15),
    (0.62, 0.45, 0.26), (0.80, 0.66, 0.42), (0.55, 0.25, 0.12), (0.62, 0.61, 0.60),
)  # fmt: skip
IRIS_COLOURS: tuple[RGB, ...] = (
    (0.28, 0.17, 0.09), (0.38, 0.25, 0.12), (0.42, 0.38, 0.18),
    (0.32, 0.45, 0.30), (0.32, 0.48, 0.62), (0.45, 0.52, 0.56),
)  # fmt: skip
GLASSES_COLOURS: tuple[RGB, ...] = ((0.08, 0.07, 0.07), (0.30, 0.17, 0.09), (0.45, 0.10, 0.12), (0.15, 0.22, 0.38))


@dataclass(frozen=True)
class Shape:
    """The bones, as factors of an average head."""

    skull: float
    jaw: float
    chin: float
    cheeks: float


@dataclass(frozen=True)
class Eye:
    """One eye: place and half width in head units, opening and tilt relative to the half width."""

    x: float
    y: float
    width: float
    opening: float
    tilt: float
    iris: RGB
    iris_radius: float


@dataclass(frozen=True)
class Brows:
    """Both brows: height above the eye, thickness, arch (head units); density (0 to 1)."""

    height: float
    thickness: float
    arch: float
    density: float


@dataclass(frozen=True)
class Nose:
    """The nose, as factors of an average one."""

    width: float
    length: float
    height: float


@dataclass(frozen=True)
class Mouth:
    """The mouth: half width (head units), thickness of the lips relative to it, colour against the skin."""

    width: float
    upper: float
    lower: float
    redness: float


@dataclass(frozen=True)
class Hair:
    """The hair: where it ends, how thick it lies and how its strands run (head units)."""

    colour: RGB
    volume: float
    front: float
    fringe: float
    side: float
    length: float
    curl: float
    parting: float


@dataclass(frozen=True)
class Glasses:
    """A pair of glasses: half sizes of a lens (head units), squareness of its rim, colour."""

    width: float
    height: float
    squareness: float
    colour: RGB


@dataclass(frozen=True)
class Person:
    """One identity. `eyes` and `earrings` go from the viewer's left to right; `age` and `beard` from 0 to 1."""

    skin: RGB
    age: float
    shape: Shape
    eyes: tuple[Eye, Eye]
    brows: Brows
    nose: Nose
    mouth: Mouth
    hair: Hair
    beard: float
    freckles: float
    glasses: Glasses | None
    earrings: tuple[float, float]
    texture_seed: int


# Styles as (volume, front, fringe, side, length, curl): ranges from which a head of hair is drawn.
STYLES: dict[str, tuple[tuple[float, float], ...]] = {
    "cropped": ((0.02, 0.04), (-0.66, -0.56), (0, 0), (-0.12, 0.05), (0, 0), (0, 0.15)),
    "short": ((0.07, 0.13), (-0.62, -0.52), (0, 0.06), (-0.08, 0.10), (0, 0), (0, 0.5)),
    "fringe": ((0.09, 0.14), (-0.56, -0.5), (0.14, 0.26), (0.05, 0.3), (0, 0), (0, 0.2)),
    "bob": ((0.10, 0.15), (-0.62, -0.5), (0, 0.25), (0.9, 1.0), (0.75, 0.95), (0, 0.35)),
    "long": ((0.08, 0.14), (-0.66, -0.54), (0, 0.12), (1.4, 1.5), (1.3, 1.9), (0, 0.6)),
    "curly": ((0.17, 0.27), (-0.60, -0.5), (0, 0.05), (0.0, 0.5), (0, 0.3), (0.9, 1.0)),
    "tied": ((0.03, 0.06), (-0.64, -0.55), (0, 0), (-0.05, 0.12), (0, 0), (0, 0.1)),
}
ROBUST_STYLES = ("cropped", "short", "short", "fringe", "curly", "long")
DELICATE_STYLES = ("bob", "long", "long", "tied", "curly", "fringe")


def blend(a: RGB, b: RGB, share: float) -> RGB:
    """The colour that is `a` at share 0 and `b` at share 1."""
    return rgb((1 - share) * np.array(a) + share * np.array(b))


def pick_colour(rng: np.random.Generator, palette: tuple[RGB, ...], spread: float, share: float = 1) -> RGB:
    """A colour between two neighbours of (the first share of) a palette, shifted a little in every channel."""
    at = share * rng.uniform(0, len(palette) - 1)
    left = min(int(at), len(palette) - 2)
    return rgb(np.array(blend(palette[left], palette[left + 1], at - left)) + rng.normal(0, spread, 3))


def draw_person(rng: np.random.Generator) -> Person:
    """Draw an identity. One hidden trait, from delicate to robust, keeps the visible ones plausible together."""
    robust = float(np.clip(rng.normal(0.5 + 0.25 * rng.choice([-1, 1]), 0.12), 0, 1))
    age = float(rng.beta(1.6, 2.2))
    bearded = robust > 0.6 and rng.random() < 0.55
    skin = pick_colour(rng, SKIN_TONES, 0.015)
    fair = float(np.clip((sum(skin) - 1.2) / 0.9, 0.25, 1))  # dark skin seldom comes with light hair and eyes
    ring = 0.035 * float(robust < 0.5 and rng.random() < 0.5)
    return Person(
        skin=skin,
        age=age,
        shape=_shape(rng, robust),
        eyes=_eyes(rng, fair),
        brows=Brows(rng.uniform(0.15, 0.19), 0.022 + 0.022 * robust, rng.uniform(0.02, 0.06), rng.uniform(0.6, 0.95)),
        nose=Nose(rng.normal(0.95 + 0.15 * robust, 0.1), rng.normal(1, 0.06), rng.normal(0.95 + 0.1 * robust, 0.12)),
        mouth=Mouth(
            rng.uniform(0.22, 0.28),
            rng.uniform(0.22, 0.36),
            rng.uniform(0.32, 0.5),
            rng.uniform(0.25, 0.6) + 0.35 * (1 - robust),
        ),
        hair=_hair(rng, robust, age, fair),
        beard=rng.uniform(0.25, 1) if bearded else 0.0,
        freckles=float(max(0.0, rng.normal(-0.2, 0.5))),
        glasses=draw_glasses(rng) if rng.random() < 0.22 else None,
        earrings=(ring, ring),
        texture_seed=int(rng.integers(2**31)),
    )


def draw_glasses(rng: np.random.Generator) -> Glasses:
    """Draw a pair of glasses."""
    colour = GLASSES_COLOURS[int(rng.integers(len(GLASSES_COLOURS)))]
    return Glasses(rng.uniform(0.19, 0.225), rng.uniform(0.135, 0.18), rng.uniform(2, 4), colour)


def _shape(rng: np.random.Generator, robust: float) -> Shape:
    return Shape(
        rng.normal(1, 0.03),
        rng.normal(0.93 + 0.14 * robust, 0.045),
        rng.normal(0.97 + 0.06 * robust, 0.03),
        rng.normal(1, 0.3),
    )


def _eyes(rng: np.random.Generator, fair: float) -> tuple[Eye, Eye]:
    """Two eyes alike but for the small differences that everybody has."""
    x, y, width = rng.normal(0.295, 0.012), rng.normal(0.02, 0.015), rng.normal(0.155, 0.008)
    opening, tilt = rng.uniform(0.36, 0.52), rng.normal(-0.05, 0.06)
    iris, radius = pick_colour(rng, IRIS_COLOURS, 0.02, fair), rng.uniform(0.47, 0.54)

    def eye() -> Eye:
        return Eye(x, y + rng.normal(0, 0.004), width, opening * rng.normal(1, 0.03), tilt, iris, radius)

    return eye(), eye()


def _hair(rng: np.random.Generator, robust: float, age: float, fair: float) -> Hair:
    styles = ROBUST_STYLES if robust > 0.5 else DELICATE_STYLES
    ranges = STYLES[styles[int(rng.integers(len(styles)))]]
    volume, front, fringe, side, length, curl = (float(rng.uniform(low, high)) for low, high in ranges)
    grey = float(np.clip((age - 0.5) * 2 + rng.normal(0, 0.15), 0, 0.9))
    colour = blend(pick_colour(rng, HAIR_COLOURS[:7], 0.01, fair), HAIR_COLOURS[7], grey)
    return Hair(
        colour, volume, front - 0.05 * robust * age, fringe, side, length, curl, float(rng.uniform(-0.35, 0.35))
    )
