from pathlib import Path

import pandas as pd

from facevalue.sources import read
from facevalue.sources.further import COLUMNS, LETTERS, further_columns

HOSTILE = "<img src=x onerror=alert(1)>"


def told(source: Path) -> list[dict[str, str]]:
    return [
        {str(key): value for key, value in row.items()} for row in read.read_source(source).further.to_dict("records")
    ]


def make(root: Path, text: str, name: str = "table.csv") -> Path:
    for path in ("a.png", "b.png", "c.mp4"):
        (root / path).touch()
    (root / name).write_text(text, encoding="utf-8")
    return root / name


def test_further_columns_of_a_csv_are_kept_as_text(tmp_path: Path) -> None:
    source = make(tmp_path, "path,Label, age ,kind,country\n./a.png,real,031,,NA\nb.png,fake,,swap, France \n")
    assert told(source) == [
        {"path": "a.png", "age": "031", "country": "NA"},
        {"path": "b.png", "age": "", "country": "France"},
    ]
    offered = read.read_source(source).pictures
    assert not {"age", "country"} & set(offered)  # which other stages read


def test_a_folder_that_carries_its_table_has_them_too(tmp_path: Path) -> None:
    make(tmp_path, "path,label,skin\na.png,real,2\nc.mp4,fake,5\n", "catalogue.csv")
    assert told(tmp_path) == [{"path": "a.png", "skin": "2"}, {"path": "c.mp4", "skin": "5"}]


def test_a_source_without_them_has_none(tmp_path: Path) -> None:
    source = make(tmp_path, "path,label,label_text\na.png,real,real\nb.png,fake,fake\n")
    assert list(read.read_source(source).further) == ["path"]
    for label in ("real", "fake"):
        (tmp_path / "folder" / label).mkdir(parents=True)
        (tmp_path / "folder" / label / "a.png").touch()
    assert list(read.read_source(tmp_path / "folder").further) == ["path"]


def test_a_column_called_like_one_of_ours_is_the_user_s(tmp_path: Path) -> None:
    source = make(
        tmp_path, "path,label,split,part,identities,source\na.png,real,test,nose,x,web\nb.png,fake,,eye,y,tv\n"
    )
    assert told(source)[0] == {"path": "a.png", "part": "nose", "identities": "x", "source": "web"}
    assert read.read_source(source).pictures["part"].tolist() == ["test", ""]


def test_what_strangers_wrote_is_text_in_one_line(tmp_path: Path) -> None:
    source = make(
        tmp_path, f'path,label,"{HOSTILE}\n","\x1b[31mage"\na.png,real,"x\ny\u202e",{"9" * 300}\nb.png,fake,,\n'
    )
    first = told(source)[0]
    assert list(first) == ["path", HOSTILE, "[31mage"]
    assert first[HOSTILE] == "x y"
    assert first["[31mage"] == "9" * LETTERS


def test_too_many_columns_and_names_that_count_as_one_are_remarked_on() -> None:
    names = ["path", *(f"column {number}" for number in range(COLUMNS + 3)), "COLUMN 0 ", "\x00", "PATH\x07"]
    rows = pd.DataFrame([[f"{number}" for number in range(len(names))]], columns=names)
    kept, remarks = further_columns(rows, {"path"})
    assert list(kept) == names[1 : COLUMNS + 1]
    assert remarks == (
        "columns without a name of their own, not kept: 3, e.g. 'COLUMN 0'",
        f"columns beyond the first {COLUMNS} further ones, not kept: 3, e.g. 'column {COLUMNS}'",
    )
    _, none = further_columns(rows[["path", "column 1"]], {"path"})
    assert none == ()
