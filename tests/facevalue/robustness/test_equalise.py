"""What is brought to one value has it, and the face's square stays about the face."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageStat

from facevalue.cropping.geometry import Square
from facevalue.robustness.equalise import Common, equalised
from facevalue.robustness.perturb import Condition, perturbed
from facevalue.sampling import file_facts

SQUARE = Square(10, 4, 20)
CHANCE = np.random.default_rng(0)
LIGHT = np.asarray(CHANCE.beta(4, 2, (50, 70, 3)) * 255, np.uint8)
DARK = np.asarray(CHANCE.beta(1, 6, (70, 50, 3)) * 255, np.uint8)


def luma(picture: np.ndarray) -> float:
    return float(ImageStat.Stat(Image.fromarray(picture).convert("L")).mean[0])


@pytest.mark.parametrize("picture", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("value", [60.0, 120.5, 180.0])
def test_one_brightness_is_the_audits_brightness(picture: np.ndarray, value: float) -> None:
    seen, square = equalised(picture, SQUARE, Condition("one brightness", 1, value))
    assert luma(seen) == pytest.approx(value, abs=1)
    assert square == SQUARE
    order = np.argsort(picture, axis=None)
    assert (np.diff(seen.ravel()[order].astype(int)) >= 0).all()  # what was lighter is not darker


def test_a_black_picture_has_no_brightness_to_change() -> None:
    black = np.zeros((4, 4, 3), np.uint8)
    np.testing.assert_array_equal(equalised(black, SQUARE, Condition("one brightness", 1, 90.0))[0], black)


def test_one_quality_is_one_encoding() -> None:
    seen, square = equalised(LIGHT, SQUARE, Condition("one JPEG quality", 1, 75))
    np.testing.assert_array_equal(seen, perturbed(LIGHT, "jpeg", 75, 0))
    assert square == SQUARE


@given(st.integers(4, 60), st.integers(4, 60), st.integers(4, 60))
def test_one_size_is_of_the_longer_side(height: int, width: int, side: int) -> None:
    picture = np.zeros((height, width, 3), np.uint8)
    seen, square = equalised(picture, Square(0, 0, min(height, width)), Condition("one size", 1, side))
    assert max(seen.shape[:2]) == side
    assert abs(seen.shape[0] * width - seen.shape[1] * height) <= max(height, width)
    assert abs(square.side - min(seen.shape[:2])) <= 1


@pytest.mark.parametrize("side", [35, 140])
def test_the_square_stays_about_what_it_was_about(side: int) -> None:
    picture = np.zeros((50, 70, 3), np.uint8)
    picture[4:24, 10:30] = 255
    seen, square = equalised(picture, SQUARE, Condition("one size", 1, side))
    inside = seen[square.top : square.top + square.side, square.left : square.left + square.side]
    assert inside.min() > 127  # a cubic's edge is soft
    assert float(seen.sum()) == pytest.approx(float(inside.sum()), rel=0.1)


def test_a_picture_of_that_size_is_as_it_was() -> None:
    assert equalised(LIGHT, SQUARE, Condition("one size", 1, 70))[0] is LIGHT


@pytest.mark.parametrize("quality", [20, 50, 60, 95])
def test_the_coarser_class_gives_the_quality(quality: int) -> None:
    encoded = io.BytesIO()
    Image.fromarray(LIGHT).save(encoded, format="JPEG", quality=quality)
    coarse = file_facts.facts_of(encoded.getvalue(), LIGHT)
    facts = pd.DataFrame([coarse, {**coarse, "luma_quantisation": 0.0}])  # the other one is no JPEG
    assert Common.of(pd.Series(["fake", "real"]), facts).quality == min(quality, 75)


def test_what_all_are_brought_to_lies_between_the_classes() -> None:
    labels = pd.Series(["real"] * 3 + ["fake"], index=[7, 3, 5, 1])
    facts = pd.DataFrame({"width": [900, 500, 800, 256], "height": [10, 700, 10, 200], "luma_quantisation": 4.0})
    common = Common.of(labels, facts.assign(brightness_mean=[90.0, 100.0, 110.0, 140.0]))
    assert common == Common(75, 256, 120.0)
    assert [condition.value for condition in common.conditions()] == [75, 256, 120.0]
    reals = Common.of(labels[:3], facts[:3].assign(brightness_mean=[90.0, 100.0, 110.0]))
    assert reals == Common(75, 800, 100.0)
    assert Common.of(labels[:0], facts[:0].assign(brightness_mean=[])) == Common(75, 1, 0.0)
