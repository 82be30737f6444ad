"""Tables that lead elsewhere, that hold what is no text, or whose columns are called otherwise."""

import json
import os
from pathlib import Path

import pytest

from facevalue.common.errors import SourceError
from facevalue.sources import read
from facevalue.sources.proposing.proposal import propose


def make(root: Path, *paths: str) -> Path:
    """A folder of empty files."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    return root


def refusal(source: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read.read_source(source)
    assert str(caught.value).isprintable()
    return str(caught.value)


def labels(source: Path) -> dict[str, str]:
    pictures = read.read_source(source).pictures
    return dict(zip(pictures["path"], pictures["label"], strict=True))


def test_a_name_that_is_not_utf_8_beside_a_csv(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "b.png", os.fsdecode(b"M\xfcller.png"))
    (tmp_path / "catalogue.csv").write_text("path,label\na.png,real\nb.png,fake\n")
    assert labels(tmp_path) == {"a.png": "real", "b.png": "fake"}


@pytest.mark.parametrize(
    "line",
    [
        {"file_name": "\ud800.png", "label": "real"},
        {"file_name": "a.png", "label": "real\udfff"},
        {"\ud800_file_name": "a.png", "label": "real"},
    ],
)
def test_half_a_character_in_a_line_is_named(tmp_path: Path, line: dict[str, str]) -> None:
    make(tmp_path, "a.png", "b.png")
    (tmp_path / "metadata.jsonl").write_text(json.dumps(line) + "\n")
    message = f"line 1 of '{tmp_path}/metadata.jsonl' holds half a character, such as \\ud800; mend it."
    assert refusal(tmp_path) == message
    with pytest.raises(SourceError) as caught:
        propose(tmp_path)
    assert str(caught.value) == message


def test_half_a_character_in_other_json_ends_in_no_traceback(tmp_path: Path) -> None:
    """A pair is one character, and stays it."""
    make(tmp_path, "a.mp4", "b.mp4", "\U0001f600.mp4")
    facts = {
        "a.mp4": {"label": "FAKE", "original": "\ud800.mp4"},
        "b.mp4": {"label": "REAL", "original": "\udfff.mp4"},
        "\U0001f600.mp4": {"label": "REAL"},
        "\udfff.mp4": {"label": "REAL"},
    }
    (tmp_path / "metadata.json").write_text(json.dumps(facts))
    offer = read.read_source(tmp_path)
    assert offer.layout == "dfdc"
    assert offer.pictures["path"].tolist() == ["a.mp4", "b.mp4", "\U0001f600.mp4"]
    assert offer.describe().isprintable()
    (tmp_path / "metadata.json").rename(tmp_path / "other.json")
    assert propose(tmp_path).rows["label"].tolist() == ["fake", "real", "real"]


@pytest.mark.parametrize("name", ["null", '""'])
def test_a_line_that_names_no_file_is_said(tmp_path: Path, name: str) -> None:
    make(tmp_path, "train/a.png", "train/b.png")
    (tmp_path / "train/metadata.jsonl").write_text(
        '{"file_name": "a.png", "label": "real"}\n'
        f'{{"file_name": {name}, "label": "real"}}\n'
        '{"file_name": "b.png", "label": "fake"}\n'
    )
    assert read.read_source(tmp_path).remarks == (
        "rows of the tables that name no file: 1, e.g. 'train/metadata.jsonl, row 2'",
    )


def test_a_table_is_no_source_where_its_folder_is(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "b.png")
    table = tmp_path / "metadata.csv"
    table.write_text("file_name,label\na.png,real\nb.png,fake\n")
    message = f"'{table}' is the table of a folder, which is read as imagefolder; name that: '{tmp_path}'."
    assert refusal(table) == message
    with pytest.raises(SourceError) as caught:
        read.read_test_set(table)
    assert str(caught.value) == message
    table.write_text("path,label,file_name\na.png,real,x\nb.png,fake,y\n")
    assert labels(table) == {"a.png": "real", "b.png": "fake"}


TABLES = {
    "metadata.csv": "file_name,label\na.png,fake\nb.png,real\n",
    "metadata.jsonl": '{"file_name": "real/a.png", "label": "fake"}\n',
    "metadata.json": '{"a.png": {"label": "FAKE"}}',
    "labels.csv": "file,label\na.png,fake\nb.png,real\n",
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("folder", ["", "real/"])
def test_a_table_that_lies_elsewhere_is_not_read(tmp_path: Path, name: str, folder: str) -> None:
    root = make(tmp_path / "set", "real/a.png", "fake/b.png")
    (tmp_path / "table").write_text(TABLES[name])
    (root / folder / name).symlink_to(tmp_path / "table")
    offer = read.read_source(root)
    assert (offer.layout, offer.remarks) == ("folders", (f"links that lead out, left out: 1, e.g. {name!r}",))
    assert labels(root) == {"fake/b.png": "fake", "real/a.png": "real"}


def test_nor_are_lists_of_a_layout(tmp_path: Path) -> None:
    faces = make(tmp_path / "ff", "original_sequences/youtube/c23/videos/000.mp4")
    make(faces, "manipulated_sequences/FaceSwap/c23/videos/000_003.mp4", "splits/x.txt")
    celebrities = make(tmp_path / "celeb", "Celeb-real/id0_0000.mp4", "Celeb-synthesis/id0_id1_0000.mp4")
    preview = make(tmp_path / "preview", "real/a.mp4", "fake/b.mp4")
    (tmp_path / "table").write_text("[]")
    for link in (
        *(faces / "splits/train.json", faces / "conversion_dict.json"),
        *(celebrities / "List_of_testing_videos.txt", preview / "dataset.json"),
    ):
        link.symlink_to(tmp_path / "table")
    for root, count in ((faces, 2), (celebrities, 1), (preview, 1)):
        offer = read.read_source(root)
        assert any(said.startswith(f"links that lead out, left out: {count}") for said in offer.remarks)
        assert set(offer.pictures["part"]) == {""}


def test_a_link_instead_of_the_folders_own_table_is_refused(tmp_path: Path) -> None:
    root = make(tmp_path / "set", "real/a.png", "fake/b.png")
    (tmp_path / "secret.csv").write_text("path,label\nreal/a.png,fake\nfake/b.png,real\n")
    (root / "catalogue.csv").symlink_to(tmp_path / "secret.csv")
    message = f"'catalogue.csv' is a link that leads out of {root}; put the file itself there."
    assert refusal(root) == message
    with pytest.raises(SourceError) as caught:
        read.read_test_set(root)
    assert str(caught.value) == message
    proposal = propose(root)
    assert proposal.rows["label"].tolist() == ["fake", "real"]
    assert proposal.notes[0] == "catalogue.csv that is there already was not read"


def test_a_table_may_be_a_link_that_stays_inside_or_leads_into_a_cache_of_dvc(tmp_path: Path) -> None:
    root = make(tmp_path / "set", "a.png", "b.png")
    cached = tmp_path / "cache/files/md5/0c" / ("ab" * 15)
    cached.parent.mkdir(parents=True)
    for table in (cached, root / "facts"):
        table.write_text("path,label\na.png,real\nb.png,fake\n")
        (root / "catalogue.csv").symlink_to(table)
        assert labels(root) == {"a.png": "real", "b.png": "fake"}
        (root / "catalogue.csv").unlink()


@pytest.mark.parametrize("name", ["metadata.csv", "metadata.json", "catalogue.csv"])
def test_a_link_to_nothing_is_no_table(tmp_path: Path, name: str) -> None:
    root = make(tmp_path, "real/a.png", "fake/b.png")
    for target in ("nowhere", name):
        (root / name).symlink_to(target)
        assert read.read_source(root).remarks == (
            f"names that are no text in one line, or no file, left out: 1, e.g. {name!r}",
        )
        (root / name).unlink()


def csv(tmp_path: Path, text: str) -> Path:
    make(tmp_path, "a.png", "b.png")
    (tmp_path / "mine.csv").write_text(text)
    return tmp_path / "mine.csv"


@pytest.mark.parametrize(
    "header",
    [
        "path,label,kind,group,video,split",
        "Path, LABEL ,Kind,GROUP,Video ,Split",
        "PATH,Label,kind,Group , video,SPLIT",
    ],
)
def test_neither_case_nor_blanks_count_in_columns(tmp_path: Path, header: str) -> None:
    offer = read.read_source(csv(tmp_path, f"{header}\na.png,real,,g,v,train\nb.png,fake,swap,g,w,test\n"))
    assert offer.pictures[["path", "label", "kind", "group", "video", "part"]].values.tolist() == [
        ["a.png", "real", "real", "g", "v", "train"],
        ["b.png", "fake", "swap", "g", "w", "test"],
    ]
    assert offer.remarks == ()
    (tmp_path / "mine.csv").unlink()
    (tmp_path / "metadata.csv").write_text("File_Name, LABEL ,Group\na.png,real,g\nb.png,fake,g\n")
    assert read.read_source(tmp_path).pictures["group"].tolist() == ["g", "g"]


@pytest.mark.parametrize("header", ["path,label,label", "path,label,Label ", "path,label,LABEL", "label,path, label"])
def test_a_column_that_stands_there_twice_is_refused(tmp_path: Path, header: str) -> None:
    file = csv(tmp_path, f"{header}\na.png,real,fake\nb.png,fake,real\n")
    assert refusal(file) == f"'{file}' has two columns label; keep one of them."


def test_a_column_of_others_may_stand_there_twice(tmp_path: Path) -> None:
    file = csv(tmp_path, "path,label,note,note,Note\na.png,real,,,\nb.png,fake,,,\n")
    assert labels(file) == {"a.png": "real", "b.png": "fake"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("identity", "call it group if it tells what belongs together"),
        ("Identities", "call it group if it tells what belongs together"),
        ("groups", "call it group if it tells what belongs together"),
        ("person", "call it group if it tells what belongs together"),
        ("subject", "call it group if it tells what belongs together"),
        ("actor", "call it group if it tells what belongs together"),
        ("videos", "call it video if it tells the video of a frame"),
        ("splits", "call it split if it tells train, val or test"),
    ],
)
def test_a_column_that_is_called_nearly_so_is_said_not_to_be_read(tmp_path: Path, name: str, said: str) -> None:
    offer = read.read_source(csv(tmp_path, f"path,label,{name}\na.png,real,x\nb.png,fake,x\n"))
    assert offer.remarks == (f"column {name!r} is not read; {said}",)
    assert offer.pictures["group"].nunique() == 2
    (tmp_path / "metadata.csv").write_text(f"file_name,label,{name}\na.png,real,x\nb.png,fake,x\n")
    assert read.read_source(tmp_path).remarks == (f"column {name.lower()!r} is not read; {said}",)
    ours = said.split()[2]
    (tmp_path / "mine.csv").write_text(f"path,label,{name},{ours}\na.png,real,x,train\nb.png,fake,x,train\n")
    assert read.read_source(tmp_path / "mine.csv").remarks == ()


@pytest.mark.parametrize(("separator", "called"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_separator_is_named(tmp_path: Path, separator: str, called: str) -> None:
    file = csv(tmp_path, separator.join(["path", "label"]) + separator.join(["\na,1.png", "real\n"]))
    assert refusal(file) == f"'{file}' has {called} between its columns, which must be commas."


def test_a_word_beside_a_number_decides(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "b.png")
    table = tmp_path / "metadata.csv"
    for text in ("label,label_text\na.png,1,Real\nb.png,0,Fake\n", "label_text\na.png,Real\nb.png,Fake\n"):
        table.write_text(f"file_name,{text}")
        assert labels(tmp_path) == {"a.png": "real", "b.png": "fake"}
    table.write_text("file_name,label,label_text\na.png,real,fake\nb.png,fake,\n")
    assert refusal(tmp_path) == (
        f"1 of 2 rows of '{table}' tell one class in the column label and another in label_text, e.g. row 2 ('fake'); "
        "correct one of them."
    )
    table.unlink()
    lines = [{"file_name": "a.png", "label": 1, "label_text": "real"}, {"file_name": "b.png", "label_text": "fake"}]
    (tmp_path / "metadata.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert labels(tmp_path) == {"a.png": "real", "b.png": "fake"}


def test_words_of_a_table_are_kept_as_text_in_one_line(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "b.png")
    (tmp_path / "catalogue.csv").write_text(
        'path,label,kind,group\na.png,real,,"one\ntwo"\nb.png,fake,"\x1b[31mred\u202eder","x\ty"\n', encoding="utf-8"
    )
    pictures = read.read_source(tmp_path).pictures
    assert pictures["kind"].tolist() == ["real", "[31mred der"]
    assert pictures["identities"].tolist() == ["one two", "x y"]


def test_a_header_is_told_without_what_moves_a_terminal(tmp_path: Path) -> None:
    make(tmp_path, "a.png")
    (tmp_path / "catalogue.csv").write_text("path,\x1b[2Jlabels\na.png,real\n")
    assert refusal(tmp_path / "catalogue.csv").endswith("has no column label; it has path,  [2Jlabels.")


@pytest.mark.parametrize(("label", "kind"), [("fake", "real"), ("fake", " Real"), ("real", "FAKE")])
def test_a_kind_that_is_the_other_class_is_refused(tmp_path: Path, label: str, kind: str) -> None:
    make(tmp_path, "a.png", "b.png")
    other = "real" if label == "fake" else "fake"
    (tmp_path / "catalogue.csv").write_text(f"path,label,kind\na.png,{label},{kind}\nb.png,{other},\n")
    assert refusal(tmp_path).startswith(f"1 {label} picture has the kind {kind.strip()!r}, e.g. 'a.png'; ")
