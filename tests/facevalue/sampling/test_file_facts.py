import hashlib
import io
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from facevalue.common import files, images
from facevalue.sampling import file_facts

PICTURE = np.random.default_rng(0).integers(0, 256, (32, 48, 3), dtype=np.uint8)


def saved(path: Path, picture: NDArray[np.uint8] = PICTURE, **saving: Any) -> file_facts.Facts:
    Image.fromarray(picture).save(path, **saving)
    return file_facts.facts_of(path, images.read(path))


def test_a_jpeg_tells_its_tables(tmp_path: Path) -> None:
    # ITU-T T.81, tables K.1 and K.2: IJG's encoder uses them as they stand at quality 50.
    luminance = (
        "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62 "
        "18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99"
    )
    chrominance = [17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 47, 66] + 51 * [99]
    found = saved(tmp_path / "a.jpg", quality=50)
    assert found["luma_quantisation"] == np.mean([int(step) for step in luminance.split()])
    assert found["chroma_quantisation"] == np.mean(chrominance)


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_a_jpeg_tells_its_subsampling(tmp_path: Path, subsampling: str) -> None:
    assert saved(tmp_path / "a.jpg", subsampling=subsampling)["chroma_subsampling"] == subsampling


@pytest.mark.parametrize(
    ("luma", "chroma", "name"), [((4, 1), (1, 1), "4:1:1"), ((1, 2), (1, 1), "4:4:0"), ((2, 2), (2, 2), "4:4:4")]
)
def test_rarer_subsampling_has_its_name(luma: tuple[int, int], chroma: tuple[int, int], name: str) -> None:
    assert file_facts._subsampling(luma, chroma) == name


@pytest.mark.parametrize("suffix", ["png", "webp", "bmp", "tiff", "ppm"])
def test_what_is_no_jpeg_has_no_tables(tmp_path: Path, suffix: str) -> None:
    found = saved(tmp_path / f"a.{suffix}")
    assert found["format"] == suffix.upper()
    assert (found["luma_quantisation"], found["chroma_quantisation"], found["chroma_subsampling"]) == (0, 0, "none")


def test_a_grey_jpeg_has_no_chroma(tmp_path: Path) -> None:
    found = saved(tmp_path / "a.jpg", PICTURE[..., 0], quality=50)
    assert (found["luma_quantisation"], found["chroma_quantisation"], found["chroma_subsampling"]) == (
        57.625,
        0,
        "none",
    )


def test_a_jpeg_of_several_pictures_is_one_of_its_kind(tmp_path: Path) -> None:
    found = saved(tmp_path / "a.mpo", save_all=True, append_images=[Image.fromarray(PICTURE)], quality=50)
    assert (found["format"], found["luma_quantisation"], found["chroma_subsampling"]) == ("MPO", 57.625, "4:2:0")


def test_a_table_that_the_header_lacks_counts_as_none(tmp_path: Path) -> None:
    with Image.open(io.BytesIO(jpeg())) as image:
        assert file_facts._table_mean(image, 3) == 0  # type: ignore[arg-type]


def jpeg() -> bytes:
    content = io.BytesIO()
    Image.fromarray(PICTURE).save(content, format="JPEG")
    return content.getvalue()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_exif_is_seen(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera's make"
    assert saved(tmp_path / f"with.{suffix}", exif=exif)["exif"] == 1
    assert saved(tmp_path / f"without.{suffix}")["exif"] == 0


def test_size_is_upright_and_per_pixel(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = saved(tmp_path / "a.jpg", exif=exif)
    assert (found["width"], found["height"]) == (32, 48)
    assert found["bytes_per_pixel"] == (tmp_path / "a.jpg").stat().st_size / (32 * 48)


def test_brightness_is_that_of_luma(tmp_path: Path) -> None:
    halves = np.zeros((16, 16, 3), np.uint8)
    halves[:, 8:] = 200
    found = saved(tmp_path / "a.png", halves)
    assert (found["brightness_mean"], found["brightness_spread"]) == (100, 100)
    red = saved(tmp_path / "b.png", np.full((8, 8, 3), (255, 0, 0), np.uint8))
    assert red["brightness_mean"] == pytest.approx(0.299 * 255, abs=0.5)  # ITU-R BT.601


def test_hash_and_digest(tmp_path: Path) -> None:
    found = saved(tmp_path / "a.png")
    assert found["hash"] == str(imagehash.phash(Image.fromarray(PICTURE)))
    assert len(str(found["hash"])) == 16
    assert found["digest"] == hashlib.sha256((tmp_path / "a.png").read_bytes()).hexdigest()


def test_a_format_that_is_never_decoded_is_not_opened_either(tmp_path: Path) -> None:
    Image.fromarray(PICTURE).save(tmp_path / "a.jpg", format="GIF")
    with pytest.raises(UnidentifiedImageError):
        file_facts.facts_of(tmp_path / "a.jpg", PICTURE)


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    found = {"1.jpg": saved(tmp_path / "1.jpg"), "2.png": saved(tmp_path / "2.png")}
    found["1.jpg"]["hash"] = "0000000000000012"
    table = file_facts.table(pd.Series(["2.png", "1.jpg"]), found)
    assert table["path"].tolist() == ["2.png", "1.jpg"]
    assert {*file_facts.NUMBERS, *file_facts.TEXTS, "path", "depth", "hash", "digest"} == set(table)
    files.write_csv(table, tmp_path / "facts.csv")
    read = file_facts.read(tmp_path / "facts.csv")
    pd.testing.assert_frame_equal(read, table, check_dtype=False, check_exact=True)
    assert read["hash"][1] == "0000000000000012"
