"""Tiny pictures of noise, in which a cue alone makes a fake, as sample and crop leave them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image

from facevalue.common import files, images
from facevalue.cropping.geometry import Square, cut
from facevalue.sampling import file_facts
from stages.shared import paths

ROOT = Path(__file__).parents[2]
SIDE, FACE = 48, Square(14, 12, 22)  # px
INSIDE = (slice(FACE.top, FACE.top + FACE.side), slice(FACE.left, FACE.left + FACE.side))
BOX = dict(zip(("left", "top", "right", "bottom"), (FACE.left, FACE.top, 36.0, 34.0), strict=True))
FOUND = {
    **{f"square_{edge}": getattr(FACE, edge) for edge in ("left", "top", "side")},
    **{f"box_{edge}": value for edge, value in BOX.items()},
    **{"face_share": 0.5, "confidence": 1.0},
}  # of every face, in the table of crops
REDDER = np.array([57, -29, 0])  # and no brighter

Picture = NDArray[np.float64]
Cue = Callable[[Picture], Picture]


def noise(chance: np.random.Generator, side: int = SIDE) -> Picture:
    return np.asarray(chance.uniform(85, 125) + chance.normal(0, 25, (side, side, 3)))


def in_background(picture: Picture, strength: float = 1.0) -> Picture:
    redder: Picture = picture + strength * REDDER
    redder[INSIDE] = picture[INSIDE]
    return redder


def settings(**changed: dict[str, Any] | str) -> None:
    """Write the project's parameters with these changes, of a section some keys."""
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    for key, value in changed.items():
        content[key] = {**content[key], **value} if isinstance(value, dict) else value
    paths.PARAMS.write_text(yaml.safe_dump(content))


def write(path: str, picture: Picture, quality: int = 100) -> dict[str, Any]:
    """A sampled picture, whole and its face; the facts of its file."""
    for root in (paths.SAMPLED, paths.CROPPED):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(paths.SAMPLED / path, quality=quality)
    stored = images.read(paths.SAMPLED / path)
    images.write_png(paths.CROPPED / path, cut(stored, FACE))
    return {"path": path, **file_facts.facts_of(paths.SAMPLED / path, stored)}


def without_warning(*names: str) -> None:
    """What stages that found nothing leave below `metrics/`."""
    for name in names:
        files.write_json({"warning": None}, paths.METRICS / f"{name}.json")
