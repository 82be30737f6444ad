"""What is hidden is gone, what is not is untouched, and the edge between them is soft."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facevalue.robustness.hiding import BACKGROUND, FACE, HIDDEN, hidden
from facevalue.robustness.perturb import Condition

PICTURE = np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)
BOX = (40.2, 20.7, 80.0, 60.0)
FEATHER = 4  # px, a tenth of its sides
BOXED = np.zeros((90, 120), dtype=bool)
BOXED[20:60, 40:80] = True
WELL_INSIDE = np.zeros((90, 120), dtype=bool)
WELL_INSIDE[24:56, 44:76] = True
FAR = np.ones((90, 120), dtype=bool)
FAR[16:64, 36:84] = False


def names(part: Condition) -> str:
    return part.name


@pytest.mark.parametrize(("part", "gone", "kept"), [(FACE, BOXED, FAR), (BACKGROUND, ~BOXED, WELL_INSIDE)])
def test_of_the_part_nothing_is_left_and_the_rest_is_as_it_was(
    part: Condition, gone: np.ndarray, kept: np.ndarray
) -> None:
    seen = hidden(PICTURE, BOX, part)
    assert len(np.unique(seen[gone], axis=0)) == 1
    np.testing.assert_array_equal(seen[kept], PICTURE[kept])


@pytest.mark.parametrize(("part", "gone"), [(FACE, BOXED), (BACKGROUND, ~BOXED)])
def test_what_is_hidden_leaves_no_trace_in_the_colour_that_hides_it(part: Condition, gone: np.ndarray) -> None:
    other = PICTURE.copy()
    other[gone] = 255
    np.testing.assert_array_equal(hidden(other, BOX, part), hidden(PICTURE, BOX, part))


@pytest.mark.parametrize(("part", "gone", "shade"), [(FACE, BOXED, 200), (BACKGROUND, ~BOXED, 40)])
def test_the_colour_is_the_mean_of_what_is_shown(part: Condition, gone: np.ndarray, shade: int) -> None:
    two = np.full_like(PICTURE, 200)
    two[BOXED] = 40
    assert (hidden(two, BOX, part)[gone] == shade).all()


@pytest.mark.parametrize(("part", "column"), [(FACE, 36), (BACKGROUND, 40)])
def test_the_edge_is_soft_and_lies_in_the_rest(part: Condition, column: int) -> None:
    halves = np.full_like(PICTURE, 255)
    halves[:, 100:] = 0
    halves[20:40, 40:80] = 0  # so that neither mean is the shade at the edge
    edge = hidden(halves, BOX, part)[50, column - 1 : column + FEATHER + 1, 0].astype(int)
    steps = np.abs(np.diff(edge))
    assert steps[1:-1].min() > 0
    assert steps.max() < steps.sum() / 2


@pytest.mark.parametrize("part", HIDDEN, ids=names)
@given(st.data())
def test_shape_and_original_are_kept_wherever_the_box_lies(part: Condition, data: st.DataObject) -> None:
    height, width = data.draw(st.integers(1, 30)), data.draw(st.integers(1, 30))
    left, top = data.draw(st.floats(-20, width - 0.5)), data.draw(st.floats(-20, height - 0.5))
    box = (left, top, left + data.draw(st.floats(0.5, 60)), top + data.draw(st.floats(0.5, 60)))
    picture = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    before = picture.copy()
    seen = hidden(picture, box, part)
    assert seen.shape == picture.shape
    assert seen.dtype == np.uint8
    np.testing.assert_array_equal(picture, before)
