import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.common import images
from facevalue.common.errors import PictureError
from facevalue.common.stored import TABLE, Stored, pack, stored

LONG = f"fake/{'far/' * 60}a name with spaces, ä.jpg.png"
NAMES = ["real/1.png", "real/2.png", "fake/a.b/1.png", "fake/a.b/10.png", "fake/a.b.png", LONG]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six pictures, and a table beside them."""
    chance = np.random.default_rng(0)
    for name in NAMES:
        images.write_png(tmp_path / "all" / name, chance.integers(0, 256, (8, 9, 3), np.uint8))
    (tmp_path / "all/catalogue.csv").write_text("path\n")
    return tmp_path / "all"


def files(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_each_picture_is_read_from_its_file(folder: Path) -> None:
    before = files(folder)
    pack(folder, NAMES, 0)
    assert files(folder) == before
    for name, picture in zip(NAMES, stored(folder, NAMES), strict=True):
        assert picture.content() == before[name]
        np.testing.assert_array_equal(picture.read(), images.read(folder / name))


@pytest.mark.parametrize("shards", [1, 3, 20])
def test_shards_hold_what_the_files_held_and_are_tars(folder: Path, shards: int) -> None:
    before = files(folder)
    pack(folder, NAMES, shards)
    assert {path.name for path in folder.iterdir()} == {
        "catalogue.csv",
        TABLE,
        *(f"{number:05}.tar" for number in range(shards)),
    }
    assert [each.content() for each in stored(folder, NAMES)] == [before[name] for name in NAMES]
    inside = {}
    for shard in folder.glob("*.tar"):
        with tarfile.open(shard) as opened:
            for member in opened:
                content = opened.extractfile(member)
                assert content
                inside[member.name] = content.read()
    assert inside == {name: before[name] for name in NAMES}


def test_the_order_of_the_names_and_the_time_change_no_byte(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    for name, content in files(folder).items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes(content)
        (other / name).chmod(0o600)
    pack(folder, NAMES, 3)
    monkeypatch.setattr("time.time", lambda: 10**9)
    pack(other, NAMES[::-1], 3)
    assert files(other) == files(folder)


def test_another_picture_changes_one_shard(folder: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    for name, content in (*files(folder).items(), ("real/3.png", b"another")):
        (more / name).parent.mkdir(parents=True, exist_ok=True)
        (more / name).write_bytes(content)
    pack(folder, NAMES, 20)
    pack(more, [*NAMES, "real/3.png"], 20)
    here, there = files(folder), files(more)
    assert len([name for name in here if here[name] != there[name]]) == 2  # and the table


@pytest.mark.parametrize("shards", [0, 2])
def test_sent_away_a_picture_takes_its_content_along(folder: Path, shards: int) -> None:
    pack(folder, NAMES, shards)
    picture = stored(folder, ["real/2.png"])[0]
    sent = pickle.dumps(picture)
    content, pixels, digest = picture.content(), picture.read(), picture.digest()
    for file in folder.rglob("*"):
        if file.is_file():
            file.unlink()
    arrived = pickle.loads(sent)
    assert (arrived.content(), arrived.digest(), arrived.name) == (content, digest, picture.name)
    np.testing.assert_array_equal(arrived.read(), pixels)


@pytest.mark.parametrize(("name", "kept"), [("real/1.png", 60), ("real/2.png", 0), ("fake/a.b.png", 5)])
def test_of_a_damaged_picture_the_same_is_said_wherever_it_lies(folder: Path, name: str, kept: int) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:kept])
    here = stored(folder, [name])[0]
    sent = pickle.loads(pickle.dumps(here))
    told = []
    for picture in (here, sent):
        with pytest.raises(PictureError) as raised:
            picture.read()
        told.append(str(raised.value))
    assert told[0] == told[1]


def test_what_is_not_there_or_damaged_is_named(folder: Path) -> None:
    (folder / "real/1.png").write_bytes(b"")
    gone, empty = stored(folder, ["real/7.png", "real/1.png"])
    for picture, reason in ((gone, "no such file"), (empty, "zero bytes")):
        with pytest.raises(
            PictureError, match=rf"/real/\d\.png' cannot be read \({reason}\); run the stage that wrote"
        ):
            picture.read()
    with pytest.raises(PictureError, match="no such file"):
        gone.content()
    pack(folder, NAMES, 2)
    with pytest.raises(PictureError, match=r"real/7\.png' is in none of the shards; run the stage"):
        stored(folder, ["real/7.png"])
    with pytest.raises(PictureError, match=r"real/1\.png' cannot be read \(in '0000\d\.tar': zero bytes\)"):
        stored(folder, ["real/1.png"])[0].read()
    for shard in folder.glob("*.tar"):
        shard.write_bytes(shard.read_bytes()[:700])
    with pytest.raises(PictureError, match="cannot be read"):
        [each.read() for each in stored(folder, NAMES)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, b""),
        (None, bytes(range(256))),
        (b",size", b",length"),
        (b",512,", b",-512,"),
        (b",512,", b",512.5,"),
        (b",512,", b",abc,"),
        (b",512,", b",,"),
        (b",512,", b",99999999999999999999,"),
        (b"00000.tar", b"../../params.yaml"),
        (b"00000.tar", b"/etc/passwd"),
    ],
)
def test_a_damaged_table_is_named_and_leads_nowhere_else(folder: Path, old: bytes | None, new: bytes) -> None:
    pack(folder, NAMES, 1)
    table = folder / TABLE
    before = table.read_bytes()
    assert old is None or old in before
    table.write_bytes(before.replace(old, new) if old else new)
    with pytest.raises(PictureError, match=r"shards\.csv' is damaged \(.+\); run the stage that wrote it again\.$"):
        stored(folder, NAMES)
    table.unlink()
    with pytest.raises(PictureError, match=r"shards\.csv' is missing beside its shards; run the stage"):
        stored(folder, NAMES)


@settings(deadline=None, max_examples=30)
@given(
    st.dictionaries(st.text("abc/. é", min_size=1, max_size=12), st.binary(max_size=2000), max_size=8),
    st.integers(1, 9),
)
def test_any_names_and_contents_come_back(
    tmp_path_factory: pytest.TempPathFactory, drawn: dict[str, bytes], shards: int
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    contents = {
        f"p{number}/{'x'.join(name.split('/'))}.png": content for number, (name, content) in enumerate(drawn.items())
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    pack(folder, list(contents), shards)
    assert [each.content() for each in stored(folder, contents)] == list(contents.values())


def test_a_whole_file_is_not_read_where_its_head_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture of a hundred megapixels is refused before it is in memory."""
    (tmp_path / "a.png").write_bytes(b"no picture")

    def reader(given: Path | bytes, suffix: str) -> Path | bytes:
        return pytest.fail(f"{given!r}") if isinstance(given, bytes) else given

    monkeypatch.setattr(images, "read", reader)
    assert Stored("a", tmp_path / "a.png").read() == tmp_path / "a.png"
