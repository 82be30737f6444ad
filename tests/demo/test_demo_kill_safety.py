"""What an interrupted run leaves: no half-written output, and nothing in the way of the next run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.drawing import draw as script
from demo.drawing.draw import draw
from demo.drawing.params import Params


def test_a_failing_run_leaves_the_old_pictures_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "pictures"
    draw(Params(8, 64, seed=1), target, processes=1)
    before = {path: path.read_bytes() for path in target.rglob("*.jpg")}

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(script, "write_catalogue", fails)
    with pytest.raises(OSError, match="disk full"):
        draw(Params(8, 64, seed=2), target, processes=1)
    assert {path: path.read_bytes() for path in target.rglob("*.jpg")} == before


def test_a_killed_run_leaves_no_output_and_the_next_one_succeeds(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/params.yaml").write_text("{pictures: 400, side: 128, seed: 1}")
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-m", "demo.drawing"]
    run = subprocess.Popen(command, cwd=tmp_path, env=environment, start_new_session=True)
    partial, deadline = tmp_path / "demo/pictures.partial", time.monotonic() + 60
    while not list(partial.glob("*/*.jpg")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert list(partial.glob("*/*.jpg"))
    assert not (tmp_path / "demo/pictures").exists()
    shots = draw(Params(8, 64, seed=1), tmp_path / "demo/pictures", processes=1)
    assert len(list((tmp_path / "demo/pictures").rglob("*.jpg"))) == len(shots) == 8
    assert not partial.exists()
