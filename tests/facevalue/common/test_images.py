import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facevalue.common import images
from facevalue.common.errors import PictureError


@pytest.fixture
def gradient() -> NDArray[np.uint8]:
    """24 px wide, 16 high, every pixel its own colour."""
    y, x = np.mgrid[:16, :24]
    return np.stack([x * 10, y * 15, (x + y) * 6], axis=2).astype(np.uint8)


def test_a_picture_comes_back_as_it_was_written(tmp_path: Path, gradient: NDArray[np.uint8]) -> None:
    images.write_png(tmp_path / "a.png", gradient)
    np.testing.assert_array_equal(images.read(tmp_path / "a.png"), gradient)


def test_the_same_pixels_give_the_same_bytes(tmp_path: Path, gradient: NDArray[np.uint8]) -> None:
    for name in "ab":
        images.write_png(tmp_path / name, gradient)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_applied(tmp_path: Path, gradient: NDArray[np.uint8], orientation: int) -> None:
    stored = {
        1: gradient,
        2: gradient[:, ::-1],
        3: gradient[::-1, ::-1],
        4: gradient[::-1],
        5: gradient.transpose(1, 0, 2),
        6: np.rot90(gradient, 1),
        7: np.rot90(gradient, 2).transpose(1, 0, 2),
        8: np.rot90(gradient, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(images.read(tmp_path / "a.png"), gradient)


def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 257, 32896, 65535]], dtype=np.uint16)).save(tmp_path / "a.png")
    np.testing.assert_array_equal(images.read(tmp_path / "a.png")[0, :, 0], [0, 1, 128, 255])


@pytest.mark.parametrize(("highest", "bits"), [(200, 8), (1000, 10), (4095, 12), (3000, 12), (16000, 16), (65535, 16)])
def test_deep_grey_is_scaled_from_the_bits_that_it_fills(tmp_path: Path, highest: int, bits: int) -> None:
    Image.fromarray(np.array([[0, highest // 2, highest]], dtype=np.uint16)).save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        assert images.bits(picture) == bits
    expected = np.round(np.array([0, highest // 2, highest]) * 255 / (2**bits - 1))
    np.testing.assert_array_equal(images.read(tmp_path / "a.png")[0, :, 0], expected)


@pytest.mark.parametrize("highest", [1, 255, 65535])
def test_fractions_of_grey_are_scaled_from_what_they_fill(tmp_path: Path, highest: int) -> None:
    Image.fromarray(np.array([[0, 0.5, 1]], dtype=np.float32) * highest).save(tmp_path / "a.tif")
    np.testing.assert_array_equal(images.read(tmp_path / "a.tif")[0, :, 0], [0, 128, 255])


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_deep_colour_in_its_lowest_bits_is_refused(tmp_path: Path, suffix: str) -> None:
    shallow = np.random.default_rng(0).integers(0, 4096, (9, 9, 3), dtype=np.uint16)
    seen_through = np.dstack([shallow, np.full((9, 9), 65535, np.uint16)])
    seen_through[0, 0, 3] = 0  # white is laid under that pixel
    cv2.imwrite(str(tmp_path / "seen.png"), seen_through)
    with pytest.raises(PictureError, match="only the lowest 12 are used: nearly black"):
        images.read(tmp_path / "seen.png")
    for name, picture in (("shallow", shallow), ("full", shallow * 16), ("black", shallow * 0)):
        cv2.imwrite(str(tmp_path / f"{name}.{suffix}"), picture)
    with pytest.raises(PictureError, match="only the lowest 12 are used: nearly black"):
        images.read(tmp_path / f"shallow.{suffix}")
    np.testing.assert_array_equal(images.read(tmp_path / f"full.{suffix}"), (shallow[:, :, ::-1] * 16) >> 8)
    assert images.read(tmp_path / f"black.{suffix}").max() == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    suffix = "tif" if mode in ("CMYK", "YCbCr") else "png"
    Image.new("L", (5, 3), 255).convert(mode).save(tmp_path / f"a.{suffix}")
    picture = images.read(tmp_path / f"a.{suffix}")
    assert picture.shape == (3, 5, 3)
    assert picture.dtype == np.uint8


def test_cmyk_jpeg_keeps_its_colour(tmp_path: Path) -> None:
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "a.jpg", quality=95)
    red, green, blue = images.read(tmp_path / "a.jpg").mean(axis=(0, 1))
    assert red > 240
    assert max(green, blue) < 15


def test_transparency_is_laid_over_white(tmp_path: Path) -> None:
    Image.fromarray(np.array([[[255, 0, 0, 0], [255, 0, 0, 255]]], dtype=np.uint8)).save(tmp_path / "a.png")
    np.testing.assert_array_equal(images.read(tmp_path / "a.png")[0], [[255, 255, 255], [255, 0, 0]])


def test_the_content_decides_not_the_name(tmp_path: Path, gradient: NDArray[np.uint8]) -> None:
    Image.fromarray(gradient).save(tmp_path / "a.jpg", format="PNG")
    np.testing.assert_array_equal(images.read(tmp_path / "a.jpg"), gradient)


def huge_png(width: int, height: int) -> bytes:
    """A valid header that promises more than it holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("zero.jpg", b"", "zero bytes"),
        ("text.jpg", b"hello, I am no picture", "not a picture"),
        ("bomb.png", huge_png(60_000, 60_000), "more than 100 megapixels"),
        ("strip.png", huge_png(1700, 100), "one side more than 16 times the other"),
        ("large.png", huge_png(11_000, 10_000), "11000 x 10000 pixels, more than 100 megapixels"),
    ],
)
def test_a_file_that_is_no_usable_picture_is_refused(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PictureError, match=reason):
        images.read(tmp_path / name)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "tif"])
@pytest.mark.parametrize("kept", [0.3, 0.7])
def test_a_truncated_picture_is_refused(tmp_path: Path, suffix: str, kept: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    file = tmp_path / f"a.{suffix}"
    Image.fromarray(noise).save(file)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * kept)])
    with pytest.raises(PictureError):
        images.read(file)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no such file"):
        images.read(tmp_path / "none.jpg")
    with pytest.raises(PictureError):
        images.read(tmp_path)
