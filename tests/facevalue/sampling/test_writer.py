import hashlib
import time
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from facevalue.common import catalogue, images
from facevalue.common.errors import PictureError
from facevalue.sampling.naming import own_name
from facevalue.sampling.near_duplicates import looks
from facevalue.sampling.params import Recode
from facevalue.sampling.writer import SampleWriter, Written, spaced
from facevalue.sources import read, videos
from tests.facevalue.videos_made import number_of, striped, write_numbered


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A real video, and a fake one as a folder of seven frames."""
    root = tmp_path / "source"
    for folder in ("original_sequences/youtube/raw/videos", "manipulated_sequences/Swap/raw/frames/000_001"):
        (root / folder).mkdir(parents=True)
    write_numbered(root / "original_sequences/youtube/raw/videos/000.mp4", 20)
    for number in range(7):
        images.write_png(root / f"manipulated_sequences/Swap/raw/frames/000_001/{number:04}.png", striped(number))
    return root


VIDEO, FRAMES = "original_sequences/youtube/raw/videos/000.mp4", "manipulated_sequences/Swap/raw/frames/000_001"


def take(source: Path, folder: Path, count: int = 3, recode: Recode | Literal["none"] = "none") -> Written:
    offer = read.read_source(source)
    writer = SampleWriter.of(offer.root, offer.pictures, folder, count, recode)
    items = catalogue.items(offer.pictures)
    for item in items["path"]:
        writer.write(item)
    return writer.written(items)


def test_a_video_gives_its_frames_and_they_share_all_that_is_known(source: Path, tmp_path: Path) -> None:
    taken = take(source, tmp_path / "out")
    columns = ["label", "kind", "group", "part", "video", "identities", "compression", "look"]
    assert taken.pictures.columns.tolist() == ["path", *columns[:3], "source", *columns[3:]]
    known = [["fake", "Swap", "000", "", FRAMES, "000;001", "raw", ""]] * 3
    known += [["real", "real", "000", "", VIDEO, "000", "raw", ""]] * 3
    assert taken.pictures.assign(look="")[columns].to_numpy().tolist() == known
    names = [f"{FRAMES}/{number:04}.png" for number in (1, 3, 5)]
    assert taken.pictures["source"].tolist() == [*names, VIDEO, VIDEO, VIDEO]
    frames = videos.frames(source / VIDEO, 3)
    own = [f"{own_name('fake', name)}.png" for name in names]
    own += [f"{own_name('real', VIDEO)}.{videos.timed(frame.seconds)}.png" for frame in frames]
    assert taken.pictures["path"].tolist() == own
    for path, frame in zip(own[3:], frames, strict=True):
        np.testing.assert_array_equal(images.read(tmp_path / "out" / path), frame.picture)
    for path, name in zip(own, names, strict=False):
        assert (tmp_path / "out" / path).read_bytes() == (source / name).read_bytes()
    assert taken.facts["path"].tolist() == taken.pictures["path"].tolist()
    assert taken.before is None
    assert taken.describe().startswith("; 6 frames")


def test_frames_are_recoded_like_pictures(source: Path, tmp_path: Path) -> None:
    taken = take(source, tmp_path / "out", recode=Recode(quality=90, max_side=32))
    assert taken.pictures["path"].str.endswith(".jpg").all()
    assert set(taken.facts["format"]) == {"JPEG"}
    assert set(taken.facts["width"]) == {32}
    assert taken.before is not None
    assert taken.before["path"].tolist() == taken.pictures["path"].tolist()
    assert set(taken.before["format"]) == {"PNG"}
    assert set(taken.before["width"]) == {64}
    numbers = [number_of(images.read(tmp_path / "out" / path)) for path in taken.pictures["path"]]
    assert numbers[:3] == [1, 3, 5]
    files = [
        file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").rglob("*.*") if file.is_file()
    ]
    assert sorted(files) == sorted(taken.pictures["path"])


def test_pictures_in_a_shard_are_written_byte_for_byte_or_recoded(tmp_path: Path) -> None:
    content = []
    for number in range(4):
        images.write_png(tmp_path / "one.png", striped(number))
        content.append((tmp_path / "one.png").read_bytes())
    (tmp_path / "source").mkdir()
    table = pa.table({"image": [*content, b"no picture"], "label": ["real", "fake", "real", "fake", "real"]})
    pq.write_table(table, tmp_path / "source/train.parquet", row_group_size=2)
    offer = read.read_source(tmp_path / "source")
    encodings: tuple[Recode | Literal["none"], ...] = ("none", Recode(quality=90, max_side=32))
    for recode in encodings:
        folder = tmp_path / f"to {recode}"
        writer = SampleWriter.of(offer.root, offer.pictures, folder, 3, recode)
        with pytest.raises(PictureError, match="not a picture in"):
            writer.write("train.parquet/000004.png")
        for path in offer.pictures["path"][:4]:
            writer.write(path)
        taken = writer.written(offer.pictures[:4])
        if recode == "none":
            assert [(folder / path).read_bytes() for path in taken.pictures["path"]] == content
            assert set(taken.facts["format"]) == {"PNG"}
        else:
            assert taken.before is not None
            assert taken.before["digest"].tolist() == [hashlib.sha256(one).hexdigest() for one in content]
            assert set(taken.facts["format"]) == {"JPEG"}


def test_a_video_with_an_unusable_frame_leaves_nothing(source: Path, tmp_path: Path) -> None:
    (source / FRAMES / "0005.png").write_bytes(b"")
    offer = read.read_source(source)
    writer = SampleWriter.of(offer.root, offer.pictures, tmp_path / "out", 3, "none")
    with pytest.raises(PictureError, match=rf"^'{FRAMES}/0005.png': zero bytes$"):
        writer.write(FRAMES)
    assert not [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    writer.write(VIDEO)
    items = catalogue.items(offer.pictures)
    taken = writer.written(items[items["path"] == VIDEO])
    assert set(taken.pictures["video"]) == {VIDEO}
    assert len(taken.facts) == 3


def test_near_duplicates_share_a_group_but_black_ones_do_not(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    one, other = (chance.integers(0, 256, (8, 8, 3), np.uint8).repeat(8, 0).repeat(8, 1) for _ in range(2))
    pictures = {"real/a": one, "real/b": other, "fake/c": one, "fake/d": one // 2 + 60}
    black = {"real/x": np.zeros((64, 64, 3), np.uint8), "fake/y": np.zeros((64, 64, 3), np.uint8)}
    for name, picture in (pictures | black).items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        images.write_png(tmp_path / f"in/{name}.png", picture)
    taken = take(tmp_path / "in", tmp_path / "out")
    groups = dict(zip(taken.pictures["source"], taken.pictures["group"], strict=True))
    same = ("fake/c.png", "fake/d.png", "real/a.png")
    assert groups == {**{path: path for path in groups}, **dict.fromkeys(same, "fake/c.png")}
    looks = dict(zip(taken.pictures["source"], taken.pictures["look"], strict=True))
    assert looks == {**dict.fromkeys(looks, ""), **dict.fromkeys(same, f"{own_name('fake', 'fake/c.png')}.png")}
    assert taken.describe() == "; 3 pictures are near-duplicates of another"


def test_frames_of_one_video_are_no_near_duplicates_of_each_other(tmp_path: Path) -> None:
    facts = pd.DataFrame({"path": list("abcde"), "hash": ["0f" * 8] * 2 + ["33" * 8] * 3, "brightness_spread": 9.0})
    assert looks(facts, pd.Series(["v", "v", "", "", "w"])).tolist() == ["", "", "c", "c", "c"]


@pytest.mark.parametrize(
    ("count", "chosen"), [(1, "d"), (2, "bf"), (3, "bdf"), (7, "abcdefg"), (30, "abcdefg"), (4, "aceg")]
)
def test_frames_are_spaced_evenly(count: int, chosen: str) -> None:
    assert "".join(spaced(list("abcdefg"), count)) == chosen


def test_frames_are_chosen_at_once_however_many_are_asked_for() -> None:
    begin = time.monotonic()
    assert spaced(list("abcdefg"), 50_000_000) == list("abcdefg")
    assert time.monotonic() - begin < 1
