"""Whether the face wins by what it shows or by how large: from pictures to the verdict's sentence, with networks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from facevalue.common import catalogue, files, images
from facevalue.common.methods import TRAINED
from facevalue.cropping.geometry import Square, cut
from stages.control import control
from stages.evaluate import evaluate
from stages.shared import paths
from stages.squares import squares
from stages.train import train
from tests.stages.cued_pictures import Cue, Picture, noise, settings, without_warning

TINY = {
    **{"backbone": "test_resnet", "pretrained": False, "image_size": 32, "augment": "none"},
    **{"epochs": 12, "batch_size": 8, "learning_rate": 0.003},
}
SIDE, FACE = 128, Square(60, 20, 32)  # px; a network sees the face as it is, and a quarter of a picture's pixels
PARTS = {"train": range(24), "val": range(24, 32), "test": range(32, 62)}  # pictures of each class
BOARD = np.where((np.indices((SIDE, SIDE)).sum(axis=0) % 2)[..., None], 18, -18)  # gone where four pixels are one


def everywhere(picture: Picture) -> Picture:
    return picture + BOARD


def in_face(picture: Picture) -> Picture:
    changed = picture.copy()
    inside = slice(FACE.top, FACE.top + FACE.side), slice(FACE.left, FACE.left + FACE.side)
    changed[inside] += BOARD[inside]
    return changed


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Cue], tuple[str, dict[str, Any]]]:
    """The verdict's sentence, and what the control finds, where a cue alone makes a fake."""
    monkeypatch.chdir(tmp_path)
    settings(control="random_square", train=TINY)

    def run(cue: Cue) -> tuple[str, dict[str, Any]]:
        make(cue)
        assert squares().startswith("124 squares, ")
        for method in TRAINED:
            train(method)
        train("crop", "control")
        said = control()
        found: dict[str, Any] = json.loads(Path("metrics/control.json").read_text())
        assert found["sentence"] == said
        return evaluate(), found

    return run


def make(cue: Cue) -> None:
    """What all stages before leave, and none of whose findings the verdict must carry."""
    chance = np.random.default_rng(0)
    tables = {}
    for part, numbers in PARTS.items():
        rows: list[dict[str, Any]] = []
        for label in catalogue.LABELS:
            for number in numbers:
                colours = noise(chance, SIDE)
                picture = (cue(colours) if label == "fake" else colours).clip(0, 255).astype(np.uint8)
                path = f"{label}/{number}.png"
                for root, pixels in ((paths.SAMPLED, picture), (paths.CROPPED, cut(picture, FACE))):
                    (root / label).mkdir(parents=True, exist_ok=True)
                    images.write_png(root / path, pixels)
                rows.append({"path": path, "label": label, "kind": label, "group": path, "video": "", "source": path})
        square = {f"square_{edge}": getattr(FACE, edge) for edge in ("left", "top", "side")}
        table = pd.DataFrame(rows)
        tables[part] = table.assign(picture=table["path"], face_share=0.25, confidence=1.0, **square)
        files.write_csv(table, paths.SPLITS["full"] / f"{part}.csv")
        files.write_csv(tables[part], paths.SPLITS["crop"] / f"{part}.csv")
    files.write_csv(pd.concat(tables.values()), paths.CROPPED / catalogue.FILE_NAME)
    files.write_csv(tables["test"][["path"]], paths.FURTHER)
    files.write_json({"image_size": None}, paths.MATCHED)
    without_warning("audit", "interventions")


def test_where_resolution_alone_makes_the_face_win_the_control_says_so(
    judged: Callable[[Cue], tuple[str, dict[str, Any]]],
) -> None:
    sentence, found = judged(everywhere)
    assert sentence.startswith("crop is better: ")
    assert found["answer"] == "no difference shown"
    assert found["square_against_full"]["answer"] == "square is better"
    assert "resolution alone may account for what the face wins" in sentence
    row = json.loads(Path("metrics/control/square.json").read_text())
    assert row["auc"] == found["against_square"]["square"] > 0.9
    assert row["trainings"] == 1


def test_where_the_face_alone_tells_the_control_says_so_too(
    judged: Callable[[Cue], tuple[str, dict[str, Any]]],
) -> None:
    sentence, found = judged(in_face)
    assert sentence.startswith("crop is better: ")
    assert found["answer"] == "crop is better"
    assert found["shared"] < 0.2
    assert sentence.removesuffix(".").endswith("; the face tells more than another part of its size")


def test_without_a_control_nothing_is_cut_trained_or_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings(control="none", train=TINY)
    make(in_face)
    assert squares() == "nothing to cut, control is none"
    assert train("crop", "control") == "nothing to train, control is none"
    assert control() == "no control, control is none"
    assert [file.name for file in paths.SQUARES.iterdir()] == ["catalogue.csv"]
    assert [*paths.model("crop", "control").iterdir(), *Path("metrics/control").iterdir()] == []
    assert json.loads(Path("metrics/control.json").read_text()) == {"sentence": control(), "remains": None}
