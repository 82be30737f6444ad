"""Tiny networks, in a project of their own; and where ONNX is not installed, what stands in for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from numpy.typing import NDArray
from scipy.special import expit

from facevalue.common import files, images
from facevalue.exporting import graph
from facevalue.predicting.predictor import Predictor
from tests import results
from tests.tiny_networks import one_thread, outside_any_repository, saved

__all__ = ["one_thread", "outside_any_repository"]

SIDE, REPEATS = 32, 3


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Three trainings of Method 2, as a project has them."""
    for number in range(REPEATS):
        saved(tmp_path / f"project/models/crop/repeat_{number + 1:02}", SIDE, number)
    return tmp_path / "project/models/crop"


@pytest.fixture
def project(models: Path) -> Path:
    """The project: a test part of twelve faces, the results of a run, and the scores that these networks gave."""
    root, random = models.parents[1], np.random.default_rng(0)
    results.write(root, results.made(trainings=REPEATS))
    stages: dict[str, Any] = {name: {"params": {"params.yaml": {}}} for name in ("crop", "train_full", "train_crop")}
    stages["sample"] = {"params": {"params.yaml": {"source": "demo/pictures"}}}
    (root / "dvc.lock").write_text(yaml.safe_dump({"stages": stages}))
    names = [f"{label}/{number}.jpg" for label in ("real", "fake") for number in range(6)]
    faces = {name: random.integers(0, 256, (40, 40, 3), dtype=np.uint8) for name in names}
    for name, face in faces.items():
        images.write_png(root / f"data/cropped/{name}.png", face)
    table = pd.DataFrame({"picture": names, "path": [f"{name}.png" for name in names]})
    table = table.assign(label=table["path"].str[:4], kind=["real"] * 6 + ["a <b>kind</b>", "swap"] * 3, group="")
    for number in range(REPEATS):
        files.write_csv(table, root / f"data/croppedsplits/repeat_{number + 1:02}/test.csv")
    files.write_csv(table.assign(path=table["picture"]), root / "data/sampled/catalogue.csv")
    predictor = Predictor.load(sorted(models.iterdir()), "cpu")
    each = predictor.each(np.stack([predictor.letterbox(face) for face in faces.values()]))
    scores = table[["picture", "label", "kind"]].assign(crop=expit(each.mean(axis=1)))
    scores = scores.assign(**{f"crop_{number + 1:02}": expit(each[:, number]) for number in range(REPEATS)})
    files.write_csv(scores, root / "plots/evaluate/scores.csv")
    return root


@pytest.fixture
def without_onnx(monkeypatch: pytest.MonkeyPatch) -> None:
    """Torch itself in the place of the file and of what reads it."""
    held: dict[Path, torch.nn.Module] = {}

    def write(network: torch.nn.Module, side: tuple[int, int], told: Mapping[str, str], path: Path) -> None:
        held[path] = network
        path.write_text(f"{side} {dict(told)}")

    def logits(path: Path, squares: NDArray[np.uint8]) -> NDArray[np.float64]:
        with torch.inference_mode():
            return np.asarray(held[path](torch.from_numpy(squares)).double())

    monkeypatch.setattr(graph, "write", write)
    monkeypatch.setattr(graph, "logits", logits)
    monkeypatch.setattr(graph, "versions", lambda: {"torch": torch.__version__})
