"""Tiny seeded pictures that tell apart at a glance: fake ones are redder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import timm
import torch
from numpy.typing import NDArray
from PIL import Image

from facevalue.model.saved import save
from facevalue.model.transforms import preprocessing_of
from facevalue.predicting.predictor import predict_each
from facevalue.training.params import TrainParams

DEFAULTS = {
    "backbone": "test_resnet",
    "pretrained": False,
    "tune": "all",
    "image_size": 32,
    "epochs": 2,
    "batch_size": 8,
    "learning_rate": 3e-3,
    "weight_decay": 0.01,
    "patience": 10,
    "precision": "32-true",
    "seed": 0,
    "augment": "light",
}


@pytest.fixture(autouse=True)
def outside_any_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DVCLive looks for a git repository around the working directory."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """These networks are too small to share out, and waiting for a busy core is slow."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def settings() -> Callable[..., TrainParams]:
    def make(**changes: Any) -> TrainParams:
        return TrainParams(**{**DEFAULTS, **changes})

    return make


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """48 pictures of different shapes, half of each class."""
    chance = np.random.default_rng(0)
    for label in ("real", "fake"):
        (tmp_path / "pictures" / label).mkdir(parents=True)
        for number in range(24):
            height, width = chance.integers(32, 49, 2)
            colours = chance.uniform(90, 160) + chance.normal(0, 10, (height, width, 3))
            colours += np.array([40, 0, -40]) * (label == "fake")
            picture = Image.fromarray(colours.clip(0, 255).astype(np.uint8))
            picture.save(tmp_path / "pictures" / label / f"{number}.png")
    return tmp_path / "pictures"


@pytest.fixture
def table(root: Path) -> Callable[[int, int], pd.DataFrame]:
    """Rows `start` to `stop` of both classes."""

    def make(start: int, stop: int) -> pd.DataFrame:
        rows = [(f"{label}/{number}.png", label) for label in ("real", "fake") for number in range(start, stop)]
        return pd.DataFrame(rows, columns=["path", "label"])

    return make


def saved(folder: Path, side: int = 48, seed: int = 0) -> Path:
    """A network of random weights as the pipeline saves it, for squares of so many pixels."""
    torch.manual_seed(seed)
    network = timm.create_model("test_resnet", num_classes=1)
    save(network, preprocessing_of(network, side), folder)
    return folder


def predict(model: Path, pictures: pd.DataFrame, root: Path, **options: Any) -> NDArray[np.float64]:
    """What one network says, (n,)."""
    return predict_each([model], pictures, root, **options)[:, 0]
