from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from facevalue.training.augmentation import Augmentation, Level

PICTURE = np.random.default_rng(0).integers(60, 190, (64, 64, 3), dtype=np.uint8)


def _traces(picture: NDArray[np.uint8]) -> float:
    """Energy of the finest detail, what generators and blending leave."""
    return float(np.abs(np.diff(picture.astype(float), axis=1)).mean())


@pytest.mark.parametrize("level", get_args(Level))
def test_the_seed_alone_decides(level: Level) -> None:
    one, other = Augmentation(level, 64), Augmentation(level, 64)
    other(PICTURE, 99)
    for seed in range(20):
        np.testing.assert_array_equal(one(PICTURE, seed), other(PICTURE, seed))


def test_none_changes_nothing() -> None:
    assert all((Augmentation("none", 64)(PICTURE, seed) == PICTURE).all() for seed in range(10))


@pytest.mark.parametrize("level", ["light", "strong"])
def test_other_levels_vary_and_keep_the_shape(level: Level) -> None:
    changed = [Augmentation(level, 64)(PICTURE, seed) for seed in range(20)]
    assert {picture.shape for picture in changed} == {(64, 64, 3)}
    assert {picture.dtype for picture in changed} == {np.dtype(np.uint8)}
    assert len({picture.tobytes() for picture in changed}) > 10


def test_light_keeps_the_traces_that_strong_may_take() -> None:
    kept = {
        level: [_traces(Augmentation(level, 64)(PICTURE, seed)) / _traces(PICTURE) for seed in range(60)]
        for level in get_args(Level)
    }
    assert min(kept["light"]) > 0.75  # colour alone scales differences
    assert min(kept["strong"]) < 0.3
