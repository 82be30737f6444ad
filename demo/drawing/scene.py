"""What differs between two pictures of one person: pose, expression, light, framing, clothes, place, lens."""

from dataclasses import dataclass

import numpy as np

from demo.drawing.maths import RGB, rgb
from demo.drawing.people import pick_colour

CLOTHES: tuple[RGB, ...] = (
    (0.13, 0.15, 0.20), (0.20, 0.28, 0.42), (0.55, 0.62, 0.70), (0.88, 0.87, 0.84), (0.60, 0.22, 0.20),
    (0.75, 0.52, 0.28), (0.30, 0.42, 0.32), (0.45, 0.32, 0.42), (0.82, 0.72, 0.62), (0.25, 0.22, 0.20),
)  # fmt: skip
WALLS: tuple[RGB, ...] = (
    (0.80, 0.78, 0.74), (0.55, 0.62, 0.66), (0.35, 0.42, 0.48), (0.62, 0.55, 0.45), (0.45, 0.52, 0.42),
    (0.70, 0.58, 0.52), (0.25, 0.27, 0.32), (0.66, 0.72, 0.78),
)  # fmt: skip


@dataclass(frozen=True)
class Pose:
    """Angles of the head in degrees."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class Expression:
    """What the face does: `smile` from -0.3 to 1, `open` mouth 0 to 1, `lids` 1 is rest, `brows` up, gaze -1 to 1."""

    smile: float
    open: float
    lids: float
    brows: float
    gaze: tuple[float, float]


@dataclass(frozen=True)
class Light:
    """A key light (unit direction towards it, colour) and light from all around."""

    direction: tuple[float, float, float]
    key: RGB
    sky: RGB
    ground: RGB


@dataclass(frozen=True)
class Framing:
    """The middle of the face and half its height, as fractions of the picture's side."""

    x: float
    y: float
    unit: float


@dataclass(frozen=True)
class Clothes:
    """What is worn: two colours, the depth of the neckline, the number of stripes."""

    colour: RGB
    second: RGB
    neckline: float
    stripes: float


@dataclass(frozen=True)
class Scene:
    """Everything about one picture but the person."""

    pose: Pose
    expression: Expression
    light: Light
    framing: Framing
    clothes: Clothes
    wall: RGB
    accent: RGB
    backdrop: str
    texture_seed: int


BACKDROPS = ("wall", "bokeh", "foliage", "shelves", "window")


def draw_scene(rng: np.random.Generator) -> Scene:
    """Draw one taking of a picture."""
    wall = pick_colour(rng, WALLS, 0.03)
    return Scene(
        pose=Pose(
            float(np.clip(rng.normal(0, 11), -24, 24)), float(np.clip(rng.normal(0, 5), -9, 9)), rng.normal(0, 4.5)
        ),
        expression=draw_expression(rng),
        light=_light(rng, wall),
        framing=_framing(rng),
        clothes=Clothes(
            pick_colour(rng, CLOTHES, 0.02),
            pick_colour(rng, CLOTHES, 0.02),
            rng.uniform(0, 1),
            rng.choice([0, 0, 0, 7, 11]),
        ),
        wall=wall,
        accent=pick_colour(rng, CLOTHES, 0.05),
        backdrop=BACKDROPS[int(rng.integers(len(BACKDROPS)))],
        texture_seed=int(rng.integers(2**31)),
    )


def draw_expression(rng: np.random.Generator) -> Expression:
    """Draw an expression: calm, smiling or laughing, with open eyes."""
    smile = float(np.clip(rng.normal(0.45, 0.35), -0.3, 1))
    mouth = float(max(0.0, rng.normal(0.25, 0.35))) if smile > 0.3 else float(max(0.0, rng.normal(-0.1, 0.2)))
    gaze = (float(np.clip(rng.normal(0, 0.25), -0.6, 0.6)), float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)))
    return Expression(smile, min(mouth, 1.0), float(rng.uniform(0.82, 1.12)), float(rng.normal(0, 0.5)), gaze)


def _light(rng: np.random.Generator, wall: RGB) -> Light:
    azimuth, height = rng.uniform(-60, 60), rng.uniform(10, 50)
    a, h = np.radians([azimuth, height])
    warmth, strength = rng.normal(0, 0.07), rng.uniform(0.62, 0.92)
    key = (strength * (1 + warmth), strength, strength * (1 - warmth))
    ambient = rng.uniform(0.32, 0.5)
    sky = rgb(ambient * (0.6 + 0.5 * np.array(wall)))
    direction = (float(np.sin(a) * np.cos(h)), float(-np.sin(h)), float(np.cos(a) * np.cos(h)))
    return Light(direction, key, sky, rgb(0.6 * np.array(sky)))


def _framing(rng: np.random.Generator) -> Framing:
    unit = rng.uniform(0.19, 0.285)
    return Framing(float(np.clip(rng.normal(0.5, 0.06), 0.36, 0.64)), rng.uniform(max(0.42, 1.35 * unit), 0.54), unit)
