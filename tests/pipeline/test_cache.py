"""What was computed before is not computed again, in other experiments and other checkouts, and nothing differs."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from facevalue.common.cache import PLACE
from tests.pipeline.conftest import Project, make_project

pytestmark = pytest.mark.pipeline
SEVERAL = {"split": {"repeats": 2}, "train": {"epochs": 1}}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user's."""
    monkeypatch.setenv(PLACE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def lock(project: Project) -> object:
    return yaml.safe_load((project.root / "dvc.lock").read_text())  # stages come in the order in which they ran


def with_pictures(project: Project, size: int) -> Project:
    project.set(sample={"size": size}, **SEVERAL)
    return project


def test_warm_and_cold_are_the_same_to_the_last_byte(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sample that grew, with two trainings of each method, in another checkout than the first."""
    with_pictures(make_project(tmp_path / "first"), 24).run("dvc", "repro", "train_full", "train_crop")
    assert [file.name for file in cache.iterdir()] == ["results.sqlite"]
    warm = with_pictures(make_project(tmp_path / "warm"), 28)
    warm.run("dvc", "repro", "train_full", "train_crop")
    monkeypatch.setenv(PLACE, "none")
    cold = with_pictures(make_project(tmp_path / "cold"), 28)
    cold.run("dvc", "repro", "train_full", "train_crop")
    assert lock(warm) == lock(cold)
    assert warm.files() == cold.files()


def test_crop_killed_five_times_is_the_same(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = with_pictures(make_project(tmp_path / "killed"), 24)
    project.run("dvc", "repro", "sample")
    chance = random.Random(0)
    for _ in range(5):
        command = [sys.executable, "-m", "stages.crop"]
        killed = subprocess.Popen(command, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(2, 6))
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    project.run("dvc", "repro", "split")
    monkeypatch.setenv(PLACE, "none")
    cold = with_pictures(make_project(tmp_path / "cold"), 24)
    cold.run("dvc", "repro", "split")
    assert lock(project) == lock(cold)
    assert project.files() == cold.files()
