from pathlib import Path

import pandas as pd
import pytest

from facevalue import catalogue, files
from facevalue.errors import SourceError


def touch(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"")


def test_folders_name_label_and_kind(tmp_path: Path) -> None:
    touch(tmp_path, "real/b.jpg", "real/deep/a.PNG", "fake/plain.jpeg", "fake/swap/x.webp", "fake/swap/deep/y.jpg")
    touch(tmp_path, "real/notes.txt", "real/.hidden.jpg", "elsewhere/z.jpg")
    root, table = catalogue.read_source(tmp_path)
    assert root == tmp_path
    assert table.values.tolist() == [
        ["fake/plain.jpeg", "fake", "fake", "fake/plain.jpeg"],
        ["fake/swap/deep/y.jpg", "fake", "swap", "fake/swap/deep/y.jpg"],
        ["fake/swap/x.webp", "fake", "swap", "fake/swap/x.webp"],
        ["real/b.jpg", "real", "real", "real/b.jpg"],
        ["real/deep/a.PNG", "real", "real", "real/deep/a.PNG"],
    ]


def test_a_csv_names_what_it_knows_and_the_rest_is_filled(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "sub/b.jpg", "007.jpg")
    csv = tmp_path / "mine.csv"
    text = "path, label,kind,note\na.jpg,REAL,,x\nsub/b.jpg,fake,swap,\n007.jpg, fake ,,\n"
    csv.write_text(text, encoding="utf-8-sig")
    root, table = catalogue.read_source(csv)
    assert root == tmp_path
    assert table.values.tolist() == [
        ["007.jpg", "fake", "fake", "007.jpg"],
        ["a.jpg", "real", "real", "a.jpg"],
        ["sub/b.jpg", "fake", "swap", "sub/b.jpg"],
    ]


def test_a_folder_may_carry_its_table(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.jpg", "fake/b.jpg", "fake/not_in_the_table.jpg")
    (tmp_path / "catalogue.csv").write_text("path,label,group\nreal/a.jpg,real,anna\nfake/b.jpg,fake,anna\n")
    _, table = catalogue.read_source(tmp_path)
    assert table["group"].tolist() == ["anna", "anna"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,label\n../a.jpg,real\nb.jpg,fake\n", "leads out of"),
        ("path,label\n/etc/passwd,real\nb.jpg,fake\n", "leads out of"),
        (
            "path,label\na.jpg,real\nnone.jpg,fake\nnada.jpg,fake\n",
            r"2 of 3 rows .* no file, e.g. row 3 \('none.jpg'\)",
        ),
        ("path,label\na.jpg,0\nb.jpg,fake\n", r"1 of 2 rows .* label other than real or fake, e.g. row 2 \('0'\)"),
        ("path,label\na.jpg,real\na.jpg,fake\n", r"name a picture that an earlier row names, e.g. row 3"),
        ("file,label\na.jpg,real\n", "has no column path; it has file, label"),
        ("path,label\na.jpg,real\n", "has no fake pictures"),
        ("", "not a CSV with a header"),
        ('path,label\n"a.jpg,real\n', "not a CSV with a header"),
        ("path,label\n", "has no real pictures"),
    ],
)
def test_a_wrong_csv_is_named_with_a_row(tmp_path: Path, text: str, message: str) -> None:
    touch(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "mine.csv").write_text(text)
    with pytest.raises(SourceError, match=message) as caught:
        catalogue.read_source(tmp_path / "mine.csv")
    assert "\n" not in str(caught.value)


def test_a_csv_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes(b"path,label\n\xff\xfe.jpg,real\n")
    with pytest.raises(SourceError, match="not a CSV with a header"):
        catalogue.read_source(tmp_path / "mine.csv")


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([], "no folder real/ and no folder fake/ and no catalogue.csv; it holds nothing"),
        (["real/a.jpg"], "no folder fake/ .* it holds real"),
        (["real/a.jpg", "fake/readme.txt"], "has no fake pictures"),
        (["cats/a.jpg", "dogs/b.jpg"], "it holds cats, dogs"),
    ],
)
def test_a_folder_without_both_classes_says_what_was_seen(tmp_path: Path, paths: list[str], message: str) -> None:
    touch(tmp_path, *paths)
    with pytest.raises(SourceError, match=message):
        catalogue.read_source(tmp_path)


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        catalogue.read_source(tmp_path / "none")


def test_a_picture_behind_a_link_that_leaves_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "secret.jpg", "source/real/a.jpg", "source/fake/b.jpg")
    (tmp_path / "source/fake/c.jpg").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(SourceError, match="link that leads out"):
        catalogue.read_source(tmp_path / "source")


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    rows = [["1", "real", "real", "007"], ["a,b", "fake", "NA", ""]]
    table = pd.DataFrame(rows, columns=list(catalogue.COLUMNS))
    files.write_csv(table, tmp_path / "a.csv")
    pd.testing.assert_frame_equal(catalogue.read(tmp_path / "a.csv"), table, check_dtype=False)


def test_fake_is_one() -> None:
    assert catalogue.targets(pd.Series(["real", "fake", "fake"])).tolist() == [0, 1, 1]
