"""The whole pipeline with real networks: what it writes, twice the same, and what timm makes of the models."""

import json

import pandas as pd
import pytest
import timm

from facevalue.params import METHODS
from tests.pipeline.conftest import Project, make_project

pytestmark = [pytest.mark.pipeline, pytest.mark.xdist_group("run")]
KEYS = [
    *("accuracy", "balanced_accuracy", "auc", "average_precision", "eer", "log_loss"),
    *("recall_real", "recall_fake", "coverage", "pictures"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = make_project(tmp_path_factory.mktemp("run") / "project")
    project.repro()
    return project


def test_both_methods_have_the_same_flat_numbers(project: Project) -> None:
    methods = {method: json.loads((project.root / f"metrics/{method}.json").read_text()) for method in METHODS}
    assert [list(values) for values in methods.values()] == [KEYS, KEYS]
    assert methods["full"]["pictures"] == methods["crop"]["pictures"] == len(scores(project))
    comparison = json.loads((project.root / "metrics/comparison.json").read_text())
    assert comparison["auc"] == pytest.approx(methods["crop"]["auc"] - methods["full"]["auc"])
    assert comparison["verdict"]["auc"]["difference"] == pytest.approx(comparison["auc"])
    assert comparison["verdict"]["answer"] in ("crop is better", "full is better", "no difference shown")


def scores(project: Project) -> pd.DataFrame:
    return pd.read_csv(project.root / "plots/scores.csv")


def test_metrics_follow_from_the_published_scores(project: Project) -> None:
    for method in METHODS:
        metrics = json.loads((project.root / f"metrics/{method}.json").read_text())
        called_fake = scores(project)[method] >= 0.5
        assert metrics["accuracy"] == pytest.approx((called_fake == (scores(project)["label"] == "fake")).mean())


def test_no_group_stands_on_two_sides(project: Project) -> None:
    for folder in ("sampledsplits", "croppedsplits"):
        parts = {name: pd.read_csv(project.root / f"data/{folder}/{name}.csv") for name in ("train", "val", "test")}
        groups = [set(part["group"]) for part in parts.values()]
        assert sum(map(len, groups)) == len(set.union(*groups))


def test_timm_loads_the_models_as_they_are(project: Project) -> None:
    for method in METHODS:
        model = timm.create_model(f"local-dir:{project.root}/models/{method}")
        assert model.num_classes == 1
        assert getattr(model, "pretrained_cfg")["input_size"] == (3, 32, 32)  # noqa: B009


def test_plots_are_drawn(project: Project) -> None:
    page = project.run("dvc", "plots", "show").strip().splitlines()[-1].removeprefix("file://")
    html = (project.root / page).read_text() if not page.startswith("/") else open(page).read()  # noqa: PTH123, SIM115
    for title in ("ROC", "Precision and recall", "Confusion: face", "Validation loss", "methods.jpg"):
        assert title in html
    table = project.run("dvc", "metrics", "show")
    assert "metrics/full.json" in table
    assert "metrics/crop.json" in table


def test_a_forced_second_run_gives_the_same_hashes(project: Project) -> None:
    before = project.outputs()
    project.run("dvc", "repro", "--force")
    assert project.outputs() == before
    assert project.repro() == []
