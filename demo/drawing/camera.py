"""The camera that takes every picture, real or fake: lens, exposure, sensor noise, JPEG."""

import io

import numpy as np
from PIL import Image

from demo.drawing.maths import Array, f32
from demo.drawing.raster import blurred

QUALITIES = (88, 95)  # lowest and highest JPEG quality; both classes are given the same ones


def take(picture: Array, quality: int, rng: np.random.Generator) -> bytes:
    """Photograph a picture (n, n, 3) in display colours and return the JPEG file; it carries no metadata."""
    side = len(picture)
    seen = blurred(picture, rng.uniform(0.3, 0.75) * side / 256)
    ramp = np.linspace(-1, 1, side, dtype=np.float32) ** 2
    vignette = 1 - np.float32(rng.uniform(0, 0.10)) * (ramp[:, None] + ramp)
    balance = f32(rng.uniform(0.92, 1.08) * (1 + rng.normal(0, 0.015, 3)))
    seen = seen * (vignette[..., None] * balance)
    noise = rng.standard_normal(picture.shape, np.float32) * 0.6 + rng.standard_normal((side, side, 1), np.float32)
    seen += np.float32(rng.uniform(0.006, 0.016)) * noise * np.sqrt(0.25 + np.clip(seen, 0, 1))
    levels = np.rint(np.clip(seen, 0, 1) * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    return file.getvalue()
