"""A CSV of scores: which columns are whose, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from facevalue.common.errors import SourceError
from facevalue.judging import table

Write = Callable[[str], Path]
HEADER = "picture,label,one,other\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """What a table holds, as a file."""

    def written(content: str, encoding: str = "utf-8") -> Path:
        (tmp_path / "scores.csv").write_text(content, encoding=encoding)
        return tmp_path / "scores.csv"

    return written


def refused(file: Path, *of: str) -> str:
    """The line, which is one; without where the file lies."""
    with pytest.raises(SourceError) as error:
        table.read(file, of)
    (line,) = str(error.value).split("\n")
    return line.replace(f"'{file}'", "FILE")


def test_a_column_is_a_detector_or_one_training_of_it() -> None:
    facts = ["picture", "label", "group", "kind", "source", "face_share", "confidence", "called_clip", ""]
    assert table.detectors([*facts, "clip_02", "clip", "clip_01", "resnet_50", "vgg_16", "vgg_19"]) == {
        "clip": ("clip_01", "clip_02"),
        "resnet_50": ("resnet_50",),
        "vgg_16": ("vgg_16",),
        "vgg_19": ("vgg_19",),
    }
    assert table.detectors(["a_01", "a_03", "b_01", "c_1"]) == {
        "a_01": ("a_01",),
        "a_03": ("a_03",),
        "b": ("b_01",),
        "c_1": ("c_1",),
    }
    assert table.detectors([f"x_{number:02}" for number in range(1, 101)])["x"][-1] == "x_100"


def test_what_the_pipeline_writes_has_two_detectors_and_a_third_on_demand(write: Write) -> None:
    names = "full,crop,ensemble,called_full,called_crop,called_ensemble,full_01,full_02,crop_01,crop_02"
    file = write(
        f"picture,source,label,kind,group,face_share,confidence,{names},ensemble_01,ensemble_02\n"
        "b,real/b,real,real,p,0.5,0.9,0.9,0.9,0.9,fake,fake,fake,0.1,0.2,0.3,0.4,0.5,0.6\n"
        "a,fake/a,fake,swap,,,,0.9,0.9,0.9,fake,fake,fake,0.6,0.7,0.8,0.9,0.7,0.8\n"
    )
    found = table.read(file)
    assert list(found.scores) == ["full", "crop"]
    assert found.scores["full"].tolist() == [[0.6, 0.7], [0.1, 0.2]]  # in the order of the pictures' names
    assert found.pictures["picture"].tolist() == ["a", "b"]
    assert found.pictures["kind"].tolist() == ["swap", "real"]
    assert found.pictures["group"].isna().tolist() == [True, False]
    assert found.pictures["face_share"].isna().tolist() == [True, False]
    assert list(table.read(file, ["crop", "ensemble"]).scores) == ["crop", "ensemble"]


def test_case_blanks_and_a_mark_at_the_start_are_of_no_account(write: Write) -> None:
    file = write("\ufeff Picture , LABEL,one, other \n a b.jpg , Fake ,1e-3, .25\nc,real,,inf\n")
    found = table.read(file)
    assert found.pictures[["picture", "label", "kind"]].to_numpy().tolist() == [
        ["a b.jpg ", "fake", "fake"],
        ["c", "real", "real"],
    ]
    np.testing.assert_array_equal(found.scores["one"], [[0.001], [np.nan]])
    np.testing.assert_array_equal(found.scores["other"], [[0.25], [np.inf]])


def test_a_number_is_read_to_its_last_digit(write: Write) -> None:
    numbers = np.random.default_rng(0).random(2000)
    file = write(HEADER + "".join(f"{place},real,{each!r},0\n" for place, each in enumerate(numbers.tolist())))
    assert sorted(table.read(file).scores["one"].ravel()) == sorted(numbers)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", "FILE is not a CSV with a header: No columns to parse from file."),
        (HEADER, "FILE has a header and no row."),
        ("picture,one,other\na,1,2\n", "FILE has no column label; it has picture, one, other."),
        ("path,one,other\na,1,2\n", "FILE has no column picture and no column label; it has path, one, other."),
        ("picture;label;one;other\n", "FILE has semicolons between its columns, which must be commas."),
        ("picture,label,one,one\na,real,1,2\n", "FILE has two columns 'one'; keep one of them."),
        ("picture,label,Label,one,two\na,real,real,1,2\n", "FILE has two columns 'label'; keep one of them."),
        (
            "picture,label\na,real\n",
            "FILE has scores of no detector; a comparison takes a column of scores of each of two.",
        ),
        (
            "picture,label,a_01,a_02\na,real,1,2\n",
            "FILE has scores of one detector, a; a comparison takes a column of scores of each of two.",
        ),
        ("picture,label,a,b,c\na,real,1,2,3\n", "FILE has scores of 3 detectors, a, b, c; name two: --of A B."),
        (
            "picture,label,a_01,a_02,b\na,real,1,2,3\n",
            "FILE has scores of 2 of 'a' and 1 of 'b': training 1 of one is paired with training 1 of the other, and "
            "so on; give as many of each.",
        ),
        (
            HEADER + "a,real,1,2\nb,1,1,2\nc,0,1,2\n",
            "2 of 3 rows of FILE carry a label other than real or fake, e.g. row 3 ('1'); a number does not tell which "
            "is which.",
        ),
        (HEADER + "a,real,1,2\n,fake,1,2\n", "1 of 2 rows of FILE name no picture, e.g. row 3 ('')."),
        (
            HEADER + "a,real,1,2\nb,real,1,2\na,fake,1,2\n",
            "1 of 3 rows of FILE name a picture that an earlier row names, e.g. row 4 ('a').",
        ),
        (
            HEADER + "a,real,1,2\nb,fake,high,low\n",
            "1 of 2 rows of FILE have no number in the column 'one', e.g. row 3 ('high'); leave a cell empty where "
            "there is no score.",
        ),
        (
            HEADER + "a\nb\n",
            "2 of 2 rows of FILE carry a label other than real or fake, e.g. row 2 (''); a number does not tell which "
            "is which.",
        ),
        (
            "picture,label,kind,one,other\na,fake,Real,1,2\n",
            "1 of 1 rows of FILE have the other class for a kind, e.g. row 2 ('Real'); a kind tells how a fake was "
            "made.",
        ),
        (
            "picture,label,one,answer\na,fake,1,2\n",
            "FILE has a detector 'answer', which the results call something else; rename it.",
        ),
        (
            "picture,label,one,a\x1b[1mb\na,fake,1,2\n",
            "FILE has a detector 'a\\x1b[1mb'; a name is text in one line, of 60 letters at most. Rename its columns.",
        ),
    ],
)
def test_a_mistake_is_one_line(write: Write, content: str, line: str) -> None:
    assert refused(write(content)) == line


def test_rows_of_more_fields_than_the_header(write: Write) -> None:
    assert refused(write(HEADER + "a,real,1,2\na,b,real,1,2\n")).startswith("FILE is not a CSV with a header: ")
    assert refused(write(HEADER + "a,b,real,1,2\n")).startswith(
        "FILE is not a CSV with a header: rows have more fields"
    )


def test_names_that_are_asked_for(write: Write) -> None:
    file = write("picture,label,a,b,c\na,real,1,2,3\n")
    assert list(table.read(file, ["c", "a"]).scores) == ["c", "a"]
    assert refused(file, "a", "d") == "FILE has no scores of 'd'; it has those of a, b, c."
    assert refused(file, "a", "a") == "'a' is named twice; a comparison takes two different detectors."


def test_what_is_no_table(tmp_path: Path, write: Write) -> None:
    assert refused(tmp_path / "no.csv") == "FILE does not exist; name a CSV of scores."
    assert refused(tmp_path) == "FILE is no file; name a CSV of scores."
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00picture")
    assert refused(tmp_path / "x.csv").startswith("FILE is not a CSV with a header: 'utf-8' codec can't decode")


def test_a_huge_table_is_refused_before_it_is_read_whole(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(HEADER + "".join(f"{number},real,1,2\n" for number in range(40)))
    monkeypatch.setattr(table, "_ROWS", 10)
    assert len(table.read(file).pictures) == 40
    monkeypatch.setattr(table, "PICTURES", 25)
    assert refused(file) == "FILE has more than 25 rows; draw some of them."
    monkeypatch.setattr(table, "LARGEST", 2**8)
    assert refused(file) == "FILE has more than 2.38419e-07 GB; leave out columns that are not needed."
