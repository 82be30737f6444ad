"""The whole pipeline with real networks: what it writes, twice the same, and what timm makes of the models."""

import json

import pandas as pd
import pytest
import timm

from facevalue.common.methods import METHODS, TRAINED
from tests.pipeline.conftest import Project, make_project

pytestmark = pytest.mark.pipeline
KEYS = [
    *("accuracy", "accuracy_low", "accuracy_high", "accuracy_sd", "balanced_accuracy"),
    *("auc", "auc_low", "auc_high", "auc_sd"),
    *("average_precision", "eer"),
    *(f"tpr_at_fpr_{rate}{end}" for rate in (1, 5) for end in ("", "_low", "_high", "_sd")),
    *("log_loss", "brier", "ece", "recall_real", "recall_fake"),
    *("threshold", "pictures", "trainings", "coverage"),
]

TITLES = (
    *("ROC", "AUC of each training", "Precision and recall", "Reliability"),
    "Probability of fake, whole picture against face",
    *("Confusion: whole picture", "Confusion: face", "Confusion: both together", "Validation loss", "Validation AUC"),
    *("Robustness: JPEG", "Robustness: blur", "Robustness: noise", "Robustness: sharing chain"),
)
IMAGES = ("methods.jpg", "errors.jpg", "attention.jpg", "histograms.svg", "duplicates.jpg")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = make_project(tmp_path_factory.mktemp("run") / "project")
    project.repro()
    return project


def test_every_row_has_the_same_flat_numbers(project: Project) -> None:
    rows = {row: json.loads((project.root / f"metrics/{row}.json").read_text()) for row in METHODS}
    assert [list(values) for values in rows.values()] == [KEYS] * 3
    assert {values["pictures"] for values in rows.values()} == {len(scores(project))}
    comparison = json.loads((project.root / "metrics/comparison.json").read_text())
    assert comparison["auc"] == pytest.approx(rows["crop"]["auc"] - rows["full"]["auc"])
    assert comparison["verdict"]["auc"]["difference"] == pytest.approx(comparison["auc"])
    assert comparison["verdict"]["answer"] in ("crop is better", "full is better", "no difference shown")


def scores(project: Project) -> pd.DataFrame:
    return pd.read_csv(project.root / "plots/evaluate/scores.csv")


def test_metrics_follow_from_the_published_scores(project: Project) -> None:
    for row in METHODS:
        metrics = json.loads((project.root / f"metrics/{row}.json").read_text())
        called_fake = scores(project)[row] >= 0.5
        assert metrics["accuracy"] == pytest.approx((called_fake == (scores(project)["label"] == "fake")).mean())


def test_no_group_stands_on_two_sides(project: Project) -> None:
    for folder in ("sampledsplits", "croppedsplits"):
        parts = {name: pd.read_csv(project.root / f"data/{folder}/{name}.csv") for name in ("train", "val", "test")}
        groups = [set(part["group"]) for part in parts.values()]
        assert sum(map(len, groups)) == len(set.union(*groups))


def test_timm_loads_the_models_as_they_are(project: Project) -> None:
    for method in TRAINED:
        model = timm.create_model(f"local-dir:{project.root}/models/{method}")
        assert model.num_classes == 1
        assert getattr(model, "pretrained_cfg")["input_size"] == (3, 32, 32)  # noqa: B009


def test_plots_are_drawn(project: Project) -> None:
    project.run("dvc", "plots", "show", "--out", "page")
    html = (project.root / "page/index.html").read_text()
    for title in (*TITLES, *IMAGES):
        assert title in html
    shown = project.run("dvc", "plots", "show", "--json")
    drawn = json.JSONDecoder().raw_decode(shown, shown.index("{"))[0]["data"]
    nothing_to_draw = {
        "Robustness: resize",
        "Kinds of fakes that no network had seen",
    }  # these parameters ask for neither
    assert set(drawn) == {*TITLES, *(f"plots/{image}" for image in IMAGES)} | nothing_to_draw  # and no other chart
    _, *rows = project.run("dvc", "metrics", "show").splitlines()
    assert [row.split()[0] for row in rows] == [
        *(f"metrics/{method}.json" for method in METHODS),
        *(f"metrics/rests/{part}.json" for part in ("whole", "face_hidden", "background_hidden")),
    ]


def test_the_verdict_closes_the_run_and_opens_the_report(project: Project) -> None:
    sentence = json.loads((project.root / "metrics/comparison.json").read_text())["verdict"]["sentence"]
    assert sentence.startswith(("crop is better", "full is better", "no difference shown"))
    assert (project.root / "plots/report.html").read_text().startswith("<!DOCTYPE html>")


def test_a_forced_second_run_gives_the_same_hashes(project: Project) -> None:
    before = project.outputs()
    project.run("dvc", "repro", "--force", "--downstream", "split")
    assert project.outputs() == before
    assert project.repro() == []
