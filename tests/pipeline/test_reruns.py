"""A change reruns what it affects and nothing else."""

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.pipeline.conftest import AFTER_SAMPLE, AFTER_TRAINING, Project, executed

NO_PERTURBATIONS: dict[str, list[float]] = {"jpeg": [], "blur": [], "resize": [], "noise": []}
pytestmark = pytest.mark.pipeline


def test_nothing_changed_nothing_runs(project: Project) -> None:
    start = time.monotonic()
    output = project.run("dvc", "repro")
    assert executed(output) == []
    assert "up to date" in output
    assert time.monotonic() - start < 15


@pytest.mark.parametrize(
    ("section", "key", "value", "stages"),
    [
        ("train", "epochs", 3, {"train_full", "train_crop", *AFTER_TRAINING}),
        ("train_full", "epochs", 4, {"train_full", *AFTER_TRAINING}),
        ("train_crop", "image_size", 48, {"train_crop", *AFTER_TRAINING}),
        ("crop", "margin", 0.5, {"crop", "split", "train_crop", *AFTER_TRAINING}),
        ("split", "folds", 2, {"split", "audit", "train_full", "train_crop", *AFTER_TRAINING}),
        ("evaluate", "threshold", "val", {"evaluate", "explain", "external", "report"}),
        ("evaluate", "perturbations", NO_PERTURBATIONS, {"robustness", "report"}),
        ("sample", "recode", {"quality": 90, "max_side": 96}, {"sample", *AFTER_SAMPLE}),
    ],
)
def test_a_change_reruns_what_it_affects(
    project: Project, section: str, key: str, value: object, stages: set[str]
) -> None:
    project.set(**{section: {key: value}})
    assert set(project.repro()) == stages


def test_another_source_does_not_draw_the_demo(project: Project, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(project.root / "demo/pictures", tmp_path / "my pictures")
    project.set(source=str(elsewhere))
    assert project.repro() == ["sample", "report"]  # the same pictures as before; the report shows the parameters


def test_a_test_set_from_elsewhere_is_scored(project: Project, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(project.root / "demo/pictures", tmp_path / "theirs")
    project.set(evaluate={"external": str(elsewhere)})
    assert project.repro() == ["external", "report"]
    found = json.loads((project.root / "metrics/external.json").read_text())
    assert (found["pictures"], found["labelled"]) == (48, True)
    (elsewhere / "catalogue.csv").unlink()
    (elsewhere / "real").rename(elsewhere / "unknown")
    (elsewhere / "fake").rename(elsewhere / "unknown too")
    assert project.repro() == ["external", "report"]
    found = json.loads((project.root / "metrics/external.json").read_text())
    assert (found["pictures"], found["labelled"], found["verdict"]) == (48, False, None)
