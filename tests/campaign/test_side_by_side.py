"""Several runs at once, in one checkout and in a queue."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from facevalue.common.cache import PLACE
from tests.campaign.conftest import Tally
from tests.pipeline.conftest import Project

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1200)]


def test_two_repros_at_once(copied: Project, tally: Callable[[str], Tally]) -> None:
    count = tally("two repros at once")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for seed in (7, 8):
        copied.set(train_full={"learning_rate": seed / 1000})
        with count.tried(f"learning rate {seed / 1000}"):
            both = [
                subprocess.Popen(
                    ["dvc", "repro"], cwd=copied.root, env=environment, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, text=True,
                )
                for _ in range(2)
            ]  # fmt: skip
            outputs = [each.communicate()[0] for each in both]
            assert not any("Traceback" in output for output in outputs), outputs
            assert any(each.returncode == 0 for each in both), outputs
            copied.run("dvc", "repro")
            assert "up to date" in copied.run("dvc", "status")
    count.check()


def worked_off(project: Project, seconds: float) -> str:
    """Let four workers take what is queued; the status at the end."""
    project.run("dvc", "queue", "start", "--jobs", "4")
    deadline = time.monotonic() + seconds
    while "Running" in (status := project.run("dvc", "queue", "status")) or "Queued" in status:
        assert time.monotonic() < deadline, status
        time.sleep(2)
    return status


def test_four_workers_and_twelve_experiments(copied: Project, tally: Callable[[str], Tally]) -> None:
    count = tally("experiments in a queue")
    rates = ",".join(str(number / 1000) for number in range(1, 13))
    copied.run("dvc", "exp", "run", "--queue", "--set-param", f"train.learning_rate={rates}", "train_full")
    status = worked_off(copied, 900)
    for line in status.splitlines()[1:13]:
        with count.tried(line.split()[0]):
            assert "Success" in line
    copied.run("dvc", "queue", "remove", "--success")
    assert count.number == 12
    assert copied.run("git", "status", "--porcelain") == ""
    count.check()


def test_four_workers_share_a_cache(
    copied: Project, tmp_path: Path, tally: Callable[[str], Tally], monkeypatch: pytest.MonkeyPatch
) -> None:
    """None waits for another in vain, and each comes to what it would have come to alone."""
    count, margins = tally("workers that share a cache"), ("0.1", "0.2", "0.4", "0.5")
    monkeypatch.setenv(PLACE, str(tmp_path / "cache"))
    copied.run("dvc", "exp", "run", "--queue", "--set-param", f"crop.margin={','.join(margins)}", "train_crop")
    worked_off(copied, 600)
    assert (tmp_path / "cache/results.sqlite").stat().st_size > 100_000
    names = copied.run("dvc", "exp", "list", "--sha-only").split()
    found = [yaml.safe_load(copied.run("git", "show", f"{name}:dvc.lock"))["stages"] for name in names]
    monkeypatch.setenv(PLACE, "none")
    for margin in margins:
        with count.tried(margin):
            copied.set(crop={"margin": float(margin)})
            copied.run("dvc", "repro", "--no-run-cache", "train_crop")
            alone = yaml.safe_load((copied.root / "dvc.lock").read_text())["stages"]
            warm = [each for each in found if each["crop"]["params"] == alone["crop"]["params"]]
            assert [each["crop"]["outs"] for each in warm] == [alone["crop"]["outs"]]
            assert [each["train_crop"]["outs"] for each in warm] == [alone["train_crop"]["outs"]]
    count.check()
