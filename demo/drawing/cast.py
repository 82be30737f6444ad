"""The casting: who appears in which picture, as what, under which name."""

from dataclasses import dataclass

import numpy as np

from demo.drawing.camera import QUALITIES
from demo.drawing.fakes import FAMILIES
from demo.drawing.params import Params

CASTING, PEOPLE, TAKES = range(3)  # independent streams of chance


@dataclass(frozen=True)
class Shot:
    """One picture to be made; `kind` is `real` or a family of fakes."""

    index: int
    kind: str
    person: int
    name: str
    quality: int

    @property
    def label(self) -> str:
        """`real` or `fake`."""
        return "real" if self.kind == "real" else "fake"

    @property
    def path(self) -> str:
        """Where the picture lies, relative to the folder of pictures."""
        return f"{self.label}/{self.name}" if self.label == "real" else f"{self.label}/{self.kind}/{self.name}"

    @property
    def group(self) -> str:
        """The name of the identity."""
        return f"person_{self.person:03d}"


def chance(seed: int, stream: int, index: int = 0) -> np.random.Generator:
    """The source of chance of one person or picture, the same whoever draws it and when."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(stream, index)))


def cast(params: Params) -> list[Shot]:
    """Plan all pictures: five for two people, each of whom appears in at least one real and one fake picture.

    File names are shuffled over both classes, and both are given the same JPEG qualities.
    """
    rng, half = chance(params.seed, CASTING), params.pictures // 2
    people = params.pictures * 2 // 5
    kinds = ["real"] * half + [list(FAMILIES)[i % len(FAMILIES)] for i in range(half)]
    persons = np.concatenate([rng.permutation(np.arange(half) % people) for _ in range(2)])
    names = rng.permutation(params.pictures)
    qualities = np.tile(rng.integers(QUALITIES[0], QUALITIES[1], half, endpoint=True), 2)
    digits = len(str(params.pictures - 1))
    return [
        Shot(i, kind, int(persons[i]), f"{names[i]:0{digits}d}.jpg", int(qualities[i])) for i, kind in enumerate(kinds)
    ]
