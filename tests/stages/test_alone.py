"""A stage that works alone, and ends with the `dvc` that started it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
STAGE = """
import sys, time; sys.path.insert(0, {root!r})
import stages  # which follows its dvc from here on
from pathlib import Path
from facevalue.common import files
from stages.shared import shell
def stage():
    with files.replacing_folder(Path("out")) as folder:
        (folder / "started").write_text("")
        time.sleep({seconds})
        (folder / "done").write_text("")
    return "done"
shell.run("stage", stage)
"""
STARTER = """
import os, subprocess, sys
os.environ["DVC_STAGE"] = "stage"
subprocess.run(f"{{sys.executable}} stage.py; true", shell=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "stage.py").write_text(STAGE.format(root=str(ROOT), seconds=60))
    (tmp_path / "quick.py").write_text(STAGE.format(root=str(ROOT), seconds=0))
    (tmp_path / "dvc.py").write_text(STARTER.format())
    (tmp_path / ".dvc").mkdir()
    return tmp_path


def wait_for(found: object, seconds: float = 30) -> None:
    assert callable(found)
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_killed_alone_dvc_leaves_no_stage_behind_and_the_next_run_is_clean(folder: Path) -> None:
    dvc = subprocess.Popen([sys.executable, "dvc.py"], cwd=folder, stderr=subprocess.PIPE, text=True)
    wait_for((folder / "out.partial/started").exists)
    stages = [each for each in psutil.Process(dvc.pid).children(recursive=True) if "stage.py" in each.cmdline()]
    assert stages
    dvc.kill()
    again = subprocess.run([sys.executable, "quick.py"], cwd=folder, capture_output=True, text=True)
    assert (again.returncode, again.stdout) == (0, "stage: done\n")
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["done", "started"]
    for stage in stages:  # one that has let go of its lock may still be ending
        wait_for(lambda stage=stage: ended(stage), 5)
    assert dvc.stderr
    assert "stage: interrupted; the next run starts this stage afresh." in dvc.stderr.read()


def test_killed_while_its_stage_still_imports_dvc_leaves_none_behind(folder: Path) -> None:
    text = (
        (folder / "stage.py")
        .read_text()
        .replace("from facevalue", "Path('importing').touch(); time.sleep(9)\nfrom facevalue")
    )
    (folder / "stage.py").write_text(text)
    dvc = subprocess.Popen([sys.executable, "dvc.py"], cwd=folder)
    wait_for((folder / "importing").exists)
    (stage,) = (each for each in psutil.Process(dvc.pid).children(recursive=True) if each.cmdline()[1:] == ["stage.py"])
    dvc.kill()
    dvc.wait()
    wait_for(lambda: ended(stage), 5)
    assert not (folder / "out.partial").exists()


def test_without_dvc_a_stage_outlives_who_started_it(folder: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"}
    body = "import subprocess, sys; subprocess.Popen([sys.executable, 'quick.py'])"
    (folder / "quick.py").write_text(STAGE.format(root=str(ROOT), seconds=1.5))
    subprocess.run([sys.executable, "-c", body], cwd=folder, env=environment, check=True)
    wait_for((folder / "out/done").exists)


def test_who_waits_too_long_says_so(folder: Path) -> None:
    first = subprocess.Popen([sys.executable, "stage.py"], cwd=folder, stderr=subprocess.DEVNULL)
    try:
        wait_for((folder / "out.partial/started").exists)
        impatient = (
            (folder / "quick.py")
            .read_text()
            .replace("def stage", "from stages.shared import alone\nalone.PATIENCE = 0.2\ndef stage")
        )
        done = subprocess.run([sys.executable, "-c", impatient], cwd=folder, capture_output=True, text=True)
    finally:
        first.kill()
        first.wait()
    assert done.returncode == 1
    assert "stage: waits for another run of this stage to end." in done.stderr
    assert done.stderr.splitlines()[-1].startswith("stage: another run of this stage is at work here; wait for it")
    assert "Traceback" not in done.stderr
