import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facevalue.cropping.sheet import MOST_COLUMNS, Example, draw_faces

AMBER = (255, 178, 36)


def example(caption: str = "real", height: int = 90, width: int = 120, seed: int = 0) -> Example:
    picture = np.random.default_rng(seed).integers(0, 200, (height, width, 3), dtype=np.uint8)
    return Example(picture, picture[20:60, 30:70], (30.0, 20.0, 40.0), caption)


def pixels(sheet: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(sheet)


def amber_box(sheet: Image.Image, top: int, bottom: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is drawn in the crop's colour between two rows of the sheet."""
    rows, columns = np.nonzero((pixels(sheet)[top:bottom] == AMBER).all(axis=2))
    return int(columns.min()), int(rows.min()) + top, int(columns.max()), int(rows.max()) + top


@pytest.mark.parametrize("columns", range(1, MOST_COLUMNS + 1))
def test_one_column_per_example(columns: int) -> None:
    one, sheet = draw_faces([example()]), draw_faces([example(seed=seed) for seed in range(columns)])
    assert sheet.mode == "RGB"
    assert sheet.height == one.height
    assert sheet.width == one.width + (columns - 1) * (224 + 16)


@pytest.mark.parametrize("columns", [0, MOST_COLUMNS + 1])
def test_too_few_or_many_are_refused(columns: int) -> None:
    with pytest.raises(ValueError, match=f"{columns} examples"):
        draw_faces([example()] * columns)


def test_the_square_lies_where_the_crop_was_cut() -> None:
    # 120 x 90 px fill a cell of 224 px by 224 / 120; the picture is centred in its cell, 28 px from the sheet's left.
    picture = np.full((90, 120, 3), 7, dtype=np.uint8)
    sheet = draw_faces([Example(picture, picture[:40, :40], (30.0, 20.0, 40.0), "real")])
    middle = sheet.height // 2
    (rows, columns) = np.nonzero((pixels(sheet)[:middle] == 7).all(axis=2))
    left, top, right, bottom = amber_box(sheet, 0, middle)
    assert left - columns.min() == pytest.approx(30 * 224 / 120, abs=1)
    assert top - rows.min() == pytest.approx(20 * 224 / 120, abs=1)
    assert right - left == bottom - top == pytest.approx(40 * 224 / 120, abs=1)


def test_the_face_fills_its_framed_cell() -> None:
    sheet = draw_faces([example()])
    left, top, right, bottom = amber_box(sheet, sheet.height // 2, sheet.height)
    assert (right - left + 1, bottom - top + 1) == (224, 224)


@pytest.mark.parametrize(("height", "width"), [(300, 10), (10, 300), (1, 1), (500, 500)])
def test_any_shape_fits(height: int, width: int) -> None:
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    shaped = Example(picture, picture[:1, :1], (-5.0, -5.0, 40.0), "real")
    assert draw_faces([shaped]).size == draw_faces([example()]).size


def test_the_caption_is_written_and_a_long_one_stays_in_its_column() -> None:
    blank = pixels(draw_faces([example(""), example("")]))
    long = pixels(draw_faces([example("a kind with a name that goes on and on and on"), example("")]))
    changed = np.nonzero((blank != long).any(axis=(0, 2)))[0]
    assert changed.size > 100
    assert changed.min() >= 28
    assert changed.max() < 28 + 224


@pytest.mark.parametrize("saving", [{"format": "JPEG", "quality": 88}, {"format": "PNG"}])
def test_the_same_examples_give_the_same_bytes(saving: dict[str, int | str]) -> None:
    def saved() -> bytes:
        buffer = io.BytesIO()
        draw_faces([example(seed=1), example("synthesis", seed=2)]).save(buffer, **saving)  # type: ignore[arg-type]
        return buffer.getvalue()

    assert saved() == saved()
