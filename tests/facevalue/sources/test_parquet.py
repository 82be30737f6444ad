"""Shards as Hugging Face's hub holds them: what is read of them, how their pictures are reached, what is refused."""

import io
import json
import os
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from facevalue.common import images
from facevalue.common.errors import PictureError, SourceError
from facevalue.sources import parquet, read, shards

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def encoded(level: int = 0, form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (level % 256, 0, 0)).save(file, format=form)
    return file.getvalue()


def write(
    file: Path,
    labels: Sequence[object] | pa.Array,
    names: Sequence[str] | None = None,
    paths: Sequence[str | None] | None = None,
    rows_per_group: int = 2,
    **columns: Sequence[object],
) -> Path:
    """A shard of a picture per label; `names` are those of the labels' numbers."""
    pictures = [
        {"bytes": encoded(n), "path": path} for n, path in enumerate(paths or [f"{n}.png" for n in range(len(labels))])
    ]
    table = pa.table({"image": pa.array(pictures, IMAGE), "label": labels, **columns})
    if names is not None:
        features = {"image": {"_type": "Image"}, "label": {"names": list(names), "_type": "ClassLabel"}}
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, file, row_group_size=rows_per_group)
    return file


def replace(file: Path, old: bytes, new: bytes) -> None:
    file.write_bytes(file.read_bytes().replace(old, new))


def rows(source: Path, *columns: str) -> list[list[str]]:
    return read.read_source(source).pictures[["path", "label", *columns]].values.tolist()


def refusal(source: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read.read_source(source)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000
    return str(caught.value)


def test_numbers_are_read_by_the_names_that_the_schema_gives_them(tmp_path: Path) -> None:
    """`Fake, Real` is https://huggingface.co/datasets/Hemg/deepfake-and-real-images, which counts against the rule."""
    write(tmp_path / "data/train-00000-of-00002.parquet", [0, 1, 1], ["Fake", "Real"])
    write(tmp_path / "data/train-00001-of-00002.parquet", [0], ["Fake", "Real"])
    write(tmp_path / "data/validation-00000-of-00001-f003d914d3491920.parquet", [0], ["Fake", "Real"])
    write(tmp_path / "data/test-00000-of-00001.parquet", [1, 0], ["REAL", "FAKE"])
    assert read.read_source(tmp_path).layout == "parquet"
    assert rows(tmp_path, "part", "kind", "media") == [
        ["data/test-00000-of-00001.parquet/000000.png", "fake", "test", "fake", "picture"],
        ["data/test-00000-of-00001.parquet/000001.png", "real", "test", "real", "picture"],
        ["data/train-00000-of-00002.parquet/000000.png", "fake", "train", "fake", "picture"],
        ["data/train-00000-of-00002.parquet/000001.png", "real", "train", "real", "picture"],
        ["data/train-00000-of-00002.parquet/000002.png", "real", "train", "real", "picture"],
        ["data/train-00001-of-00002.parquet/000000.png", "fake", "train", "fake", "picture"],
        [
            *("data/validation-00000-of-00001-f003d914d3491920.parquet/000000.png", "fake"),
            *("val", "fake", "picture"),
        ],
    ]


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("0000.parquet", ""),
        ("default/partial-train/0000.parquet", "train"),
        ("core/test/0000.parquet", "test"),  # https://huggingface.co/datasets/ComplexDataLab/OpenFake
        ("Validation.PARQUET", "val"),
        ("data/train[0:3200]-00001-of-00002-935cc6e306599b38.parquet", "train"),
        ("core/train-00000-of-00012.parquet", "train"),
    ],
)
def test_names_of_shards(tmp_path: Path, path: str, part: str) -> None:
    write(tmp_path / path, ["real", "fake"])
    assert set(read.read_source(tmp_path).pictures["part"]) == {part}


def test_several_words_for_fakes_are_kinds(tmp_path: Path) -> None:
    """https://huggingface.co/datasets/prithivMLmods/AI-vs-Deepfake-vs-Real."""
    write(tmp_path / "0000.parquet", [0, 1, 2], ["Artificial", "Deepfake", "Real"])
    assert [row[1:] for row in rows(tmp_path, "kind")] == [
        ["fake", "Artificial"],
        ["fake", "Deepfake"],
        ["real", "real"],
    ]


def test_a_word_beside_a_number_decides(tmp_path: Path) -> None:
    """https://huggingface.co/datasets/terrich1/ff-images-dataset: its number 1 is real."""
    write(tmp_path / "a.parquet", [1, 0], label_text=["REAL", "FAKE"])
    assert [row[1] for row in rows(tmp_path)] == ["real", "fake"]


def test_words_that_contradict_names_of_numbers_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "a.parquet", [0, 1, 1], ["fake", "real"], label_text=["fake", "", "fake"])
    assert refusal(tmp_path) == (
        f"1 of 3 rows of '{file}' tell one class in the column label and another in label_text, e.g. row 2 ('fake'); "
        "correct one of them."
    )
    write(file, [0, 1, -1], ["fake", "real"], label_text=["fake", "", "real"])
    assert [row[1] for row in rows(tmp_path)] == ["fake", "real", "real"]


def test_a_column_that_is_called_nearly_so_is_said_not_to_be_read(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", ["real", "fake"], identity=["x", "x"])
    assert read.read_source(tmp_path).remarks == (
        "column 'identity' is not read; call it group if it tells what belongs together",
    )


def test_columns_mean_what_they_mean_in_a_csv(tmp_path: Path) -> None:
    write(
        tmp_path / "a.parquet",
        ["real", "fake", "real", "fake"],
        kind=["", "swap", None, None],
        group=["anna", "anna;bob", None, "7"],
        video=["", "", "v", "w"],
        split=["train", "validation", None, "test"],
    )
    assert [row[1:] for row in rows(tmp_path, "kind", "group", "part", "video")] == [
        ["real", "real", "anna", "train", ""],
        ["fake", "swap", "anna", "val", ""],
        ["real", "real", "v", "", "v"],
        ["fake", "fake", "7", "test", "w"],
    ]


def test_names_of_pictures_tell_identities_and_names_of_shards_do_not(tmp_path: Path) -> None:
    for shard in range(8):
        paths = [f"/kaggle/input/{label}/id{shard}_0000_{frame}.png" for label in ("real", "fake") for frame in "01"]
        write(tmp_path / f"train-0000{shard}-of-00008.parquet", ["real", "real", "fake", "fake"], paths=paths)
    pictures = read.read_source(tmp_path).pictures
    assert pictures.groupby(pictures["path"].str.split("/").str[0])["group"].nunique().tolist() == [1] * 8
    assert pictures["group"].nunique() == 8
    assert pictures["video"].nunique() == 16
    for shard in range(8):
        write(tmp_path / f"train-0000{shard}-of-00008.parquet", ["real", "real", "fake", "fake"], paths=[None] * 4)
    pictures = read.read_source(tmp_path).pictures
    assert (pictures["group"] == pictures["path"]).all()
    assert set(pictures["video"]) == {""}


def test_a_missing_label_is_counted(tmp_path: Path) -> None:
    """The hub writes -1 where a test set keeps its labels to itself."""
    write(tmp_path / "train.parquet", [0, 1], ["fake", "real"])
    write(tmp_path / "test.parquet", [-1, None, 1], ["fake", "real"])
    offer = read.read_source(tmp_path)
    assert len(offer.pictures) == 3
    assert offer.remarks == ("pictures without a label, left out: 2, e.g. 'test.parquet/000000.png'",)


def test_what_has_no_pictures_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", ["real", "fake"])
    pq.write_table(pa.table({"file_name": ["a"], "label": ["real"]}), tmp_path / "metadata.parquet")
    assert read.read_source(tmp_path).remarks == (
        "Parquet files without a column of pictures, left out: 1, e.g. 'metadata.parquet'",
    )


def test_bytes_alone_are_pictures_and_their_first_tells_the_ending(tmp_path: Path) -> None:
    for form, ending in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("BMP", "bmp"), ("TIFF", "tif")):
        content = pa.array([encoded(n, form) for n in range(2)], pa.large_binary())
        pq.write_table(pa.table({"pixels": content, "label": ["real", "fake"]}), tmp_path / "a.parquet")
        assert [row[0] for row in rows(tmp_path)] == [f"a.parquet/00000{n}.{ending}" for n in range(2)]
        assert shards.located(tmp_path / "a.parquet/000001.jpg") == encoded(1, form)


def test_every_row_gives_its_own_picture(tmp_path: Path) -> None:
    file = write(tmp_path / "a.parquet", ["real", "fake"] * 5, rows_per_group=3)
    for row in (9, 0, 5, 3, 2, 9):
        content = shards.located(file / f"{row:06}.png")
        assert content == encoded(row)
        assert images.read(content)[0, 0, 0] == row


def test_a_shard_that_changes_is_read_again(tmp_path: Path) -> None:
    file = write(tmp_path / "a.parquet", ["real"] * 2)
    assert shards.located(file / "000000.png") == encoded(0)
    pq.write_table(pa.table({"image": [encoded(77)], "label": ["real"]}), file)
    os.utime(file, ns=(1, 1))
    assert shards.located(file / "000000.png") == encoded(77)


def test_what_is_no_shard_stays_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.parquet").mkdir()
    for file in (tmp_path / "a.jpg", tmp_path / "folder.parquet/a.jpg", tmp_path / "none.parquet/a.jpg"):
        assert shards.located(file) == file


@pytest.mark.parametrize("name", ["000002.png", "99999999999999999999.png", "-1.png", "a.png", ".png", "²²².png"])
def test_a_row_that_is_not_there_is_no_picture(tmp_path: Path, name: str) -> None:
    file = write(tmp_path / "a.parquet", ["real", "fake"])
    with pytest.raises(PictureError):
        shards.located(file / name)


def test_memory_holds_the_row_groups_that_were_used_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = [bytes(1000) + bytes([n]) for n in range(8)]
    pq.write_table(pa.table({"image": content, "label": ["real"] * 8}), tmp_path / "a.parquet", row_group_size=2)
    held = shards._Held()
    monkeypatch.setattr(shards, "_HELD_BYTES", 4500)
    for row in (0, 1, 7, 3, 0, 5, 7, 6):
        assert held.picture(tmp_path / "a.parquet", row) == content[row]
        assert held._bytes == sum(len(one) for group in held._groups.values() for one in group) <= 4500


def test_a_picture_that_stands_in_many_rows_is_no_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet holds it once: 500 times 1 MB are a file of some kB."""
    pq.write_table(pa.table({"image": [bytes(2**20)] * 500, "label": ["real"] * 500}), tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 2**20
    monkeypatch.setattr(shards, "MAX_GROUP_BYTES", 2**23)
    with pytest.raises(PictureError, match="more than 8 MiB in one row group"):
        shards.located(tmp_path / "a.parquet/000000.png")


def test_bounds_of_pictures_hold_for_bytes() -> None:
    def of_size(width: int, height: int) -> bytes:
        """A PNG that says so and holds nothing."""
        content = bytearray(encoded())
        content[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
        return bytes(content)

    with pytest.raises(PictureError, match="megapixels"):
        images.read(of_size(60_000, 60_000))
    with pytest.raises(PictureError, match="one side more than"):
        images.read(of_size(1, 1000))
    file = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(file, format="JPEG")
    cut = file.getvalue()[:-500]
    for content, reason in ((b"", "zero bytes"), (b"hello", "not a picture in"), (cut, "truncated picture")):
        with pytest.raises(PictureError, match=reason):
            images.read(content)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda file: write(file, [0, 1]), "has int64 in the column label and no names for them; add a"),
        (lambda file: write(file, [0, 1], []), "no names for them"),
        (lambda file: write(file, [True, False]), "has bool in the column label and no names"),
        (lambda file: write(file, [[0], [1]]), "has list<"),
        (lambda file: write(file, [0.0, 1.0], ["fake", "real"]), "has double in the column label"),
        (lambda file: write(file, ["0", "1"]), "2 of 2 rows of .* no word for real or fake .*, e.g. row 0"),
        (lambda file: write(file, [0, 1], ["0", "1"]), "no word for real or fake .* write real or fake there"),
        (lambda file: write(file, [0, 1], ["cat", "real"]), r"1 of 2 rows of .* e.g. row 0 \('cat'\)"),
        (lambda file: write(file, [0, 7], ["fake", "real"]), r"1 of 2 rows of .* e.g. row 1 \('7'\)"),
        (lambda file: write(file, ["real", "fake"], split=["dev", ""]), "carry a split other than"),
        (lambda file: write(file, ["real", "fake"], group=[["a"], ["b"]]), "in the column group, which must be text"),
        (lambda file: write(file, ["real", "x" * 2000]), "more than 1,000 characters in the column label"),
        (lambda file: write(file, ["real", "real"]), "has no fake pictures"),
        (lambda file: pq.write_table(pa.table({"image": [b"x"]}), file), "has no column label; it has image"),
        (lambda file: pq.write_table(pa.table({"text": ["a"], "label": ["real"]}), file), "none with a column of"),
        (lambda file: pq.write_table(pa.table({"image": [[b"x"]], "label": ["real"]}), file), "none with a column of"),
        (lambda file: pq.write_table(pa.table({"a.b": [b"x"], "label": ["real"]}), file), "none with a column of"),
        (lambda file: replace(write(file, ["real", "fake"], group=["abc", "d"]), b"abc", b"\xff" * 3), "can't decode"),
        (lambda file: file.write_bytes(b""), "is no Parquet file that can be read"),
        (lambda file: file.write_bytes(b"PAR1" + b"\xff" * 100 + b"PAR1"), "is no Parquet file that can be read"),
        (lambda file: file.write_text("version https://git-lfs.github.com/spec/v1\n"), "is no Parquet file that can"),
    ],
)  # fmt: skip
def test_a_wrong_shard_is_refused(tmp_path: Path, make: Callable[[Path], Any], message: str) -> None:
    make(tmp_path / "train-00000-of-00001.parquet")
    with pytest.raises(SourceError, match=message):
        read.read_source(tmp_path)
    refusal(tmp_path)


def test_names_that_are_no_names_are_none(tmp_path: Path) -> None:
    for text in (
        "{",
        "[]",
        '{"info": 3}',
        '{"info": {"features": {"label": {"names": "real"}}}}',
        "[" * 100_000,
        "\xff",
    ):
        table = pa.table({"image": [encoded()], "label": [0]}).replace_schema_metadata({"huggingface": text})
        pq.write_table(table, tmp_path / "a.parquet")
        assert "no names for them" in refusal(tmp_path)


def test_too_many_rows_are_refused_before_they_are_read(tmp_path: Path) -> None:
    count = 10_000_000
    table = pa.table({"image": pa.nulls(count, IMAGE), "label": pa.array(np.zeros(count, np.int8))})
    pq.write_table(table, tmp_path / "a.parquet")
    assert "hold 10,000,000 rows, more than 2,000,000; name a folder with fewer" in refusal(tmp_path)


def test_a_large_row_group_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.parquet", ["real", "fake"] * 100, rows_per_group=200)
    monkeypatch.setattr(shards, "MAX_GROUP_BYTES", 1000)
    assert "MiB in one row group, more than 0; write it again with smaller" in refusal(tmp_path)


def test_a_name_that_is_a_book_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", ["real", "fake"], paths=["a" * 2000, "b"])
    assert "has more than 1,000 characters in the column image.path" in refusal(tmp_path)


def test_a_shard_that_ends_early_or_is_damaged_never_ends_in_a_traceback(tmp_path: Path) -> None:
    """Every cut, and bytes that are not what they were, at seeded places."""
    whole = write(tmp_path / "whole", [0, 1] * 20, ["fake", "real"], rows_per_group=10).read_bytes()
    random = np.random.default_rng(0)
    damaged = [whole[:end] for end in range(0, len(whole), 199)]
    for _ in range(150):
        changed = bytearray(whole)
        for place in random.integers(4, len(whole), random.integers(1, 6)):
            changed[place] = random.integers(256)
        damaged.append(bytes(changed))
    for number, content in enumerate(damaged):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "a.parquet").write_bytes(content)
        try:
            pictures = read.read_source(folder).pictures
            for path in pictures["path"][::7]:
                images.read(shards.located(folder / path))
        except (SourceError, PictureError) as error:
            message = str(error)
            assert message.isprintable()


def test_no_shard_lies_elsewhere(tmp_path: Path) -> None:
    write(tmp_path / "secret.parquet", ["real", "fake"])
    write(tmp_path / "root/a.parquet", ["real", "fake"])
    (tmp_path / "root/b.parquet").symlink_to(tmp_path / "secret.parquet")
    assert "'b.parquet' is a link that leads out of" in refusal(tmp_path / "root")


def test_pictures_beside_a_broken_shard_are_read_as_ever(tmp_path: Path) -> None:
    for path in ("real/a.jpg", "fake/b.jpg"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).touch()
    (tmp_path / "cache.parquet").write_bytes(b"PAR1")
    assert read.read_source(tmp_path).layout == "folders"
    write(tmp_path / "cache.parquet", ["real", "fake"])
    assert read.read_source(tmp_path).layout == "parquet"
    assert parquet.NAME in read.read_test_set(tmp_path).describe()
