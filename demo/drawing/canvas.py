"""A sheet to paint the front of a head on, and the noise that roughens it."""

import numpy as np

from demo.drawing.maths import RGB, Array, f32, rgb
from demo.drawing.raster import enlarged
from demo.drawing.rays import Part
from demo.drawing.solids import RELIEF_SPAN


class Canvas:
    """A square sheet of skin on which features are laid, window by window."""

    def __init__(self, px: int, base: RGB) -> None:
        self.pixel = 2 * RELIEF_SPAN / px
        self.line = ((np.arange(px) + 0.5) * self.pixel - RELIEF_SPAN).astype(np.float32)
        self.colour = np.empty((px, px, 3), np.float32)
        self.colour[:] = base
        self.gloss = np.full((px, px), 0.35, np.float32)

    def window(self, x: float, y: float, rx: float, ry: float) -> tuple[Part, Array, Array]:
        """The part of the sheet around `x, y`, and its coordinates (1, w) and (h, 1)."""
        c0, c1 = np.searchsorted(self.line, [x - rx, x + rx])
        r0, r1 = np.searchsorted(self.line, [y - ry, y + ry])
        return (slice(r0, r1), slice(c0, c1)), self.line[None, c0:c1], self.line[r0:r1, None]

    def lay(self, part: Part, mask: Array, colour: RGB | Array, gloss: float | None = None) -> None:
        """Cover a part with a colour as far as the mask says."""
        mask = f32(mask)
        sheet = self.colour[part]
        sheet += mask[..., None] * (f32(colour) - sheet)
        if gloss is not None:
            self.gloss[part] += mask * (np.float32(gloss) - self.gloss[part])


def noise(seed: int, shape: tuple[int, int], cells: int) -> Array:
    """Smooth noise (h, w) of mean 0 and spread near 1, with `cells` blots along a side."""
    coarse = np.random.default_rng(seed).standard_normal((cells, cells), np.float32)
    return enlarged(coarse, *shape) * np.float32(1.3)


def shade(colour: RGB, factor: float) -> RGB:
    """A colour made darker (factor below 1) or lighter."""
    return rgb(f32(colour) * factor)
