"""Networks that learn a shortcut, and what the verdict then says: from training to the sentence, on tiny pictures."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from numpy.typing import NDArray
from PIL import Image

from facevalue.common import catalogue, files, images
from facevalue.common.methods import TRAINED
from facevalue.cropping.geometry import Square, cut
from facevalue.sampling import file_facts
from stages.control import control
from stages.evaluate import evaluate
from stages.robustness import robustness
from stages.shared import paths
from stages.train import train

ROOT = Path(__file__).parents[2]
TINY = {
    **{"backbone": "test_resnet", "pretrained": False, "image_size": 32, "augment": "none"},
    **{"epochs": 20, "batch_size": 8, "learning_rate": 0.003},
}
SIDE, FACE = 48, Square(14, 12, 22)  # px
INSIDE = (slice(FACE.top, FACE.top + FACE.side), slice(FACE.left, FACE.left + FACE.side))
BOX = dict(zip(("left", "top", "right", "bottom"), (FACE.left, FACE.top, 36.0, 34.0), strict=True))
PARTS = {"train": range(24), "val": range(24, 32), "test": range(32, 52)}  # pictures of each class
REDDER = np.array([57, -29, 0])  # and no brighter

Picture = NDArray[np.float64]
Cue = Callable[[Picture], Picture]


def in_background(picture: Picture) -> Picture:
    redder: Picture = picture + REDDER
    redder[INSIDE] = picture[INSIDE]
    return redder


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
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content["train"] |= TINY
    content["evaluate"]["perturbations"] = {name: [] for name in content["evaluate"]["perturbations"]}
    Path("params.yaml").write_text(yaml.safe_dump(content))

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
                colours = chance.uniform(85, 125) + chance.normal(0, 25, (SIDE, SIDE, 3))
                picture = (cue(colours) if label == "fake" else colours).clip(0, 255).astype(np.uint8)
                path = f"{label}/{number}.{'jpg' if cue in QUALITY else 'png'}"
                for root in (paths.SAMPLED, paths.CROPPED):
                    (root / label).mkdir(parents=True, exist_ok=True)
                quality = QUALITY.get(cue, {}).get(label, 100)
                Image.fromarray(picture).save(paths.SAMPLED / path, quality=quality)
                picture = images.read(paths.SAMPLED / path)
                images.write_png(paths.CROPPED / path, cut(picture, FACE))
                facts.append({"path": path, **file_facts.facts_of(paths.SAMPLED / path, picture)})
                rows.append({"path": path, "label": label, "kind": label, "group": path, "video": "", "source": path})
        table = pd.DataFrame(rows)
        files.write_csv(table, paths.SPLITS["full"] / f"{part}.csv")
        square = {f"square_{edge}": getattr(FACE, edge) for edge in ("left", "top", "side")}
        faces = {
            **square,
            **{f"box_{edge}": value for edge, value in BOX.items()},
            "face_share": 0.5,
            "confidence": 1.0,
        }
        files.write_csv(table.assign(picture=table["path"], **faces), paths.SPLITS["crop"] / f"{part}.csv")
    files.write_csv(pd.DataFrame(facts), paths.SAMPLED / "facts.csv")
    files.write_json({"image_size": None}, paths.MATCHED)
    files.write_csv(pd.DataFrame(facts)[["path"]], paths.FURTHER)
    files.write_json({"warning": None}, paths.METRICS / "audit.json")
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
