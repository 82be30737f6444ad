import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facevalue.auditing.sheet import MOST_PAIRS, Pair, draw_pairs

AMBER = (255, 178, 36)


def pair(first: int = 7, second: int = 9, captions: tuple[str, str] = ("real, train", "fake, test")) -> Pair:
    pictures = np.full((90, 120, 3), first, np.uint8), np.full((60, 60, 3), second, np.uint8)
    return Pair(pictures, captions, distance=2)


def pixels(*pairs: Pair) -> NDArray[np.uint8]:
    return np.asarray(draw_pairs(pairs))


def rows_of(sheet: NDArray[np.uint8], grey: int) -> NDArray[np.int64]:
    return np.nonzero((sheet == grey).all(axis=2).any(axis=1))[0]


@pytest.mark.parametrize("count", range(2, MOST_PAIRS + 1))
def test_one_column_per_pair(count: int) -> None:
    one, sheet = draw_pairs([pair()]), draw_pairs([pair()] * count)
    assert sheet.mode == "RGB"
    assert sheet.height == one.height
    assert sheet.width == 2 * 28 + count * (224 + 16) - 16


def test_more_than_six_are_refused() -> None:
    with pytest.raises(ValueError, match="7 pairs"):
        draw_pairs([pair()] * (MOST_PAIRS + 1))


def test_without_pairs_the_sheet_is_small_and_says_so() -> None:
    empty = pixels()
    assert empty.shape[0] < 100
    assert len(np.unique(empty.reshape(-1, 3), axis=0)) > 1
    assert not (empty == AMBER).all(axis=2).any()


def test_the_second_picture_is_below_the_first() -> None:
    sheet = pixels(pair(first=7, second=9))
    assert rows_of(sheet, 7).size == round(90 * 224 / 120)
    assert rows_of(sheet, 9).size == 224
    assert rows_of(sheet, 7).max() < rows_of(sheet, 9).min()


def test_each_caption_is_below_its_picture_and_the_distance_below_both() -> None:
    blank = pixels(pair(captions=("", "")))
    first, second = (
        np.nonzero((pixels(pair(captions=c)) != blank).any(axis=(1, 2)))[0] for c in (("a", ""), ("", "a"))
    )
    amber = np.nonzero((blank == AMBER).all(axis=2).any(axis=1))[0]
    assert rows_of(blank, 7).max() < first.min() < first.max() < rows_of(blank, 9).min()
    assert rows_of(blank, 9).max() < second.min() < second.max() < amber.min()
    assert amber.max() < blank.shape[0] - 20


def test_the_same_pairs_give_the_same_bytes() -> None:
    def saved() -> bytes:
        buffer = io.BytesIO()
        draw_pairs([pair(), pair(3)]).save(buffer, format="JPEG", quality=88)
        return buffer.getvalue()

    assert saved() == saved()
    assert Image.open(io.BytesIO(saved())).size == draw_pairs([pair(), pair(3)]).size
