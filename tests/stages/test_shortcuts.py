"""Networks that learn a shortcut, and what the verdict then says: from training to the sentence, on tiny pictures."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from facevalue.common import catalogue, files
from facevalue.common.methods import TRAINED
from facevalue.robustness.params import Perturbations
from stages.control import control
from stages.evaluate import evaluate
from stages.robustness import robustness
from stages.shared import paths
from stages.squares import squares
from stages.train import train
from tests.stages.cued_pictures import (
    FOUND,
    INSIDE,
    REDDER,
    Cue,
    Picture,
    in_background,
    noise,
    settings,
    without_warning,
    write,
)

TINY = {
    **{"backbone": "test_resnet", "pretrained": False, "image_size": 32, "augment": "none"},
    **{"epochs": 20, "batch_size": 8, "learning_rate": 0.003},
}
PARTS = {"train": range(24), "val": range(24, 32), "test": range(32, 52)}  # pictures of each class


def in_face(picture: Picture) -> Picture:
    redder = picture.copy()
    redder[INSIDE] += 2 * REDDER  # it is the smaller part
    return redder


def brighter(picture: Picture) -> Picture:
    return picture + 45


def compressed(picture: Picture) -> Picture:
    return picture  # by `QUALITY`


QUALITY: dict[Cue, dict[str, int]] = {
    compressed: {"real": 95, "fake": 12}
}  # of the files; where a cue has none, they are no JPEG


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Cue], dict[str, Any]]:
    """What the interventions find, and the verdict's `sentence`, where a cue alone makes a fake."""
    monkeypatch.chdir(tmp_path)
    settings(train=TINY, evaluate={"perturbations": {change: [] for change in Perturbations.model_fields}})

    def run(cue: Cue) -> dict[str, Any]:
        make(cue)
        for method in TRAINED:
            train(method)
        robustness()
        sentence = evaluate()
        found: dict[str, Any] = json.loads(Path("metrics/interventions.json").read_text())
        rests = {file.stem: json.loads(file.read_text())["auc"] for file in Path("metrics/rests").glob("*.json")}
        return {**found, "sentence": sentence, "rests": rests}

    return run


def make(cue: Cue) -> None:
    """What all stages before training leave, and a clean audit."""
    chance = np.random.default_rng(0)
    facts: list[dict[str, Any]] = []
    for part, numbers in PARTS.items():
        rows: list[dict[str, Any]] = []
        for label in catalogue.LABELS:
            for number in numbers:
                colours = noise(chance)
                picture = cue(colours) if label == "fake" else colours
                path = f"{label}/{number}.{'jpg' if cue in QUALITY else 'png'}"
                facts.append(write(path, picture, QUALITY.get(cue, {}).get(label, 100)))
                rows.append({"path": path, "label": label, "kind": label, "group": path, "video": "", "source": path})
        table = pd.DataFrame(rows)
        files.write_csv(table, paths.SPLITS["full"] / f"{part}.csv")
        files.write_csv(table.assign(picture=table["path"], **FOUND), paths.SPLITS["crop"] / f"{part}.csv")
    files.write_csv(pd.DataFrame(facts), paths.SAMPLED / "facts.csv")
    files.write_json({"image_size": None}, paths.MATCHED)
    files.write_csv(pd.DataFrame(facts)[["path"]], paths.FURTHER)
    without_warning("audit")
    squares()
    control()


def used(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["fact"], each["method"]) for each in found["equalised"]["facts"] if each["used"]]


def test_a_cue_in_the_background_alone_is_told_by_the_verdict(judged: Callable[[Cue], dict[str, Any]]) -> None:
    found = judged(in_background)
    assert found["rests"]["face_hidden"] > 0.9
    assert found["rests"]["background_hidden"] < 0.8
    warning = found["hidden"]["warning"]
    assert warning.startswith("without the face the whole-picture network still reaches AUC ")
    assert warning.endswith(": it does not need the face")
    assert warning in found["sentence"]
    assert used(found) == []


def test_a_cue_in_the_face_alone_is_no_warning(judged: Callable[[Cue], dict[str, Any]]) -> None:
    found = judged(in_face)
    assert found["rests"]["whole"] > 0.9
    assert found["rests"]["face_hidden"] < 0.8
    assert found["rests"]["background_hidden"] > 0.8
    assert found["warning"] is None
    assert found["hidden"]["sentence"].split("; ")[0].endswith(": the face is a part of its answer")
    assert "without the face" not in found["sentence"]


def test_a_brightness_that_both_networks_learnt_is_told_by_the_verdict(
    judged: Callable[[Cue], dict[str, Any]],
) -> None:
    found = judged(brighter)
    assert used(found) == [("one brightness", "full"), ("one brightness", "crop")]
    for each in found["equalised"]["facts"][-2:]:
        assert each["telling"]["auc"] > 0.9
        assert each["apart"]["interval"][1] < 0
        assert each["share"] < -1
    assert found["equalised"]["warning"].startswith("with one brightness (1")
    assert found["equalised"]["warning"] in found["sentence"]


def test_a_compression_that_a_network_learnt_is_told_by_the_verdict(judged: Callable[[Cue], dict[str, Any]]) -> None:
    """The face's, at its own pixels; the whole picture is reduced before its network sees it, which learns little."""
    found = judged(compressed)
    assert used(found) == [("one JPEG quality", "crop")]
    assert found["equalised"]["facts"][1]["value"] < 20  # that of the coarser class
    assert found["equalised"]["warning"] in found["sentence"]
