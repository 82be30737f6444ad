import subprocess
import sys
from pathlib import Path

import pytest

from facevalue.common import files

ROOT = Path(__file__).parents[3]


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


def test_a_temporary_folder_goes_with_its_process_or_with_the_next_of_its_kind(tmp_path: Path) -> None:
    script = f"""
import os
from facevalue.common.files import temporary_folder
with temporary_folder("kind", {str(tmp_path)!r}) as folder:
    (folder / "content").mkdir()
    os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 9
    (left,) = tmp_path.iterdir()
    with files.temporary_folder("other", str(tmp_path)) as other:
        assert left.exists()
        with files.temporary_folder("kind", str(tmp_path)) as own, files.temporary_folder("kind", str(tmp_path)):
            assert not left.exists()
            assert own.exists()
            assert other.exists()
    assert list(tmp_path.iterdir()) == []
