from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import timm
import torch

from facevalue.errors import ParameterError, TrainingError
from facevalue.learning.predicting import device_of, predict
from facevalue.learning.saved import save
from facevalue.learning.transforms import preprocessing_of

Table = Callable[[int, int], pd.DataFrame]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    network = timm.create_model("test_resnet", num_classes=1)
    save(network, preprocessing_of(network, 32), tmp_path / "model")
    return tmp_path / "model"


def test_a_score_depends_on_its_picture_alone(model: Path, root: Path, table: Table) -> None:
    pictures = table(0, 8)
    logits = predict(model, pictures, root, batch_size=16)
    assert logits.shape == (16,)
    assert logits.dtype == np.float64
    assert len(set(logits)) == 16
    np.testing.assert_allclose(predict(model, pictures, root, batch_size=3, accelerator="cpu"), logits, atol=1e-5)
    np.testing.assert_allclose(predict(model, pictures, root, batch_size=5, workers=2), logits, atol=1e-5)
    order = np.random.default_rng(0).permutation(16)
    np.testing.assert_allclose(predict(model, pictures.iloc[order], root), logits[order], atol=1e-5)


def test_no_pictures_give_no_scores(model: Path, root: Path, table: Table) -> None:
    assert predict(model, table(0, 0), root).shape == (0,)


def test_the_bar_counts_pictures(model: Path, root: Path, table: Table, capfd: pytest.CaptureFixture[str]) -> None:
    predict(model, table(0, 2), root, progress=True)
    assert "predict" in capfd.readouterr().err


def test_a_missing_model_is_named(tmp_path: Path, root: Path, table: Table) -> None:
    with pytest.raises(TrainingError, match="nothing: no model of this pipeline"):
        predict(tmp_path / "nothing", table(0, 2), root)


def test_devices_by_lightnings_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def machine(kind: str | None) -> None:
        device = torch.device(kind) if kind else None
        monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available: device)

    machine("cuda")
    assert [device_of(name).type for name in ("auto", "gpu", "cuda", "cpu")] == ["cuda", "cuda", "cuda", "cpu"]
    machine(None)
    assert [device_of(name).type for name in ("auto", "cpu")] == ["cpu", "cpu"]
    for name in ("gpu", "cuda", "tpu"):
        with pytest.raises(ParameterError, match=f"'{name}'; this machine offers 'cpu'. Use 'auto'"):
            device_of(name)
