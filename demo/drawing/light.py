"""The sheet that a portrait is painted on, in linear light, and the light that falls on what is painted."""

import numpy as np

from demo.drawing.maths import RGB, Array, f32, turned
from demo.drawing.rays import FAR, Part, Skin
from demo.drawing.scene import Light

WRAP = (0.32, 0.20, 0.14)  # how far red, green and blue light reach round an edge, as they do in skin


class Sheet:
    """Colours (n, n, 3) in linear light and the depth (n, n) of what was painted last."""

    def __init__(self, background: Array) -> None:
        self.colour = background
        self.depth = np.full(background.shape[:2], FAR, np.float32)

    def cover(self, part: Part, mask: Array, colour: Array | RGB) -> None:
        """Cover a part with a colour as far as the mask says."""
        window = self.colour[part]
        window += mask[..., None] * (f32(colour) - window)

    def lay(self, skin: Skin, paint: Array, light: Light, gloss: Array | float, cavity: Array | float) -> None:
        """Light a painted surface and lay it over what lies deeper; `cavity` is the share of light from all around."""
        behind = self.depth[skin.part]
        mask = skin.cover * np.clip((skin.depth - behind) * np.float32(25) + 0.5, 0, 1)
        shine = illuminate(skin, light, cavity) * paint
        shine += _spark(skin, light, gloss)[..., None] * f32(light.key)
        self.cover(skin.part, mask, shine)
        self.depth[skin.part] = np.where(mask > 0.5, skin.depth, behind)


def illuminate(skin: Skin, light: Light, cavity: Array | float) -> Array:
    """The light that falls on a surface, (h, w, 3)."""
    facing = turned(f32([light.direction]), skin.normal)[0]
    upward = 0.5 - 0.5 * skin.normal[1]
    shine = np.empty((*facing.shape, 3), np.float32)
    for channel, wrap in enumerate(WRAP):
        key = np.clip((facing + wrap) * np.float32(1.15 / (1 + wrap)), 0, None) * skin.sun
        around = light.ground[channel] + np.float32(light.sky[channel] - light.ground[channel]) * upward
        shine[..., channel] = light.key[channel] * key + around * cavity
    return shine


def _spark(skin: Skin, light: Light, gloss: Array | float) -> Array:
    """The mirrored part of the key light: a sharp and a wide highlight."""
    half = f32([light.direction]) + f32((0, 0, 1))
    facing = np.clip(turned(half / np.linalg.norm(half), skin.normal)[0], 0, 1)
    wide = facing**4
    spark: Array = (0.05 * wide + 0.22 * wide**5) * gloss * skin.sun
    return spark
