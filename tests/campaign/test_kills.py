"""Every stage is killed at a moment of its run; the next run gives what one without a fault gives."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import yaml

from tests.campaign.conftest import Tally
from tests.pipeline.conftest import Project, executed, make_project

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1500)]
STAGES = (
    *("check", "demo/dvc.yaml:demo", "sample", "crop", "split", "train_full", "train_crop", "audit", "robustness"),
    *("squares", "control_crop", "control", "evaluate", "explain", "unseen_full", "unseen_crop", "unseen", "report"),
)
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
KILLS = 20


def test_twenty_kills_leave_nothing_behind(
    tmp_path: Path, whole: Project, tally: Callable[[str], Tally], capfd: pytest.CaptureFixture[str]
) -> None:
    count, chance = tally("kills"), random.Random(0)
    half = chance.sample(STAGES, KILLS // 2)
    for number, killed in enumerate((half, [*set(STAGES) - set(half), *chance.sample(half, KILLS - len(STAGES))])):
        project = make_project(tmp_path / f"project{number}")
        project.set(split={"repeats": 2})
        for stage in STAGES:
            if stage in killed:
                how, alone = chance.choice(SIGNALS), chance.choice((True, False))
                moment = chance.uniform(0, 5)
                case = f"{stage} after {moment:.1f} s, {how.name}, {'dvc alone' if alone else 'all of it'}"
                with count.tried(case):
                    kill(project, stage, moment, how, alone)
                    again(project, stage)
                    assert entry(project, stage) == entry(whole, stage)
                with capfd.disabled():
                    print(f"{case}: {count.broke.get(case, 'held')}", flush=True)
            else:
                again(project, stage)
        with count.tried(f"all of project {number}"):
            same(project, whole)
    assert count.number == KILLS + 2
    count.check()


def kill(project: Project, stage: str, moment: float, how: signal.Signals, alone: bool) -> None:
    """Start it, and send a signal so long after DVC has said that it runs, unless it has ended by then."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    running = subprocess.Popen(
        ["dvc", "repro", stage], cwd=project.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert running.stdout
    for line in running.stdout:
        if line.startswith("Running stage"):
            break
    time.sleep(moment)
    if running.poll() is None:
        (os.kill if alone else os.killpg)(running.pid, how)
    if how != signal.SIGKILL:
        output = running.stdout.read()
        assert "Traceback" not in output, output
    running.wait()


def again(project: Project, stage: str) -> None:
    """As `make` does: heal, then run, at once."""
    project.run("python", "-m", "stages.shared.heal")
    project.run("dvc", "repro", stage)


def entry(project: Project, stage: str) -> object:
    """What DVC's lock file says of a stage."""
    folder, _, name = stage.rpartition(":")
    lock = project.root / Path(folder).parent / "dvc.lock"
    return yaml.safe_load(lock.read_text())["stages"][name]


def same(project: Project, whole: Project) -> None:
    """The same files to the byte, nothing beside them, and no process of it alive."""
    locks = [yaml.safe_load((each.root / "dvc.lock").read_text()) for each in (project, whole)]
    assert locks[0] == locks[1]  # the order there is that in which the stages ran
    assert project.files() == whole.files()
    assert executed(project.run("dvc", "repro")) == []
    ours = str(project.root)
    left = [each.pid for each in psutil.process_iter(["cwd"]) if each.info["cwd"] == ours]
    assert left == []
    project.run("dvc", "checkout")
    shutil.rmtree(project.root)
