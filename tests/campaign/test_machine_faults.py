"""A full disk, read-only folders, no home, no network: one line, the old state, and the same result afterwards."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.campaign.conftest import Tally
from tests.pipeline.conftest import Project, executed, usable

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(900)]
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("mount"), reason="only root can mount"
)
STAGES: dict[str, dict[str, object]] = {  # each with the parameter that makes it run again
    "sample": {"sample": {"seed": 7}},
    "crop": {"crop": {"margin": 0.4}},
    "train_full": {"train_full": {"epochs": 3}},
    "evaluate": {"evaluate": {"threshold": 0.4}},
    "robustness": {"evaluate": {"robustness_pictures": 6}},
}


@contextmanager
def mounted(where: Path, *options: str) -> Iterator[None]:
    where.mkdir(exist_ok=True)
    subprocess.run(["mount", *options, where], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", where], check=True)


@contextmanager
def full(folder: Path, left: int) -> Iterator[None]:
    """All but so many bytes of its disk are used."""
    filler = folder / "filler"
    free = shutil.disk_usage(folder).free
    with filler.open("wb") as file:
        file.write(b"\0" * max(0, free - left))
    try:
        yield
    finally:
        filler.unlink()


def in_one_line(project: Project, stage: str, expected: str) -> None:
    """The stage alone ends in one line, if what is left does not suffice."""
    name, *method = stage.split("_")
    code, output = project.ended("python", "-m", f"stages.{name}", *method)
    if code == 0:
        return
    lines = [line for line in output.splitlines() if line.strip()]
    assert code == 1, output
    assert expected in lines[-1], output
    assert lines[-1].startswith(f"{name}"), output
    assert "Traceback" not in output, output


@needs_root
def test_a_full_disk_at_five_stages(whole: Project, tmp_path: Path, tally: Callable[[str], Tally]) -> None:
    count, disk = tally("full disk"), tmp_path / "disk"
    with mounted(disk, "-t", "tmpfs", "-o", "size=200m", "tmpfs"):
        for stage, change in STAGES.items():
            expected = changed(whole, tmp_path / f"expected_{stage}", change, stage)
            for left in (0, 4_000):
                project = Project(shutil.copytree(whole.root, disk / "project", symlinks=True))
                project.set(**change)
                project.run("dvc", "repro", "check")
                with count.tried(f"{stage}, {left:,} bytes left"):
                    before = project.files()
                    with full(disk, left):
                        in_one_line(project, stage, "No space left on device")
                    assert left or project.files() == before
                    project.run("dvc", "repro", stage)
                    assert project.outputs() == expected
                shutil.rmtree(project.root)
    count.check()


def changed(whole: Project, folder: Path, change: dict[str, object], stage: str) -> dict[str, str]:
    """What a run without a fault gives."""
    project = Project(shutil.copytree(whole.root, folder, symlinks=True))
    project.set(**change)
    project.run("dvc", "repro", stage)
    outputs = project.outputs()
    shutil.rmtree(folder)
    return outputs


@needs_root
@pytest.mark.parametrize("folder", ["data", "models", "plots", "metrics"])
def test_a_folder_that_cannot_be_written(copied: Project, folder: str, tally: Callable[[str], Tally]) -> None:
    count, before = tally(f"read-only {folder}"), copied.files()
    where = copied.root / folder
    copied.set(sample={"seed": 7})
    subprocess.run(["mount", "--bind", where, where], check=True)
    with mounted(where, "-o", "remount,bind,ro"):
        with count.tried("python -m facevalue check, as make asks first"):
            output = copied.fails("python", "-m", "facevalue", "check")
            assert output == f"check: '{folder}' cannot be written; nothing was changed.\n"
            assert copied.files() == before
        with count.tried("dvc repro"):
            output = copied.fails("dvc", "repro")
            assert "Traceback" not in output
            kept = {name: content for name, content in before.items() if folder == "data" or name.startswith(folder)}
            assert kept.items() <= copied.files().items()
    count.check()


@needs_root
def test_make_loses_nothing_where_a_folder_cannot_be_written(untouched: Project) -> None:
    project, data = usable(untouched), untouched.root / "data"
    before, code = project.files(), project.root / "facevalue/cropping/geometry.py"
    code.write_text(code.read_text() + "# changed\n")  # `crop` alone runs anew, and not the stage that checks
    subprocess.run(["mount", "--bind", data, data], check=True)
    with mounted(data, "-o", "remount,bind,ro"):
        output = project.fails("make")
    assert project.files() == before
    assert "check: 'data' cannot be written; nothing was changed." in output.splitlines()
    assert executed(output) == []


def test_no_home_and_no_network(copied: Project, tally: Callable[[str], Tally]) -> None:
    count = tally("no home, no network")
    away = copied.root.parent / "no_home"  # where it can be made: DVC itself gives up below a file
    cases = {"no HOME": ["env", "-u", "HOME"], "a HOME that is not there": ["env", f"HOME={away}"]}
    if shutil.which("unshare") and subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0:
        cases["no network"] = ["unshare", "-n"]
    for number, (case, before) in enumerate(cases.items()):
        with count.tried(case):
            copied.set(train_crop={"learning_rate": 0.001 + number / 10_000})
            output = copied.run(*before, "dvc", "repro")
            assert "train_crop" in executed(output)
            assert "Traceback" not in output
    count.check()


def test_weights_that_cannot_be_had(copied: Project, tally: Callable[[str], Tally]) -> None:
    count, before, parameters = tally("offline hub"), copied.files(), (copied.root / "params.yaml").read_text()
    copied.set(train_crop={"pretrained": True})
    environments = {"told to be offline": ["env", "HF_HUB_OFFLINE=1", "HF_HOME=/dev/null/hub"]}
    environments["a hub that does not answer"] = ["env", "HF_ENDPOINT=http://127.0.0.1:9", f"HF_HOME={sys.prefix}/none"]
    for case, before_command in environments.items():
        with count.tried(case):
            code, output = copied.ended(*before_command, "dvc", "repro")
            assert code != 0
            assert "Traceback" not in output, output
            assert len([line for line in output.splitlines() if line.startswith("train_crop: ")]) == 1, output
            kept = {name: content for name, content in copied.files().items() if "crop" not in name}
            assert kept.items() <= before.items()
    (copied.root / "params.yaml").write_text(parameters)
    with count.tried("put back"):
        assert "train_crop" not in executed(copied.run("dvc", "repro"))
        assert copied.files() == before
    count.check()
