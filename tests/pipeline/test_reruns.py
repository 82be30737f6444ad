"""A change reruns what it affects and nothing else."""

import shutil
import time
from pathlib import Path

import pytest

from tests.pipeline.conftest import Project, executed

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("finished")]


def test_nothing_changed_nothing_runs(project: Project) -> None:
    start = time.monotonic()
    output = project.run("dvc", "repro")
    assert executed(output) == []
    assert "up to date" in output
    assert time.monotonic() - start < 15


@pytest.mark.parametrize(
    ("section", "key", "value", "stages"),
    [
        ("train", "epochs", 3, ["train_full", "train_crop", "evaluate"]),
        ("train", "backbone", "test_vit", ["train_full", "train_crop", "evaluate"]),
        ("train_full", "epochs", 4, ["train_full", "evaluate"]),
        ("train_crop", "image_size", 48, ["train_crop", "evaluate"]),
        ("crop", "margin", 0.5, ["crop", "split", "train_crop", "evaluate"]),
        ("split", "seed", 5, ["split", "train_full", "train_crop", "evaluate"]),
        ("evaluate", "threshold", 0.4, ["evaluate"]),
        ("sample", "size", 32, ["sample", "crop", "split", "train_full", "train_crop", "evaluate"]),
    ],
)
def test_a_change_reruns_what_it_affects(
    project: Project, section: str, key: str, value: object, stages: list[str]
) -> None:
    project.set(**{section: {key: value}})
    assert project.repro() == stages


def test_another_source_does_not_draw_the_demo(project: Project, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(project.root / "demo/pictures", tmp_path / "my pictures")
    project.set(source=str(elsewhere))
    assert project.repro() == ["sample"]  # the same pictures as before, so nothing after it runs
