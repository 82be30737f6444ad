"""Tables as Hugging Face's ImageFolder has them: what is odd, wrong or hostile in one."""

import os
from pathlib import Path

import pytest

from facevalue.common.errors import SourceError
from facevalue.sources import read


def make(root: Path, table: str, text: str, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    (root / table).parent.mkdir(parents=True, exist_ok=True)
    (root / table).write_text(text)
    return root


def labels(offer: read.Offer) -> dict[str, str]:
    return dict(zip(offer.pictures["path"], offer.pictures["label"], strict=True))


def refusal(source: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read.read_source(source)
    assert all(line.isprintable() for line in str(caught.value).splitlines())
    assert len(str(caught.value)) < 2000
    return str(caught.value)


def test_folders_are_no_classes_where_a_table_is(tmp_path: Path) -> None:
    make(tmp_path, "metadata.csv", "file_name,label\nreal/a.jpg,fake\nfake/a.jpg,real\n", "real/a.jpg", "fake/a.jpg")
    offer = read.read_source(tmp_path)
    assert labels(offer) == {"real/a.jpg": "fake", "fake/a.jpg": "real"}
    assert "also looks like folders; `layout` can say so" in offer.remarks
    assert labels(read.read_source(tmp_path, "folders")) == {"real/a.jpg": "real", "fake/a.jpg": "fake"}


def test_a_table_of_captions_is_none_of_labels(tmp_path: Path) -> None:
    text = '{"file_name": "0001.png", "text": "a golden retriever"}\n'
    make(tmp_path, "real/metadata.jsonl", text, "real/0001.png", "fake/0002.png")
    assert read.read_source(tmp_path).layout == "folders"


def test_names_may_differ_in_case_where_one_file_can_be_meant(tmp_path: Path) -> None:
    rows = "file_name,label\nA.JPG,real\nSub/B.png,fake\nc.jpg,fake\n"
    offer = read.read_source(make(tmp_path, "metadata.csv", rows, "a.jpg", "sub/b.PNG", "C.jpg", "c.JPG"))
    assert labels(offer) == {"a.jpg": "real", "sub/b.PNG": "fake"}
    assert offer.remarks == (
        "pictures in the tables that are not there: 1, e.g. 'c.jpg'",
        "pictures or videos that stand outside the layout: 2, e.g. 'C.jpg'",
    )


def test_what_is_not_there_and_what_is_not_named_is_counted(tmp_path: Path) -> None:
    rows = "file_name,label\na.jpg,real\nx.jpg,real\ny.jpg,fake\nb.jpg,fake\n"
    offer = read.read_source(make(tmp_path, "train/metadata.csv", rows, "train/a.jpg", "train/b.jpg", "train/more.jpg"))
    assert len(offer.pictures) == 2
    assert offer.remarks == (
        "pictures in the tables that are not there: 2, e.g. 'train/x.jpg'",
        "pictures or videos that stand outside the layout: 1, e.g. 'train/more.jpg'",
    )


def test_one_other_column_may_name_files(tmp_path: Path) -> None:
    rows = "image_file_name,label\na.jpg,real\nb.jpg,fake\n"
    assert len(read.read_source(make(tmp_path, "metadata.csv", rows, "a.jpg", "b.jpg")).pictures) == 2
    make(tmp_path, "metadata.csv", "image_file_name,mask_file_name,label\na.jpg,b.jpg,real\n")
    assert "has no layout that is known" in refusal(tmp_path)


def test_a_path_beside_the_file_name_is_not_read(tmp_path: Path) -> None:
    rows = "file_name,label,path\na.jpg,real,/home/me/0.jpg\nb.jpg,fake,/home/me/1.jpg\n"
    offer = read.read_source(make(tmp_path, "metadata.csv", rows, "a.jpg", "b.jpg"))
    assert labels(offer) == {"a.jpg": "real", "b.jpg": "fake"}


def test_frames_of_a_video_stay_together(tmp_path: Path) -> None:
    rows = "".join(f"{label}{v}_{f}.jpg,{label},{label}{v}\n" for label in ("real", "fake") for v in "ab" for f in "01")
    paths = [line.split(",")[0] for line in rows.split()]
    pictures = read.read_source(make(tmp_path, "metadata.csv", f"file_name,label,video\n{rows}", *paths)).pictures
    assert pictures.groupby("video")["group"].nunique().tolist() == [1, 1, 1, 1]
    assert pictures["group"].nunique() == 4


@pytest.mark.parametrize("table", ["metadata.csv", "train/metadata.csv"])
@pytest.mark.parametrize(("word", "count"), [("0", 2), ("1", 2), ("", 1), ("cat", 1), ("True", 1), ("0.0", 1)])
def test_a_number_is_never_guessed(tmp_path: Path, table: str, word: str, count: int) -> None:
    other = "1" if word == "0" else "0" if word == "1" else "real"
    folder = str(Path(table).parent)
    make(tmp_path, table, f"file_name,label\na.jpg,{word}\nb.jpg,{other}\n", f"{folder}/a.jpg", f"{folder}/b.jpg")
    assert refusal(tmp_path) == (
        f"{count} of 2 rows of '{tmp_path / table}' have no word for real or fake in the column label, e.g. row 2 "
        f"({word!r}); write real or fake there or in a column label_text, since a number does not tell which is which."
    )


@pytest.mark.parametrize("line", ['{"file_name": "a.jpg", "label": 0}', '{"file_name": "a.jpg", "label": true}'])
def test_nor_in_lines(tmp_path: Path, line: str) -> None:
    message = refusal(make(tmp_path, "metadata.jsonl", f"\n{line}\n".lstrip("\n"), "a.jpg"))
    assert "1 of 1 rows of" in message
    assert "e.g. row 1 (" in message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../secret.jpg", "leads out of"),
        ("sub/../../secret.jpg", "leads out of"),
        ("/etc/passwd", "leads out of"),
        ("sub\\\\a.jpg", "with control characters or a backslash, e.g. row 2"),
        ("a\\u001b.jpg", "with control characters or a backslash, e.g. row 2"),
        ("./b.jpg", "name a picture that an earlier row names, e.g. row 2 ('b.jpg')"),
        ("out.jpg", "'out.jpg' is a link that leads out of"),
    ],
)
def test_no_path_leaves_the_folder(tmp_path: Path, name: str, message: str) -> None:
    make(tmp_path, "secret.jpg", "")
    root = make(
        *(tmp_path / "root", "metadata.jsonl"),
        f'{{"file_name": "b.jpg", "label": "real"}}\n{{"file_name": "{name}", "label": "fake"}}\n',
        "b.jpg",
    )
    os.symlink(tmp_path / "secret.jpg", root / "out.jpg")  # noqa: PTH211
    assert message in refusal(root)


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("[1, 2]", "line 2 of "),
        ("{", "is no JSON object; write one in each line."),
        ("[" * 100_000, "is no JSON object"),
        ('{"file_name": ["a"], "label": "fake"}', "has no fake pictures"),
        ('{"label": "fake"}', "has no fake pictures"),
        ('{"file_name": "b.jpg", "label": {"a": 1}}', "no word for real or fake"),
        ('{"file_name": "b.jpg", "label": "' + "x" * 1_000_000 + '"}', "no word for real or fake"),
        ('{"file_name": "b.jpg", "label": "fake", "split": 3}', "carry a split other than train, val or test"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, rest: str, message: str) -> None:
    text = '{"file_name": "a.jpg", "label": "real"}\n' + rest
    assert message in refusal(make(tmp_path, "metadata.jsonl", text, "a.jpg", "b.jpg"))


@pytest.mark.parametrize(
    "text", ["", "\0", "\ufeff,,\n", "{", "file_name\n", '"file_name', "[]\n", "3\n", "file_name,label"]
)
@pytest.mark.parametrize("table", ["metadata.csv", "metadata.jsonl"])
def test_another_projects_table_is_none(tmp_path: Path, table: str, text: str) -> None:
    make(tmp_path, table, text, "real/a.jpg", "fake/b.jpg")
    if table == "metadata.csv" and text == "file_name,label":
        assert "has no real and no fake pictures" in refusal(tmp_path)
    else:
        assert read.read_source(tmp_path).layout == "folders"
