"""Whatever a user gets wrong, a stage answers in one line and ends with exit code 1."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from facevalue.sources import faceforensics, read

ROOT = Path(__file__).parents[2]


def stage(name: str, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", f"stages.{name}", *arguments]
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A source of three real and three fake pictures."""
    for label in ("real", "fake"):
        for i in range(3):
            path = tmp_path / f"mine/{label}/{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((8, 8, 3), i, np.uint8)).save(path)
    return tmp_path


def write_params(project: Path, **changed: Any) -> None:
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    for section, values in ({"source": "mine"} | changed).items():
        content[section] = {**content[section], **values} if isinstance(values, dict) else values
    (project / "params.yaml").write_text(yaml.safe_dump(content))


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"sample": {"sise": 4}}, "sample: params.yaml: sample.sise is not a parameter. Closest: 'size'."),
        ({"sample": {"seed": "ten"}}, "sample: params.yaml: sample.seed is 'ten'; it must be a whole number."),
        (
            {"source": "nowhere"},
            "sample: source 'nowhere' does not exist; it is a folder of a known layout, or a CSV.",
        ),
        (
            {"layout": "ff+"},
            "sample: params.yaml: layout is 'ff+'; it must be 'auto', "
            f"{', '.join(map(repr, read.NAMES[:-1]))} or {read.NAMES[-1]!r}.",
        ),
        (
            {"layout": "ff++"},
            f"sample: source 'mine' is not laid out as ff++, which is {faceforensics.STRUCTURE}; "
            "it holds fake/, real/. It looks like folders.",
        ),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_one(project: Path, changed: dict[str, Any], line: str) -> None:
    write_params(project, **changed)
    done = stage("sample", project)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{line}\n")
    assert not (project / "data/sampled").exists()


def test_an_unknown_layout_says_what_was_seen_and_what_is_known(project: Path) -> None:
    write_params(project, source="mine/real")
    done = stage("sample", project)
    assert (done.returncode, done.stdout) == (1, "")
    seen, remedy = done.stderr.splitlines()
    assert seen == (
        "sample: source 'mine/real' has no layout that is known; "
        "it holds 0.png, 1.png, 2.png: 3 pictures, e.g. '0.png'."
    )
    assert remedy.startswith(f"Known: {', '.join(read.NAMES)} (docs/datasets.md). ")
    assert remedy.endswith(" python -m facevalue catalogue mine/real > mine/real/catalogue.csv")


def test_too_large_a_sample_is_said_after_the_layout(project: Path) -> None:
    write_params(project, sample={"size": 10})
    done = stage("sample", project)
    assert (done.returncode, done.stdout) == (1, "sample: layout folders\n")
    assert done.stderr == (
        "sample: sample.size is 10, but 'mine' has only 3 real pictures that can be read; "
        "set sample.size to at most 6.\n"
    )


def test_a_csv_row_that_leaves_its_folder_is_refused(project: Path) -> None:
    (project / "mine/mine.csv").write_text("path,label\nreal/0.png,real\n../../etc/passwd,fake\n")
    write_params(project, source="mine/mine.csv")
    done = stage("sample", project)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "name a path that leads out of mine, e.g. row 3 ('../../etc/passwd')" in done.stderr


def test_a_row_of_a_set_from_elsewhere_is_refused_before_anything_is_trained(project: Path) -> None:
    (project / "mine/theirs.csv").write_text("path,label\nreal/0.png,real\nfake/0.png,faked\n")
    write_params(project, evaluate={"external": {"theirs": "mine/theirs.csv"}})
    said = (
        "evaluate.external.theirs: 1 of 2 rows of 'mine/theirs.csv' carry a label other than real or fake, "
        "e.g. row 3 ('faked').\n"
    )
    for name, arguments in (("check", ()), ("external", ("theirs",))):
        done = stage(name, project, *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{name}: {said}")


def test_pictures_without_any_face_are_one_line(project: Path) -> None:
    write_params(project, sample={"size": 6})
    assert stage("sample", project).returncode == 0
    done = stage("crop", project)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("crop: no face was found in any of the 3 real pictures; lower crop.min_confidence")
    assert done.stderr.count("\n") == 1
    assert not (project / "data/cropped").exists()


def test_a_stage_names_its_usage() -> None:
    done = stage("train", ROOT, "both")
    assert done.returncode == 2
    assert "invalid choice: 'both' (choose from" in done.stderr
