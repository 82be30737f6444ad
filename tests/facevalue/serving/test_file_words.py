from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facevalue.common import images
from facevalue.serving import file_words


@pytest.fixture
def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8))


@pytest.mark.parametrize("quality", [1, 30, 75, 90, 95, 100])
def test_the_quality_of_a_jpeg_is_told_from_its_tables(tmp_path: Path, noise: Image.Image, quality: int) -> None:
    for mode in ("RGB", "L"):
        noise.convert(mode).save(tmp_path / "a.jpg", quality=quality)
        said = file_words.jpeg_quality(tmp_path / "a.jpg")
        assert said.split(" (")[0].removeprefix("about ") == str(quality)
    noise.save(tmp_path / "a.jpg", quality=quality)
    assert file_words.jpeg_quality(tmp_path / "a.jpg") == f"{quality} (libjpeg's tables)"


def test_tables_of_its_own_are_said_to_be_so(tmp_path: Path, noise: Image.Image) -> None:
    noise.save(tmp_path / "a.jpg", qtables=[[7] * 64, [9] * 64])
    assert file_words.jpeg_quality(tmp_path / "a.jpg").endswith("(tables of its own)")
    noise.save(tmp_path / "a.png")
    assert file_words.jpeg_quality(tmp_path / "a.png") == ""


def test_the_facts_of_a_picture(tmp_path: Path, noise: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a description"
    noise.save(tmp_path / "a.jpg", quality=90, exif=exif)
    noise.save(tmp_path / "a.png")
    jpeg, png = (
        dict(file_words.of_picture(file, images.read(file))) for file in (tmp_path / "a.jpg", tmp_path / "a.png")
    )
    assert (jpeg["Format"], jpeg["EXIF"], jpeg["Chroma subsampling"]) == ("JPEG", "present", "4:2:0")
    assert jpeg["Size"].startswith("64 × 48 px, ")
    assert (png["Format"], png["EXIF"], "JPEG quality" in png) == ("PNG", "none", False)
    assert len(png["SHA-256"]) == 64
