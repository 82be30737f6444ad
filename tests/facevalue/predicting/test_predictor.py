from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from facevalue.common import images
from facevalue.common.errors import ParameterError, PictureError, TrainingError
from facevalue.common.machine import MachineParams
from facevalue.model.device import device_of
from facevalue.model.pictures import Pictures
from facevalue.model.reference import Reference
from facevalue.predicting.predictor import Predictor, predict_each
from tests.tiny_networks import predict, saved

Table = Callable[[int, int], pd.DataFrame]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return saved(tmp_path / "model", 32)


def test_a_score_depends_on_its_picture_alone(model: Path, root: Path, table: Table) -> None:
    pictures = table(0, 8)
    logits = predict(model, pictures, root, batch_size=16)
    assert logits.shape == (16,)
    assert logits.dtype == np.float64
    assert len(set(logits)) == 16
    np.testing.assert_allclose(
        predict(model, pictures, root, machine=MachineParams(accelerator="cpu"), batch_size=3), logits, atol=1e-5
    )
    np.testing.assert_allclose(
        predict(model, pictures, root, machine=MachineParams(workers=2), batch_size=5), logits, atol=1e-5
    )
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


@pytest.mark.parametrize(
    "known", [Reference(3, np.ones((2, 6), np.float32), 1.0), Reference(99, np.ones((2, 8), np.float32), 1.0)]
)
def test_what_another_network_learnt_from_is_refused(model: Path, known: Reference) -> None:
    assert Predictor.load([model], "cpu").references == ()
    known.save(model)
    with pytest.raises(TrainingError, match=r"model: a reference.safetensors is another network's; train it again."):
        Predictor.load([model], "cpu")


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


def test_a_predictor_says_what_predict_says(model: Path, root: Path, table: Table) -> None:
    pictures = table(0, 8)
    predictor = Predictor.load([model])
    squares = np.stack([predictor.letterbox(images.read(root / path)) for path in pictures["path"]])
    assert squares.shape == (16, 32, 32, 3)
    assert squares.dtype == np.uint8
    np.testing.assert_array_equal(squares, list(Pictures(pictures, root, predictor.preprocessing)))  # type: ignore[call-overload]
    logits = predictor.logits(squares)
    np.testing.assert_array_equal(logits, predict(model, pictures, root))
    alone = np.concatenate([predictor.logits(square[None]) for square in squares])
    np.testing.assert_allclose(alone, logits, atol=1e-5)
    np.testing.assert_array_equal(predictor.logits(squares[:0]), np.empty(0))


def test_the_folds_logits_are_averaged(tmp_path: Path) -> None:
    folders = [saved(tmp_path / str(seed), 32, seed) for seed in range(3)]
    squares = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
    each = [Predictor.load([folder]).logits(squares) for folder in folders]
    assert len({tuple(logits) for logits in each}) == 3
    np.testing.assert_allclose(Predictor.load(folders).logits(squares), np.mean(each, axis=0), rtol=1e-12)


def test_several_networks_look_together(tmp_path: Path, root: Path, table: Table) -> None:
    folders, pictures = [saved(tmp_path / str(seed), 32, seed) for seed in range(3)], table(0, 4)
    found = predict_each(folders, pictures, root)
    assert found.shape == (8, 3)
    for folder, column in zip(folders, found.T, strict=True):
        np.testing.assert_array_equal(column, predict(folder, pictures, root))
    assert predict_each(folders, table(0, 0), root).shape == (0, 3)


def test_networks_of_other_sizes_are_not_averaged(tmp_path: Path) -> None:
    folders = [saved(tmp_path / "one", 32), saved(tmp_path / "other", 48)]
    with pytest.raises(TrainingError, match=r"other: another input than .*one; train the method's folds again\.$"):
        Predictor.load(folders)


def test_an_unreadable_picture_names_its_file(model: Path, root: Path, table: Table) -> None:
    (root / "real/1.png").write_bytes(b"")
    with pytest.raises(PictureError, match=r"real/1\.png' cannot be read \(zero bytes\); run the stage that wrote it"):
        predict(model, table(0, 2), root)
