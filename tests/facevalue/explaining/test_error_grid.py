import io
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facevalue.explaining.error_grid import COLUMNS, Grid, Mistake, draw_errors

WRONG = (255, 138, 128)
BACKGROUND = (42, 47, 56)


def mistake(seed: int = 0, height: int = 90, width: int = 120, kind: str = "identity_swap") -> Mistake:
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Mistake(picture, "fake", kind, 0.25)


def grid(count: int, errors: int | None = None) -> Grid:
    return Grid("whole picture", [mistake(seed) for seed in range(count)], count if errors is None else errors, 61)


def pixels(sheet: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(sheet)


def columns_of(sheet: Image.Image, colour: tuple[int, int, int]) -> int:
    """How many separate columns of the sheet hold the colour, 60 px or more apart."""
    found = np.nonzero((pixels(sheet) == colour).all(axis=2).any(axis=0))[0]
    return int((np.diff(found) > 60).sum() + 1) if found.size else 0


@pytest.mark.parametrize("count", range(1, COLUMNS + 1))
def test_every_mistake_has_a_cell_and_a_score(count: int) -> None:
    sheet = draw_errors([grid(count)])
    assert sheet.mode == "RGB"
    assert columns_of(sheet, WRONG) == count


def test_lines_of_four() -> None:
    heights = [draw_errors([grid(count)]).height for count in (0, 1, 4, 5, 8)]
    line = heights[1] - heights[0]
    assert line > 224
    assert [height - heights[0] for height in heights] == [0, line, line, 2 * line, 2 * line]
    assert len({draw_errors([grid(count)]).width for count in (0, 1, 4, 8)}) == 1


def test_methods_stand_below_each_other() -> None:
    one, two = draw_errors([grid(3)]), draw_errors([grid(3), grid(3)])
    assert two.width == one.width
    np.testing.assert_array_equal(pixels(one)[28:-28], pixels(two)[28 : one.height - 28])


def test_a_method_without_errors_says_so_quietly() -> None:
    sheet = pixels(draw_errors([grid(0), grid(0)]))
    assert sheet.shape[0] < 200
    assert (sheet != BACKGROUND).any()
    assert columns_of(Image.fromarray(sheet), WRONG) == 0


def test_the_heading_says_how_many_there_were() -> None:
    head = slice(0, 28 + 31)
    all_of_them, some = (pixels(draw_errors([grid(8, errors)]))[head] for errors in (8, 21))
    assert (all_of_them != some).any()


@pytest.mark.parametrize(("height", "width"), [(300, 10), (10, 300), (1, 1), (500, 500)])
def test_any_shape_fits(height: int, width: int) -> None:
    sheet = draw_errors([Grid("face", [mistake(0, height, width)], 1, 2)])
    assert sheet.size == draw_errors([grid(1)]).size


def test_a_long_kind_stays_in_its_cell() -> None:
    blank, long = (
        pixels(draw_errors([Grid("face", [mistake(kind=kind), mistake(kind="")], 2, 2)]))
        for kind in ("", "a kind " * 20)
    )
    changed = np.nonzero((blank != long).any(axis=(0, 2)))[0]
    assert changed.min() >= 28
    assert changed.max() < 28 + 224


def test_the_same_mistakes_give_the_same_bytes_also_one_at_a_time() -> None:
    def saved(lazy: bool) -> bytes:
        def shown() -> Iterator[Mistake]:
            yield from (mistake(seed) for seed in range(5))

        buffer = io.BytesIO()
        draw_errors([Grid("face", shown() if lazy else list(shown()), 9, 61)]).save(buffer, format="JPEG", quality=85)
        return buffer.getvalue()

    assert saved(lazy=True) == saved(lazy=False)
