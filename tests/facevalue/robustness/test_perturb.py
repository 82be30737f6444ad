import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from facevalue.robustness.params import Perturbations
from facevalue.robustness.perturb import UNDISTURBED, Condition, conditions, perturbed

MILDEST_FIRST: dict[str, list[float]] = {
    "jpeg": [90, 50, 10],
    "blur": [0.5, 2, 4],
    "resize": [0.75, 0.35, 0.15],
    "noise": [2, 10, 40],
    "chain": [1, 2, 3],
}
CHANCE = np.random.default_rng(0)
SCENE = np.asarray(cv2.GaussianBlur(CHANCE.integers(0, 256, (96, 80, 3), dtype=np.uint8), (0, 0), 1.5), np.uint8)
VALUES: dict[str, st.SearchStrategy[float]] = {
    "jpeg": st.integers(1, 100),
    "blur": st.floats(0.01, 100),
    "resize": st.floats(0.001, 0.999),
    "noise": st.floats(0.01, 255),
    "chain": st.integers(1, 3),
}


def distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(float) - other).mean())


@pytest.mark.parametrize("name", VALUES)
@given(data=st.data(), height=st.integers(1, 40), width=st.integers(1, 40), seed=st.integers(0, 2**32 - 1))
def test_shape_and_kind_are_kept_and_the_original_too(
    name: str, data: st.DataObject, height: int, width: int, seed: int
) -> None:
    value = data.draw(VALUES[name])
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    before = picture.copy()
    changed = perturbed(picture, name, value, seed)
    assert changed.shape == picture.shape
    assert changed.dtype == np.uint8
    np.testing.assert_array_equal(picture, before)
    np.testing.assert_array_equal(perturbed(picture, name, value, seed), changed)


@pytest.mark.parametrize("name", VALUES)
def test_more_is_worse(name: str) -> None:
    distances = [distance(perturbed(SCENE, name, value, 5), SCENE) for value in MILDEST_FIRST[name]]
    assert 0 < distances[0] < distances[1] < distances[2]


def test_nothing_is_a_copy() -> None:
    same = perturbed(SCENE, UNDISTURBED.name, UNDISTURBED.value, 0)
    assert same is not SCENE
    np.testing.assert_array_equal(same, SCENE)


def test_a_blur_is_as_wide_as_it_says() -> None:
    """The spread of a bright point, in px of the picture, is the standard deviation."""
    point = np.zeros((61, 61, 3), np.uint8)
    point[28:33, 28:33] = 255
    row = perturbed(point, "blur", 3.0, 0)[..., 0].sum(axis=0).astype(float)
    places = np.arange(61) - 30
    variance = float((row * places**2).sum() / row.sum())
    assert variance == pytest.approx(3.0**2 + (5**2 - 1) / 12, rel=0.05)  # with that of five pixels in a row


def test_noise_is_as_strong_as_it_says_and_the_seed_decides() -> None:
    grey = np.full((100, 100, 3), 128, np.uint8)
    noise = perturbed(grey, "noise", 20.0, 1).astype(float) - 128
    assert noise.std() == pytest.approx(20, rel=0.02)
    assert noise.mean() == pytest.approx(0, abs=0.5)
    weaker = perturbed(grey, "noise", 10.0, 1).astype(float) - 128
    assert np.abs(noise - 2 * weaker).max() <= 2  # the same noise, rounded
    assert (perturbed(grey, "noise", 20.0, 2) != perturbed(grey, "noise", 20.0, 1)).any()


def test_noise_is_clipped_and_not_wrapped() -> None:
    for extreme in (0, 255):
        noisy = perturbed(np.full((20, 20, 3), extreme, np.uint8), "noise", 30.0, 0).astype(int)
        assert (noisy == extreme).mean() > 0.4
        assert np.abs(noisy - extreme).max() < 200


def test_resizing_loses_what_is_finer_than_the_small_picture() -> None:
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2] = 254
    np.testing.assert_array_equal(perturbed(stripes, "resize", 0.5, 0), np.full_like(stripes, 127))


def test_jpeg_is_one_encoding_of_that_quality() -> None:
    stream = io.BytesIO()
    Image.fromarray(SCENE).save(stream, format="JPEG", quality=30, subsampling=2)
    np.testing.assert_array_equal(perturbed(SCENE, "jpeg", 30, 0), np.asarray(Image.open(stream)))


def test_a_chain_is_two_shares_one_after_the_other() -> None:
    """Strength 2: 0.6 of the sides at quality 75, then 0.8 of these at quality 65."""
    shared = SCENE
    for width, height, quality in ((48, 58, 75), (38, 46, 65)):
        small = cv2.resize(shared, (width, height), interpolation=cv2.INTER_AREA)
        shared = perturbed(np.asarray(small, np.uint8), "jpeg", quality, 0)
    expected = cv2.resize(shared, (80, 96), interpolation=cv2.INTER_CUBIC)
    np.testing.assert_array_equal(perturbed(SCENE, "chain", 2, 0), expected)


def test_conditions_are_counted_in_the_order_given() -> None:
    assert conditions(Perturbations(jpeg=[90, 10], blur=[], resize=[0.5], noise=[], chain=[])) == [
        Condition("jpeg", 1, 90),
        Condition("jpeg", 2, 10),
        Condition("resize", 1, 0.5),
    ]
    assert conditions(Perturbations(jpeg=[], blur=[], resize=[], noise=[], chain=[])) == []
