import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from facevalue.predicting import standing
from tests.recorded import recorded
from tests.tiny_networks import saved

UNKNOWN = "What they are worth has not been measured, or not recorded here; dvc repro does both."
METRICS = {"auc": 0.8, "auc_low": 0.7, "auc_high": 0.85, "pictures": 61}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """What a run leaves: two trainings of each method, what they learnt from, and what they are worth."""
    for method in ("full", "crop"):
        for number in (1, 2):
            saved(tmp_path / f"models/{method}/repeat_{number:02}", 32)
    for method in ("full", "crop", "ensemble"):
        write(tmp_path, f"metrics/{method}.json", METRICS)
    write(tmp_path, "metrics/comparison.json", {"verdict": {"sentence": "crop is better."}})
    recorded(tmp_path, "demo/pictures")
    rows = [(f"{kind}/{number}.png", kind) for kind in ("real", "swap", "synthesis") for number in range(20)]
    table = pd.DataFrame(rows, columns=["path", "kind"])
    table = table.assign(label=["real" if kind == "real" else "fake" for kind in table["kind"]], group="")
    (tmp_path / "data/sampled").mkdir(parents=True)
    table.to_csv(tmp_path / "data/sampled/catalogue.csv", index=False)
    return tmp_path


def write(root: Path, name: str, content: Any) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text(content if isinstance(content, str) else json.dumps(content))


def test_it_says_what_they_learnt_from_and_what_they_are_worth(run: Path) -> None:
    learnt, drawn, worth = standing.read(run).sentences
    assert learnt == (
        "Networks: test_resnet, 2 trainings of each method, on a sample of 60 pictures of demo/pictures "
        "(fakes: swap, synthesis)."
    )
    assert "of photographs the networks know nothing" in drawn
    assert worth == (
        "On their own 61 test pictures, AUC with 95 % interval: 0.800 (0.700 to 0.850) whole picture, "
        "0.800 (0.700 to 0.850) face, 0.800 (0.700 to 0.850) both together."
    )


@pytest.mark.parametrize(
    ("source", "named"), [("/home/me/pictures", "pictures"), ("../faces", "faces"), ("data/mine.csv", "data/mine.csv")]
)
def test_pictures_of_ones_own_are_named_without_the_way_to_them_and_are_no_drawings(
    run: Path, source: str, named: str
) -> None:
    recorded(run, source)
    found = standing.read(run)
    assert (found.source, found.drawn) == (named, False)
    assert not any("drawings" in sentence for sentence in found.sentences)


def test_pictures_that_params_yaml_names_by_now_are_not_those_that_they_learnt_from(run: Path) -> None:
    write(run, "params.yaml", "source: /home/me/photographs\n")
    assert standing.read(run).drawn


@pytest.mark.parametrize("lock", ["", "{", "[1]", "stages: {evaluate: 3}", "stages: 5", None])
def test_what_other_networks_were_worth_is_not_said_of_these(run: Path, lock: str | None) -> None:
    if lock is None:
        saved(run / "models/crop/repeat_02", 32, seed=1)
    else:
        write(run, "dvc.lock", lock)
    found = standing.read(run)
    assert found.sentences[-1] == UNKNOWN
    assert (found.verdict, found.tested) == (None, None)
    assert found.facts["auc"]["crop"]["value"] is None


def test_methods_of_different_networks_are_each_named(run: Path) -> None:
    shutil.rmtree(run / "models/crop/repeat_02")
    recorded(run, "demo/pictures")
    assert (
        standing.read(run)
        .sentences[0]
        .startswith(
            "Networks: whole picture test_resnet, 2 trainings; face test_resnet, 1 training, on a sample of 60 pictures"
        )
    )


def test_facts_are_plain_values(run: Path) -> None:
    facts = json.loads(json.dumps(standing.read(run).facts, allow_nan=False))
    assert facts["networks"]["crop"] == {"architecture": "test_resnet", "trainings": 2}
    assert facts["auc"]["full"] == {"value": 0.8, "low": 0.7, "high": 0.85}
    assert (facts["built_in_drawings"], facts["pictures"], facts["test_pictures"]) == (True, 60, 61)
    assert facts["verdict"] == "crop is better."


def test_a_method_without_an_interval_or_an_estimate_is_said_so(run: Path) -> None:
    write(run, "metrics/full.json", {"auc": None, "pictures": 61})
    write(run, "metrics/crop.json", {"auc": 0.5, "auc_low": None, "auc_high": None})
    assert standing.read(run).sentences[-1] == (
        "On their own 61 test pictures, AUC with 95 % interval: n/a whole picture, 0.500 face, "
        "0.800 (0.700 to 0.850) both together."
    )


@pytest.mark.parametrize("text", ["", "{", "[]", '{"verdict": 3, "pictures": "many", "auc": "high"}'])
def test_whatever_is_damaged_or_missing_is_not_known(run: Path, text: str) -> None:
    for name in ("full", "crop", "ensemble", "comparison"):
        write(run, f"metrics/{name}.json", text)
    write(run, "data/sampled/catalogue.csv", text)
    learnt, worth = standing.read(run).sentences
    assert learnt.endswith("What they learnt from is not recorded here.")
    assert worth == UNKNOWN
    for name in ("metrics", "data", "models"):
        shutil.rmtree(run / name)
    assert standing.read(run).sentences[0].startswith("Networks: unknown, 1 training of each method.")


def test_a_strangers_words_stay_in_their_line(run: Path) -> None:
    recorded(run, "a\x1b[31mb")
    write(run, "metrics/comparison.json", {"verdict": {"sentence": "x\ny\x1b"}})
    found = standing.read(run)
    assert found.verdict == "x y "
    assert "\x1b" not in (found.source or "")
