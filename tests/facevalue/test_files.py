from pathlib import Path

import pytest

from facevalue import files
from facevalue.errors import SourceError


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for text in ("old", "new"):
        with files.replacing_folder(folder) as partial:
            (partial / text).write_text(text)
    assert [path.name for path in folder.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failure_leaves_the_old_folder_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with files.replacing_folder(folder) as partial:
        (partial / "old").write_text("old")
    with pytest.raises(KeyboardInterrupt), files.replacing_folder(folder) as partial:  # noqa: PT012
        (partial / "new").write_text("new")
        raise KeyboardInterrupt
    assert [path.name for path in folder.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "half").write_text("half")
    with files.replacing_folder(tmp_path / "out") as partial:
        assert list(partial.iterdir()) == []


def test_a_file_is_replaced_or_kept(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "out.txt"
    with files.replacing_file(file) as partial:
        partial.write_text("old")
    with pytest.raises(RuntimeError), files.replacing_file(file) as partial:  # noqa: PT012
        partial.write_text("half")
        raise RuntimeError
    assert file.read_text() == "old"
    assert [path.name for path in file.parent.iterdir()] == ["out.txt"]


def test_json_refuses_what_json_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.write_json({"auc": float("nan")}, tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []


def test_inside_names_the_file(tmp_path: Path) -> None:
    assert files.inside(tmp_path, "real/a.jpg") == tmp_path / "real/a.jpg"


@pytest.mark.parametrize("path", ["../a.jpg", "/etc/passwd", "real/../../a.jpg", "..\\a.jpg", "a\0.jpg", ""])
def test_a_path_that_leaves_the_root_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(SourceError):
        files.inside(tmp_path, path)


def test_a_link_that_leaves_the_root_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (root / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (root / "real.jpg").write_bytes(b"x")
    (root / "alias.jpg").symlink_to(root / "real.jpg")
    with pytest.raises(SourceError, match="link"):
        files.inside(root, "link.jpg")
    assert files.inside(root, "alias.jpg").is_file()


def test_a_root_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.jpg").write_bytes(b"x")
    (tmp_path / "here").symlink_to(tmp_path / "there")
    assert files.inside(tmp_path / "here", "a.jpg").is_file()
