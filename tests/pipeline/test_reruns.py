"""A change of parameters reruns what it affects and nothing else; taken back, it runs nothing."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.conftest import AFTER_SAMPLE, AFTER_TRAINING, Project, executed

NO_PERTURBATIONS: dict[str, list[float]] = {"jpeg": [], "blur": [], "resize": [], "noise": [], "chain": []}
OF_CROP = {"train_crop", "unseen_crop", "control_crop", "control"}
pytestmark = pytest.mark.pipeline


def test_nothing_changed_nothing_runs(project: Project) -> None:
    output = project.run("dvc", "repro")
    assert executed(output) == []
    assert "up to date" in output


@pytest.mark.parametrize(
    ("section", "key", "value", "stages"),
    [
        ("machine", "workers", 1, set()),
        ("train", "backbone", "test_vit", {"train_full", "unseen_full", *OF_CROP, *AFTER_TRAINING}),
        ("train_full", "epochs", 4, {"train_full", "unseen_full", "control", *AFTER_TRAINING}),
        ("train_crop", "image_size", 48, {"split", *OF_CROP, *AFTER_TRAINING}),
        ("crop", "margin", 0.5, {"crop", "split", "squares", *OF_CROP, "unseen", *AFTER_TRAINING}),
        ("split", "folds", 2, {"split", "audit", "train_full", *OF_CROP, *AFTER_TRAINING} - {"unseen_crop"}),
        ("", "control", "random_square", {"squares", "control_crop", "control", "evaluate", "report"}),
        ("evaluate", "threshold", "val", {"evaluate", "explain", "report"}),
        ("evaluate", "threshold", {"fpr": 0.05}, {"evaluate", "explain", "report"}),
        ("evaluate", "perturbations", NO_PERTURBATIONS, {"robustness", "report"}),
        ("evaluate", "robustness_pictures", 4, {"robustness", "evaluate", "report"}),
        ("sample", "size", 28, {"sample", *AFTER_SAMPLE}),
    ],
)
def test_a_change_reruns_what_it_affects(
    project: Project, section: str, key: str, value: object, stages: set[str]
) -> None:
    project.set(**{section: {key: value}} if section else {key: value})
    assert set(project.repro()) == {"check", *stages}


def test_another_source_does_not_draw_the_demo(project: Project, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(project.root / "demo/pictures", tmp_path / "my pictures")
    project.set(source=str(elsewhere))
    assert project.repro() == ["check", "sample", "report"]  # the same pictures; the report shows the parameters
    (elsewhere / "notes.txt").write_text("of no account")
    assert project.repro() == ["sample"]  # which counts it
    assert "notes.txt" in (project.root / "data/left_out.csv").read_text()


def test_columns_of_a_users_train_nothing(project: Project, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(project.root / "demo/pictures", tmp_path / "with columns")
    pictures = pd.read_csv(elsewhere / "catalogue.csv")
    skin = ["<b>dark", "light"] * (len(pictures) // 2)
    pictures.assign(**{"Skin Tone": skin}).to_csv(elsewhere / "catalogue.csv", index=False)
    project.set(source=str(elsewhere))
    assert set(project.repro()) == {"check", "sample", "evaluate", "report"}
    project.set(evaluate={"slices": ["skin tone"]})
    assert set(project.repro()) == {"check", "evaluate", "explain", "report"}
    (column,) = json.loads((project.root / "metrics/slices.json").read_text())["columns"]
    assert (column["column"], set(column["values"]), column["missing"]) == ("Skin Tone", {"<b>dark", "light"}, 0)
    page = (project.root / "plots/report.html").read_text()
    assert "&lt;b&gt;dark" in page
    assert "<b>dark" not in page
    project.set(evaluate={"slices": ["gender"]})
    said = "check: params.yaml: evaluate.slices names 'gender', which is no column of '"  # then a path, cut if long
    assert any(line.startswith(said) for line in project.fails("dvc", "repro").splitlines())
    project.set(evaluate={"slices": []})
    assert set(project.repro()) <= {"check", "report"}  # the results of before come back


def test_test_sets_from_elsewhere_are_scored_by_their_names(project: Project, tmp_path: Path) -> None:
    theirs, others = (shutil.copytree(project.root / "demo/pictures", tmp_path / name) for name in ("theirs", "others"))
    project.set(evaluate={"external": {"theirs": str(theirs), "others": str(others)}})
    assert sorted(project.repro()) == ["check", "external@others", "external@theirs", "report"]
    found = json.loads((project.root / "metrics/external/theirs.json").read_text())
    assert (found["pictures"], found["labelled"]) == (48, True)
    sampled = pd.read_csv(project.root / "data/sampled/catalogue.csv")
    known = pd.read_csv(project.root / "plots/external/theirs.csv")["known"]
    assert sum(found["overlap"].values()) == known.notna().sum() == len(sampled)
    assert found["drop"] is None  # the own test part was scored in folds by now
    assert "metrics/external/others/crop.json" in project.run("dvc", "metrics", "show")
    (theirs / "catalogue.csv").unlink()
    (theirs / "real").rename(theirs / "unknown")
    (theirs / "fake").rename(theirs / "unknown too")
    assert project.repro() == ["external@theirs", "report"]
    found = json.loads((project.root / "metrics/external/theirs.json").read_text())
    assert (found["pictures"], found["labelled"], found["verdict"]) == (48, False, None)
    project.set(evaluate={"external": {"renamed": str(others)}})
    assert project.repro() == ["check", "external@renamed", "report"]
    page = (project.root / "plots/report.html").read_text(encoding="utf-8")
    assert "<h3>renamed</h3>" in page
    assert "<h3>theirs</h3>" not in page
    assert "external/theirs" not in project.run("dvc", "metrics", "show")
    project.set(evaluate={"external": {}})
    assert "check" not in project.repro()  # which has said so before
    assert "evaluate.external names none" in (project.root / "plots/report.html").read_text(encoding="utf-8")
    for folder in ("metrics", "plots"):  # DVC leaves what no stage makes any more, for its user to remove
        shutil.rmtree(project.root / folder / "external")


def test_all_of_it_taken_back_runs_nothing_and_neither_does_the_way_there(project: Project, finished: Project) -> None:
    """Threshold, margin, backbone, sample and all: DVC finds every result again, and trains no network twice."""
    here = project.files()
    changed = (project.root / "params.yaml").read_text()
    shutil.copy(finished.root / "params.yaml", project.root / "params.yaml")
    output = project.run("dvc", "repro")
    assert executed(output) == []
    assert "Stage 'train_crop' is cached - skipping run" in output
    assert project.files() == finished.files()
    (project.root / "params.yaml").write_text(changed)
    assert project.repro() == []
    assert project.files() == here
