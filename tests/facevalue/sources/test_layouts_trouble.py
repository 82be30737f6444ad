"""Sources that are odd, wrong or hostile: each is counted and one is shown, or refused in a line or three."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facevalue.common.errors import SourceError
from facevalue.sources import read
from facevalue.sources.tree import MAX_DEPTH


def touch(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"")
    return root


def refusal(source: Path, layout: str = "auto") -> str:
    with pytest.raises(SourceError) as caught:
        read.read_source(source, layout)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def unknown(source: Path) -> list[str]:
    """The lines on a folder that no layout recognises."""
    with pytest.raises(SourceError) as caught:
        read.read_source(source)
    return str(caught.value).split("\n")


def test_an_unrecognised_folder_says_what_was_seen_and_how_to_go_on(tmp_path: Path) -> None:
    source = touch(tmp_path / "my set", "cats/a.jpg", "dogs/b.mp4", "notes.txt")
    seen, remedy = unknown(source)
    assert seen == (
        f"source '{source}' has no layout that is known; it holds cats/, dogs/, notes.txt: "
        "1 picture and 1 video in 2 folders, e.g. 'cats/a.jpg'."
    )
    assert f"Known: {', '.join(read.NAMES)} (docs/datasets.md). " in remedy
    assert remedy.endswith(f"python -m facevalue catalogue '{source}' > '{source}/catalogue.csv'")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "labels.csv",
            "filename,is_fake\n" + "".join(f"{i}.jpg,{i % 2}\n" for i in range(4)),
            "labels.csv names 4 of the 6 pictures by `filename`; its `is_fake` holds '0' and '1'; "
            "it has no column path and no column label.",
        ),
        (
            "metadata.csv",
            "image,label,path\n0.jpg,a,\n1.jpg,b,\n2.jpg,c,\n3.jpg,d,\n4.jpg,e,\nx.jpg,f,\n",
            "metadata.csv names 5 of the 6 pictures by `image` (not 'x.jpg'); its columns are image, label, path.",
        ),
        ("train.csv", "id,age\n7,old\n8,young\n", "train.csv names none of the 6 pictures by `id` (not '7')."),
        (
            "inner/metadata.json",
            '{"A.JPG": {"class": "FAKE"}, "0.jpg": {"class": "REAL"}}',
            "inner/metadata.json names 1 of the 6 pictures by `name` (not 'A.JPG'); its `class` holds 'REAL'; "
            "it has no column path and no column label.",
        ),
    ],
)
def test_an_unrecognised_folder_says_what_its_table_names(tmp_path: Path, name: str, text: str, says: str) -> None:
    touch(tmp_path, *(f"imgs/{i}.jpg" for i in range(6)), name)
    (tmp_path / name).write_text(text)
    _, table, _ = unknown(tmp_path)
    assert table == says


@pytest.mark.parametrize("name", ["metadata.csv", "labels.csv"])
def test_a_table_in_another_encoding_is_named(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "imgs/a.jpg", "imgs/b.jpg")
    for encoding in ("utf-16", "utf-16-le"):
        (tmp_path / name).write_text("file_name,label\na.jpg,real\nb.jpg,fake\n", encoding=encoding)
        assert unknown(tmp_path)[1] == f"{name} is not in UTF-8; save it again so."
    (tmp_path / name).write_text("note,a\n" + "é" * 2**16)  # cut within a character
    assert len(unknown(tmp_path)) == 2


@pytest.mark.parametrize(("separator", "called"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_separator_of_another_table_is_named(tmp_path: Path, separator: str, called: str) -> None:
    touch(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "metadata.csv").write_text("file_name,label\na.jpg,real\nb.jpg,fake\n".replace(",", separator))
    assert unknown(tmp_path)[1] == (
        "metadata.csv names 2 of the 2 pictures by `file_name`; its `label` holds 'fake' and 'real'; "
        f"it has {called} between its columns, which must be commas."
    )


@pytest.mark.parametrize(
    ("paths", "seen"),
    [
        ([], "it holds nothing, and no file that is named like a picture or a video."),
        (
            ["0.png", "1.png", "2.png", "3.png", "4.png", "5.png", "6.png"],
            "it holds 0.png, 1.png, 2.png, 3.png, 4.png and 2 more: 7 pictures, e.g. '0.png'.",
        ),
        (["inner/0.png"], "it holds inner/: 1 picture, e.g. 'inner/0.png'."),
    ],
)
def test_what_was_seen_is_short(tmp_path: Path, paths: list[str], seen: str) -> None:
    assert unknown(touch(tmp_path, *paths))[0].endswith(seen)


def test_a_layout_that_does_not_match_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "train/real/a.jpg", "train/fake/b.jpg")
    message = refusal(tmp_path, "ff++")
    assert "is not laid out as ff++, which is [DFD_]{original,manipulated}_sequences" in message
    assert message.endswith("it holds train/. It looks like splits.")
    assert "is a file" in refusal(touch(tmp_path, "a.csv") / "a.csv", "dfdc")
    assert "does not exist" in refusal(tmp_path / "none")


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["real/readme.txt"], "read as folders, has no real and no fake pictures"),
        (["real/a.jpg"], "read as folders, has no fake pictures; comparing methods takes both classes."),
        (["fake/a.mp4", "real/readme.txt"], "read as folders, has no real pictures"),
        (["train/Fake/a.jpg"], "read as splits, has no real pictures"),
        (["Celeb-real/id0_0000.mp4"], "read as celeb-df, has no fake pictures"),
        (["original_sequences/youtube/c23/videos/000.mp4"], "read as ff++, has no fake pictures"),
        (
            ["ffhq/test/a.png", "mine/test/b.png"],
            "no fake pictures; comparing methods takes both classes (unknown sources, left out: 1, e.g. 'mine'; ",
        ),
    ],
)
def test_a_missing_class_is_an_error_except_for_a_test_set(tmp_path: Path, paths: list[str], message: str) -> None:
    assert message in refusal(touch(tmp_path, *paths))
    assert set(read.read_test_set(tmp_path).pictures["label"]) < {"real", "fake"}


@pytest.mark.parametrize(
    ("paths", "remark"),
    [
        (
            ["training_fake/odd.jpg", "training_fake/easy_2_11.jpg", "training_real/real_00001.jpg"],
            "names that do not parse: 2, e.g. 'training_fake/easy_2_11.jpg'",
        ),
        (
            ["original_sequences/youtube/c23/videos/000.mp4", "manipulated_sequences/FaceSwap/c23/videos/swap.mp4"],
            "names that do not parse, each its own group: 1, e.g. 'manipulated_sequences/FaceSwap/c23/videos/swap.mp4'",
        ),
        (
            ["original_sequences/youtube/raw/videos/000.mp4", "manipulated_sequences/FaceSwap/c40/videos/000_001.mp4"],
            "compression tells real from fake: real raw, fake c40",
        ),
        (
            ["Celeb-real/x.mp4", "Celeb-synthesis/id0_id1_0000.mp4", "YouTube-real/y.mp4"],
            "names that do not parse, each its own group: 1, e.g. 'Celeb-real/x.mp4'",
        ),
        (
            ["fake_train/0/fake/3/0.png", "fake_train/cover.png", "fake_train/0/clip.mp4"],
            "files that belong to no sequence, left out: 2, e.g. 'fake_train/cover.png'",
        ),
        (["ffhq/test/a.png", "stargan/test/b.png", "mine/test/c.png"], "unknown sources, left out: 1, e.g. 'mine'"),
        (
            ["real/a.jpg", "fake/b.jpg", "other/c.jpg", "d.png"],
            "pictures or videos that stand outside the layout: 2, e.g. 'd.png'",
        ),
        (["real/a.jpg", "fake/b.jpg", "train/real/c.jpg"], "also looks like folders; `layout` can say so"),
    ],
)
def test_an_oddity_is_counted_and_one_is_shown(tmp_path: Path, paths: list[str], remark: str) -> None:
    assert remark in read.read_test_set(touch(tmp_path, *paths)).remarks


def test_a_celeb_df_list_that_disagrees_is_counted(tmp_path: Path) -> None:
    touch(tmp_path, "Celeb-real/id0_0000.mp4", "Celeb-synthesis/id1_id2_0000.mp4")
    listed = "0 Celeb-real/id0_0000.mp4\n0 Celeb-synthesis/id8_id9_0000.mp4\nrubbish\n"
    (tmp_path / "List_of_testing_videos.txt").write_text(listed)
    offer = read.read_source(tmp_path)
    assert offer.remarks == (
        "lines of the test list that do not parse: 1, e.g. 'rubbish'",
        "tests that are listed and not there: 1, e.g. 'Celeb-synthesis/id8_id9_0000.mp4'",
        "tests whose listed label is not their folder's (1 is real): 1, e.g. 'Celeb-real/id0_0000.mp4'",
    )
    assert offer.pictures[["label", "part"]].values.tolist() == [["real", "test"], ["fake", "train"]]


def test_a_dfdc_table_that_disagrees_with_its_folder_is_counted(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "b.mp4", "c.mp4", "d.mp4")
    labels = {"a.mp4": "FAKE", "b.mp4": "REAL", "c.mp4": "?", "e.mp4": "REAL"}
    (tmp_path / "metadata.json").write_text(json.dumps({name: {"label": label} for name, label in labels.items()}))
    offer = read.read_source(tmp_path)
    assert offer.pictures[["path", "label", "group", "part"]].values.tolist() == [
        ["a.mp4", "fake", "a", ""],
        ["b.mp4", "real", "b", ""],
    ]
    assert offer.remarks[:3] == (
        "videos in metadata.json that are not there: 1, e.g. 'e.mp4'",
        "videos that metadata.json does not name, left out: 1, e.g. 'd.mp4'",
        "videos labelled neither REAL nor FAKE, left out: 1, e.g. 'c.mp4'",
    )


@pytest.mark.parametrize("home", ["", "videos/"])
def test_a_dfdc_table_may_spell_names_otherwise_and_lie_above_its_videos(tmp_path: Path, home: str) -> None:
    touch(tmp_path, f"part/{home}a.mp4", f"part/{home}B.MP4", f"part/{home}c.mp4", f"part/{home}C.mp4")
    facts = {
        "A.MP4": {"label": "FAKE", "original": "b.MP4"},
        "b.mp4": {"label": "REAL"},
        "c.mp4": {"label": "REAL"},
        "D.mp4": {"label": "REAL"},
    }
    (tmp_path / "part/metadata.json").write_text(json.dumps(facts))
    offer = read.read_source(tmp_path)
    assert offer.layout == "dfdc"
    assert offer.pictures[["path", "label", "group"]].values.tolist() == [
        [f"part/{home}B.MP4", "real", "b"],
        [f"part/{home}a.mp4", "fake", "b"],
        [f"part/{home}c.mp4", "real", "c"],
    ]
    assert offer.remarks == (
        "videos in metadata.json that are not there: 1, e.g. 'part/D.mp4'",
        f"videos that metadata.json does not name, left out: 1, e.g. 'part/{home}C.mp4'",
        f"pictures or videos that stand outside the layout: 1, e.g. 'part/{home}C.mp4'",
    )


def test_a_dfdc_table_below_another_is_read_once(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "videos/a.mp4", "videos/b.mp4")
    for home in ("", "videos/"):
        (tmp_path / f"{home}metadata.json").write_text('{"a.mp4": {"label": "FAKE"}, "b.mp4": {"label": "REAL"}}')
    assert read.read_source(tmp_path).pictures["path"].tolist() == ["a.mp4", "videos/a.mp4", "videos/b.mp4"]


@pytest.mark.parametrize("text", ["{", "[]", '{"a.jpg": 1}', '{"other.jpg": {"label": "REAL"}}', "[" * 100_000])
def test_another_projects_metadata_is_no_dfdc(tmp_path: Path, text: str) -> None:
    touch(tmp_path, "real/a.jpg", "fake/b.jpg")
    (tmp_path / "real/metadata.json").write_text(text)
    assert read.read_source(tmp_path).layout == "folders"


@pytest.mark.parametrize("text", ["{", "3", '["000", 1]', '{"000": "003"}', "[" * 100_000])
def test_an_official_list_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    touch(tmp_path, "original_sequences/youtube/c23/videos/000.mp4")
    (tmp_path / "train.json").write_text(text)
    assert "is not a list of pairs of originals" in refusal(tmp_path)


def test_a_group_that_holds_most_is_said(tmp_path: Path) -> None:
    touch(tmp_path, *(f"Celeb-synthesis/id{i}_id{i + 1}_0000.mp4" for i in range(9)), "Celeb-real/id0_0000.mp4")
    touch(tmp_path, "YouTube-real/00001.mp4")
    assert read.read_source(tmp_path).remarks == ("one group, 'id0', holds 10 of 11 and cannot be divided",)


def test_names_that_no_table_can_hold_are_left_out_and_counted(tmp_path: Path) -> None:
    touch(tmp_path, "real/-rf.jpg", "real/a b,'\"é.jpg", "fake/b.jpg", "real/new\nline.jpg", "real/esc\x1b[2J.jpg")
    touch(tmp_path, "real/back\\slash.jpg", "fake/\u2028/c.jpg")
    os.close(os.open(os.fsencode(tmp_path / "fake") + b"/\xff\xfe.jpg", os.O_CREAT | os.O_WRONLY))
    os.mkfifo(tmp_path / "real/pipe.jpg")
    offer = read.read_source(tmp_path)
    assert offer.pictures["path"].tolist() == ["fake/b.jpg", "real/-rf.jpg", "real/a b,'\"é.jpg"]
    (said,) = offer.remarks
    assert said.startswith("names that are no text in one line, or no file, left out: 6, e.g. ")
    assert said.isprintable()


def test_links(tmp_path: Path) -> None:
    source = touch(tmp_path, "secret.jpg", "outside/a.jpg", "source/real/a.jpg", "source/fake/b.jpg") / "source"
    (source / "fake/c.jpg").symlink_to(source / "real/a.jpg")
    (source / "fake/more").symlink_to(tmp_path / "outside")
    (source / "real/loop").symlink_to(source)
    offer = read.read_source(source)
    assert offer.pictures["path"].tolist() == ["fake/b.jpg", "fake/c.jpg", "real/a.jpg"]
    assert offer.remarks == ("links to folders, not followed: 2, e.g. 'more'",)
    (source / "fake/d.jpg").symlink_to(tmp_path / "secret.jpg")
    assert refusal(source).startswith("'fake/d.jpg' is a link that leads out of")
    (source / "fake/d.jpg").unlink()
    (source / "fake/gone.jpg").symlink_to("../../nowhere.jpg")
    assert refusal(source).startswith("'fake/gone.jpg' is a link that leads out of")


def test_links_into_a_cache_of_dvc_are_followed(tmp_path: Path) -> None:
    """As `cache.type symlink` leaves them."""
    cached = "cache/files/md5/0c/" + "ab" * 15
    source = touch(tmp_path, cached, "cache/files/secret.jpg", "source/real/a.jpg", "source/mine.csv") / "source"
    (source / "fake").mkdir()
    (source / "fake/b.jpg").symlink_to(tmp_path / cached)
    (source / "mine.csv").write_text("path,label\nreal/a.jpg,real\nfake/b.jpg,fake\n")
    for place in (source, source / "mine.csv"):
        assert read.read_source(place).pictures["path"].tolist() == ["fake/b.jpg", "real/a.jpg"]
    nowhere = "cache/files/md5/0c/" + "cd" * 15
    for target in (f"{cached}/../../../secret.jpg", "cache/files/secret.jpg", nowhere):
        (source / "fake/b.jpg").unlink()
        (source / "fake/b.jpg").symlink_to(tmp_path / target)
        assert refusal(source).startswith("'fake/b.jpg' is a link that leads out of")


def test_a_link_in_a_circle_stops_nothing(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.jpg", "fake/b.jpg")
    (tmp_path / "fake/c.jpg").symlink_to("d.jpg")
    (tmp_path / "fake/d.jpg").symlink_to("c.jpg")
    assert len(read.read_source(tmp_path).pictures) == 4  # decoding will say that there is no such file
    (tmp_path / "mine.csv").write_text("path,label\nreal/a.jpg,real\nfake/c.jpg,fake\n")
    assert "name no file" in refusal(tmp_path / "mine.csv")


def test_whatever_lies_in_a_folder_is_found(tmp_path: Path) -> None:
    touch(tmp_path, "b.jpg", "sub/a.MP4", "sub/notes.txt")
    found, others = read.media_in(tmp_path)
    assert found == ["b.jpg", "sub/a.MP4"]
    assert [path for path, _ in others] == ["sub/notes.txt"]
    (tmp_path / "out.jpg").symlink_to("/etc/hostname")
    with pytest.raises(SourceError, match="leads out"):
        read.media_in(tmp_path)


def test_a_source_may_itself_be_reached_by_a_link(tmp_path: Path) -> None:
    touch(tmp_path, "there/real/a.jpg", "there/fake/b.jpg")
    (tmp_path / "here").symlink_to(tmp_path / "there")
    assert len(read.read_source(tmp_path / "here").pictures) == 2


def test_folders_without_end_are_refused(tmp_path: Path) -> None:
    touch(tmp_path, "/".join(["deep"] * (MAX_DEPTH + 2)) + "/a.jpg")
    assert f"nested deeper than {MAX_DEPTH}" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,label\n../a.jpg,real\nb.jpg,fake\n", r"1 of 2 rows .* leads out of .*, e.g. row 2 \('../a.jpg'\)"),
        ("path,label\n/etc/passwd,real\nb.jpg,fake\n", "leads out of"),
        ("path,label\nsub/../../a.jpg,real\nb.jpg,fake\n", "leads out of"),
        ('path,label\n"a\n.jpg",real\nb.jpg,fake\n', r"or a backslash, e.g. row 2 \('a\\n.jpg'\)"),
        ("path,label\na\\b.jpg,real\nb.jpg,fake\n", "with control characters or a backslash"),
        ("path,label\na.jpg,real\nx.jpg,fake\ny/n.jpg,fake\n", r"2 of 3 rows .* no file, e.g. row 3 \('x.jpg'\)"),
        ("path,label\na.jpg,real\nsub,fake\n", "no file, e.g. row 3"),
        ("path,label\na.jpg,real\n,fake\n", "no file, e.g. row 3"),
        ("path,label\na.jpg,0\nb.jpg,fake\n", r"1 of 2 rows .* label other than real or fake, e.g. row 2 \('0'\)"),
        ("path,label\na.jpg,real\n./a.jpg,fake\n", "name a picture that an earlier row names, e.g. row 3"),
        ("path,label\na.jpg,real\nmine.csv,fake\n", "neither a picture nor a video, e.g. row 3"),
        ("path,label\na.jpg,real\nout.jpg,fake\n", r"are a link that leads out of .*, e.g. row 3 \('out.jpg'\)"),
        ("path,label\na.jpg,real\nout/x.jpg,fake\n", r"are a link that leads out of .*, e.g. row 3 \('out/x.jpg'\)"),
        (
            "path,label,split\na.jpg,real,dev\nb.jpg,fake,\n",
            r"split other than .*, e.g. row 2 \('dev'\)",
        ),
        ("file,label\na.jpg,real\n", "has no column path; it has file, label"),
        ("path,label\na.jpg,real\n", "has no fake pictures"),
        ("path,label\na.jpg,real,\nb.jpg,fake,\n", "rows with more fields than its header names"),
        ("path,label,group\na.jpg\nb.jpg,fake\n", r"label other than real or fake, e.g. row 2 \(''\)"),
        ("", "not a CSV with a header"),
        ('path,label\n"a.jpg,real\n', "not a CSV with a header"),
        ("path,label\n", "has no real and no fake pictures"),
    ],
)
def test_a_wrong_csv_is_named_with_a_row(tmp_path: Path, text: str, message: str) -> None:
    root = touch(tmp_path, "elsewhere/x.jpg", "root/a.jpg", "root/b.jpg", "root/sub/c.jpg") / "root"
    (root / "out.jpg").symlink_to(tmp_path / "elsewhere/x.jpg")
    (root / "out").symlink_to(tmp_path / "elsewhere")
    (root / "mine.csv").write_text(text)
    with pytest.raises(SourceError, match=message) as caught:
        read.read_source(root / "mine.csv")
    assert "\n" not in str(caught.value)


def test_a_csv_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes(b"path,label\n\xff\xfe.jpg,real\n")
    assert "not a CSV with a header" in refusal(tmp_path / "mine.csv")


def test_a_test_set_may_be_without_labels(tmp_path: Path) -> None:
    touch(tmp_path, "sub/b.mp4", "a.jpg", "readme.txt")
    offer = read.read_test_set(tmp_path)
    assert offer.layout == read.UNLABELLED
    columns = ["path", "label", "kind", "group", "part", "media"]
    expected = [["a.jpg", "", "", "a.jpg", "", "picture"], ["sub/b.mp4", "", "", "sub/b.mp4", "", "video"]]
    assert offer.pictures[columns].values.tolist() == expected
    (tmp_path / "catalogue.csv").write_text("path,split\na.jpg,test\n")
    expected = [["a.jpg", "", "", "a.jpg", "test", "picture"]]
    for place in (tmp_path, tmp_path / "catalogue.csv"):
        assert read.read_test_set(place).pictures[columns].values.tolist() == expected


def test_a_test_set_may_be_empty_but_must_be_there(tmp_path: Path) -> None:
    assert read.read_test_set(touch(tmp_path, "README.md")).pictures.empty
    with pytest.raises(SourceError, match="does not exist"):
        read.read_test_set(tmp_path / "none")
    (tmp_path / "out.jpg").symlink_to("/etc/hostname")
    with pytest.raises(SourceError, match="leads out"):
        read.read_test_set(tmp_path)


def test_reading_looks_at_names_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One look at each folder, none at each file: this is what keeps 100,000 files within seconds."""
    paths = [f"{part}/{label}/{i}.jpg" for part in ("train", "test") for label in ("real", "fake") for i in range(500)]
    touch(tmp_path, *paths)
    rows = "".join(f"{path},{path.split('/')[1]}\n" for path in paths)
    (tmp_path / "mine.csv").write_text("path,label\n" + rows)
    calls: Counter[str] = Counter()

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            calls[name] += 1
            return function(*arguments, **named)

        return counted

    for module, name in ((os, "scandir"), (os, "stat"), (os, "lstat"), (os.path, "realpath")):
        monkeypatch.setattr(module, name, counting(name, getattr(module, name)))
    for source, folders in ((tmp_path, 7), (tmp_path / "mine.csv", 4)):
        calls.clear()
        start = time.process_time()
        assert len(read.read_source(source).pictures) == 2000
        assert time.process_time() - start < 5
        assert calls["scandir"] == folders
        assert calls["realpath"] <= folders + 1
        assert calls["stat"] + calls["lstat"] <= 20 * folders
