import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from facevalue.cropping.geometry import Square, cut, reduced, square_around

Box = tuple[float, float, float, float]


@st.composite
def boxes_in_pictures(draw: st.DrawFn) -> tuple[Box, float, int, int]:
    width, height = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    quarters = [
        sorted(draw(st.tuples(*[st.integers(0, 4 * length)] * 2).filter(lambda t: t[0] != t[1])))
        for length in (width, height)
    ]
    (left, right), (top, bottom) = ([value / 4 for value in pair] for pair in quarters)
    return (left, top, right, bottom), draw(st.floats(0, 2)), width, height


def picture(width: int, height: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@given(boxes_in_pictures())
def test_it_contains_the_box(case: tuple[Box, float, int, int]) -> None:
    (left, top, right, bottom), _, _, _ = case
    square = square_around(*case)
    assert square.left <= left
    assert square.top <= top
    assert right <= square.left + square.side
    assert bottom <= square.top + square.side


@given(boxes_in_pictures())
def test_it_stays_inside_where_it_fits_and_else_covers_the_picture(case: tuple[Box, float, int, int]) -> None:
    *_, width, height = case
    square = square_around(*case)
    for start, length in ((square.left, width), (square.top, height)):
        inside = start >= 0 and start + square.side <= length
        covering = start <= 0 and start + square.side >= length
        assert inside if square.side <= length else covering


@given(boxes_in_pictures())
def test_the_side_is_the_longer_one_enlarged(case: tuple[Box, float, int, int]) -> None:
    (left, top, right, bottom), margin, _, _ = case
    longer = max(right - left, bottom - top)
    assert longer * (1 + margin) - 0.5 <= square_around(*case).side <= (longer + 2) * (1 + margin) + 0.5


@given(boxes_in_pictures(), st.integers(0, 500), st.integers(0, 500))
def test_it_moves_with_the_box(case: tuple[Box, float, int, int], right: int, down: int) -> None:
    box, margin, _, _ = case
    far = 2000  # no edge in reach
    start = tuple(value + far for value in box)
    moved = tuple(value + shift for value, shift in zip(start, (right, down) * 2, strict=True))
    before, after = (square_around(each, margin, 3 * far, 3 * far) for each in (start, moved))
    assert after == Square(before.left + right, before.top + down, before.side)


@given(boxes_in_pictures())
def test_the_cut_is_square_and_plain_slicing_where_the_picture_reaches(case: tuple[Box, float, int, int]) -> None:
    *_, width, height = case
    square, whole = square_around(*case), picture(width, height)
    face = cut(whole, square)
    assert face.shape == (square.side, square.side, 3)
    assert face.dtype == np.uint8
    top, left = max(square.top, 0), max(square.left, 0)
    expected = whole[top : square.top + square.side, left : square.left + square.side]
    rows, columns = expected.shape[:2]
    down, along = top - square.top, left - square.left
    np.testing.assert_array_equal(face[down : down + rows, along : along + columns], expected)


def test_deepfakebench_s_scale() -> None:
    assert square_around((100, 100, 200, 180), 0.3, 1000, 1000) == Square(85, 75, 130)


@pytest.mark.parametrize(("box", "left"), [((0, 40, 20, 60), 0), ((80, 40, 100, 60), 70)])
def test_at_the_edge_it_is_shifted_not_shrunk(box: Box, left: int) -> None:
    assert square_around(box, 0.5, 100, 100) == Square(left, 35, 30)


def test_what_overhangs_is_mirrored() -> None:
    strip = picture(40, 10)
    square = square_around((10, 0, 30, 10), 0, 40, 10)
    assert square == Square(10, -5, 20)
    face = cut(strip, square)
    np.testing.assert_array_equal(face[5:15], strip[:, 10:30])
    np.testing.assert_array_equal(face[4], strip[1, 10:30])
    np.testing.assert_array_equal(face[15], strip[8, 10:30])


def test_one_pixel_becomes_a_square_of_itself() -> None:
    assert (cut(picture(1, 1), square_around((0, 0, 1, 1), 4, 1, 1)) == picture(1, 1)).all()
    assert math.isclose(square_around((0, 0, 1, 1), 4, 1, 1).side, 5)


def test_reducing_takes_the_mean_of_the_pixels() -> None:
    checks = np.indices((8, 16)).sum(axis=0) % 2 * 200
    picture = np.repeat(checks[:, :, None], 3, axis=2).astype(np.uint8)
    np.testing.assert_array_equal(reduced(picture, 8), np.full((4, 8, 3), 100))
    assert reduced(np.zeros((1, 1000, 3), np.uint8), 100).shape == (1, 100, 3)


@pytest.mark.parametrize(("max_side", "side"), [("none", 60), (60, 60), (200, 60), (30, 30), (1, 1)])
def test_only_what_is_larger_than_it_is_stored_is_reduced(max_side: int | Literal["none"], side: int) -> None:
    whole = np.random.default_rng(0).integers(0, 256, (80, 90, 3), np.uint8)
    face = cut(whole, Square(5, 7, 60), max_side)
    assert face.shape == (side, side, 3)
    if side == 60:
        np.testing.assert_array_equal(face, whole[7:67, 5:65])
    assert abs(face.mean() - whole[7:67, 5:65].mean()) < 1
