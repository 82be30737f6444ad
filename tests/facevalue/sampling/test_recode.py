import io
from pathlib import Path

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin

from facevalue.common import images
from facevalue.sampling.params import Recode
from facevalue.sampling.recode import recode, recoded


def noise(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_it_is_a_plain_jpeg_of_one_kind() -> None:
    image = opened(recode(noise(40, 60), quality=75, max_side=512))
    assert image.format == "JPEG"
    assert JpegImagePlugin.get_sampling(image) == 2  # 4:2:0
    assert "exif" not in image.info
    assert "progressive" not in image.info
    assert image.size == (60, 40)


def test_the_quality_is_that_of_the_tables() -> None:
    assert [np.mean(opened(recode(noise(8, 8), quality, 512)).quantization[0]) for quality in (50, 75, 100)] == [  # type: ignore[attr-defined]
        57.625,  # ITU-T T.81, table K.1, is quality 50
        29.03125,
        1,
    ]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 200), st.integers(1, 200), st.integers(32, 128))
def test_a_larger_picture_is_reduced_to_the_side_and_none_is_enlarged(height: int, width: int, side: int) -> None:
    reduced = opened(recode(np.zeros((height, width, 3), np.uint8), 75, side)).size
    assert max(reduced) == min(side, max(height, width))
    scale = min(1, side / max(height, width))
    assert reduced == pytest.approx((width * scale, height * scale), abs=1)


@pytest.mark.parametrize("side", range(32, 64))
def test_no_picture_becomes_too_thin_to_be_read(tmp_path: Path, side: int) -> None:
    (tmp_path / "a.jpg").write_bytes(recode(noise(100, 100 * images.MAX_ASPECT), 75, side))
    assert images.read(tmp_path / "a.jpg").shape[1] == side


def test_reducing_does_not_alias() -> None:
    """A board of single black and white pixels is grey from afar, not a pattern."""
    board = np.indices((256, 256)).sum(axis=0) % 2 * 255
    small = recoded(np.repeat(board[..., None], 3, axis=2).astype(np.uint8), Recode(quality=100, max_side=64))
    assert np.abs(small[4:-4, 4:-4].astype(float) - 127.5).max() < 4


def test_the_same_pixels_give_the_same_bytes() -> None:
    assert recode(noise(300, 200), 90, 128) == recode(noise(300, 200), 90, 128)


def test_a_recoded_picture_is_what_reading_its_file_gives(tmp_path: Path) -> None:
    picture = noise(90, 120)
    (tmp_path / "a.jpg").write_bytes(recode(picture, 80, 64))
    np.testing.assert_array_equal(recoded(picture, Recode(quality=80, max_side=64)), images.read(tmp_path / "a.jpg"))


def test_without_recoding_the_picture_stays() -> None:
    picture = noise(9, 9)
    assert recoded(picture, "none") is picture


def test_the_picture_is_still_the_same_picture() -> None:
    y, x = np.mgrid[:200, :300] / 40
    picture = np.stack([np.sin(x) * np.cos(y), np.cos(x + y), np.sin(y)], axis=2)
    picture = ((picture + 1) * 127).astype(np.uint8)
    before, after = (
        imagehash.phash(Image.fromarray(each)) for each in (picture, recoded(picture, Recode(quality=50, max_side=96)))
    )
    assert before - after <= 2
