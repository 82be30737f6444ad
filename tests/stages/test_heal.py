"""DVC's list of who reads and writes, and its lock file, which a kill can leave empty."""

import subprocess
import sys
from pathlib import Path

import pytest

from stages.shared import heal
from stages.shared.alone import AtWorkError


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    return tmp_path / heal.LIST


@pytest.mark.parametrize("content", ["", "{", "\0\0", '{"/x": {"read": ['])
def test_a_damaged_list_is_removed(listed: Path, content: str) -> None:
    listed.write_text(content)
    assert "was removed" in heal.heal()
    assert not listed.exists()


def test_a_good_one_stays(listed: Path) -> None:
    assert heal.heal() == ""
    listed.write_text("{}")
    assert heal.heal() == ""
    assert listed.read_text() == "{}"


LOCKED = "schema: '2.0'\nstages:\n  check:\n    cmd: python -m stages.check\n"


@pytest.mark.parametrize("content", ["", "schema: '2.0'\nstages:\n  check:\n    cm", "\0", "- a\n", LOCKED[:-1]])
def test_a_damaged_lock_is_removed(listed: Path, content: str) -> None:
    heal.LOCK.write_text(content)
    listed.write_text("")
    assert heal.heal() == (
        "'.dvc/tmp/rwlock', which a killed dvc had left damaged, was removed. "
        "'dvc.lock', which a killed dvc had left damaged, was removed."
    )
    assert not heal.LOCK.exists()


def test_a_good_lock_stays(listed: Path) -> None:
    heal.LOCK.write_text(LOCKED)
    assert heal.heal() == ""
    assert heal.LOCK.read_text() == LOCKED


@pytest.mark.parametrize("called", [["bin/dvc"], ["-m", "dvc"], ["bin/dvc.exe"]])
def test_not_while_dvc_is_at_work_here(listed: Path, tmp_path: Path, called: list[str]) -> None:
    listed.write_text("")
    (tmp_path / "bin").mkdir()
    for name in ("bin/dvc", "bin/dvc.exe", "dvc.py"):
        (tmp_path / name).write_text("import time; time.sleep(60)")
    with subprocess.Popen([sys.executable, *called, "repro"], cwd=tmp_path) as dvc:
        try:
            with pytest.raises(AtWorkError, match=rf"dvc is at work here \(process {dvc.pid}\)"):
                heal.heal()
            assert listed.exists()
        finally:
            dvc.kill()
