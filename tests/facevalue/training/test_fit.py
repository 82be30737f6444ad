from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import roc_auc_score

from facevalue.common import catalogue
from facevalue.common.errors import FacevalueError, ParameterError, TrainingError
from facevalue.common.machine import MachineParams
from facevalue.model.pictures import Pictures
from facevalue.model.saved import load
from facevalue.predicting.predictor import Predictor
from facevalue.training.fit import train
from facevalue.training.module import NetworkTraining, rate_factor
from facevalue.training.outcome import Training
from facevalue.training.params import TrainParams
from tests.tiny_networks import predict

CPU = MachineParams(accelerator="cpu")
Table = Callable[[int, int], pd.DataFrame]
Settings = Callable[..., TrainParams]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _train(
    out: Path, root: Path, table: Table, params: TrainParams, machine: MachineParams = CPU, progress: bool = False
) -> Training:
    return train(table(0, 12), table(12, 18), root, params, out / "model", out / "curves", None, machine, progress)


def test_it_learns_what_can_be_seen_and_swapped_labels_turn_the_score(
    tmp_path: Path, root: Path, table: Table, settings: Settings
) -> None:
    unseen = table(18, 24)
    fake = catalogue.targets(unseen["label"])
    params = settings(epochs=12, learning_rate=0.01)
    done = _train(tmp_path, root, table, params)
    assert done.val_auc > 0.95
    assert roc_auc_score(fake, predict(tmp_path / "model", unseen, root)) > 0.95

    swapped = {"real": "fake", "fake": "real"}
    tables = [part.assign(label=part["label"].map(swapped)) for part in (table(0, 12), table(12, 18))]
    train(tables[0], tables[1], root, params, tmp_path / "swapped", tmp_path / "curves2")
    assert roc_auc_score(fake, predict(tmp_path / "swapped", unseen, root)) < 0.05


def test_pictures_like_those_it_learnt_from_resemble_them_and_others_do_not(
    tmp_path: Path, root: Path, table: Table, settings: Settings
) -> None:
    _train(tmp_path, root, table, settings(epochs=4, learning_rate=0.01))
    predictor = Predictor.load([tmp_path / "model"], "cpu")
    (known,) = predictor.references
    assert len(known.learnt) == 24
    own = Pictures(table(18, 24), root, predictor.preprocessing)
    squares = np.stack([own[number] for number in range(len(own))])
    logits, unlikeness = predictor.judge(squares)
    np.testing.assert_allclose(logits, predictor.logits(squares), atol=1e-5)
    assert np.mean(unlikeness > 1) <= 0.25
    noise = np.random.default_rng(0).integers(0, 256, (12, 32, 32, 3), np.uint8)
    assert np.mean(predictor.judge(noise)[1] > 1) == 1


def test_two_runs_write_the_same_bytes_with_and_without_workers(
    tmp_path: Path, root: Path, table: Table, settings: Settings
) -> None:
    params = settings(augment="strong")
    runs = [
        _train(tmp_path / str(workers), root, table, params, MachineParams(accelerator="cpu", workers=workers))
        for workers in (0, 2)
    ]
    torch.rand(7)
    np.random.rand(7)
    runs.append(_train(tmp_path / "again", root, table, params))
    assert runs[0] == runs[1] == runs[2]
    assert _bytes(tmp_path / "0") == _bytes(tmp_path / "2") == _bytes(tmp_path / "again")
    assert set(_bytes(tmp_path / "0")) == {
        "model/config.json",
        "model/reference.safetensors",
        "model/model.safetensors",
        "curves/metrics.json",
        *(
            f"curves/plots/metrics/{name}.tsv"
            for name in ("train/loss", "val/loss", "val/auc", "val/accuracy", "learning_rate")
        ),
    }


def test_another_seed_gives_another_network(tmp_path: Path, root: Path, table: Table, settings: Settings) -> None:
    for seed in (0, 1):
        _train(tmp_path / str(seed), root, table, settings(seed=seed, epochs=1))
    assert _bytes(tmp_path / "0" / "model") != _bytes(tmp_path / "1" / "model")


def test_the_best_epoch_is_kept_and_patience_ends_the_run(
    tmp_path: Path, root: Path, table: Table, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weights of every epoch are recorded, and the third is made the best."""
    seen: list[torch.Tensor] = []
    losses = iter([0.7, 0.6, 0.5, 0.5, 0.8, 0.4, 0.3])

    def validation_step(self: NetworkTraining, batch: tuple[torch.Tensor, torch.Tensor], _: int) -> None:
        if self.__dict__.get("_started") != self.current_epoch:
            self.__dict__["_started"] = self.current_epoch
            seen.append(next(self.parameters()).detach().clone())
            self.__dict__["_loss"] = next(losses)
        values = {"val_loss": self.__dict__["_loss"], "val_auc": 0.5, "val_accuracy": 0.5}
        self.log_dict({**values, "step": self.current_epoch + 1.0}, on_epoch=True)

    monkeypatch.setattr(NetworkTraining, "validation_step", validation_step)
    done = _train(tmp_path, root, table, settings(epochs=7, patience=2))
    assert (done.epochs, done.best_epoch) == (5, 3)
    assert done.val_loss == pytest.approx(0.5)
    kept = next(load(tmp_path / "model").network.parameters())
    assert [torch.equal(kept, weights) for weights in seen] == [False, False, True, False, False]


def test_curves_count_epochs_from_one(tmp_path: Path, root: Path, table: Table, settings: Settings) -> None:
    done = _train(tmp_path, root, table, settings(epochs=3))
    rows = pd.read_csv(tmp_path / "curves" / "plots" / "metrics" / "train" / "loss.tsv", sep="\t")
    assert list(rows["step"]) == [1, 2, 3]
    assert done.train_loss == rows["loss"][done.best_epoch - 1]
    assert done.describe().startswith(f"3 epochs, best {done.best_epoch}: val_loss {done.val_loss:.3f}")


def test_a_last_batch_of_one_and_a_batch_of_one(tmp_path: Path, root: Path, table: Table, settings: Settings) -> None:
    rows = table(0, 5).iloc[:9]  # eight and one
    train(rows, table(12, 14), root, settings(epochs=1), tmp_path / "model", tmp_path / "curves")
    with pytest.raises(TrainingError, match=r"Raise train.batch_size \(1\); batch norm needs two pictures"):
        train(rows, table(12, 14), root, settings(epochs=1, batch_size=1), tmp_path / "model1", tmp_path / "curves1")
    assert np.isfinite(predict(tmp_path / "model", rows, root, batch_size=1)).all()


def test_the_console_is_quiet_and_the_bar_is_one_line(
    tmp_path: Path,
    root: Path,
    table: Table,
    settings: Settings,
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
) -> None:
    _train(tmp_path / "silent", root, table, settings(epochs=1))
    assert capfd.readouterr() == ("", "")
    assert [str(warning.message) for warning in recwarn] == []
    _train(tmp_path / "bar", root, table, settings(epochs=1), progress=True)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "epoch 1 of 1, val_loss" in captured.err
    assert "batch/s" in captured.err


@pytest.mark.parametrize(
    ("changes", "kind", "text"),
    [
        (
            {"backbone": "resnet5"},
            ParameterError,
            "train.backbone is 'resnet5'; timm has no such model. Closest: 'resnet50'.",
        ),
        ({"learning_rate": 1e30}, TrainingError, "lower train.learning_rate (1e+30)"),
        ({"precision": "transformer-engine"}, ParameterError, "precision 'transformer-engine' cannot be had here"),
    ],
)
def test_mistakes_are_answered_in_one_line(
    changes: dict[str, object],
    kind: type[FacevalueError],
    text: str,
    tmp_path: Path,
    root: Path,
    table: Table,
    settings: Settings,
) -> None:
    with pytest.raises(kind) as caught:
        _train(tmp_path, root, table, settings().model_copy(update=changes))  # past the bounds of parameters
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("machine", "text"),
    [
        (
            {"accelerator": "tpu"},
            "machine.accelerator 'tpu', machine.devices 1 and train.precision '32-true' cannot be",
        ),
        ({"accelerator": "cpu", "devices": [0]}, "machine.devices [0] and train.precision"),
    ],
)
def test_a_machine_that_is_not_this_one_is_answered_in_one_line(
    machine: dict[str, Any], text: str, tmp_path: Path, root: Path, table: Table, settings: Settings
) -> None:
    with pytest.raises(ParameterError) as caught:
        _train(tmp_path, root, table, settings(), MachineParams(**machine))
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_class_cannot_be_trained(tmp_path: Path, root: Path, table: Table, settings: Settings) -> None:
    with pytest.raises(TrainingError, match="None of the 6 validation pictures is fake; both classes are needed"):
        train(table(0, 6), table(6, 12).iloc[:6], root, settings(), tmp_path / "model", tmp_path / "curves")


def test_too_little_memory_names_the_batch(
    tmp_path: Path, root: Path, table: Table, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forward(self: NetworkTraining, pictures: torch.Tensor) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nSee documentation")

    monkeypatch.setattr(NetworkTraining, "forward", forward)
    with pytest.raises(TrainingError, match=r"CUDA out of memory.*Lower train.batch_size \(8\)"):
        _train(tmp_path, root, table, settings())


def test_the_rate_warms_up_and_falls_to_zero() -> None:
    factors = [rate_factor(step, 100) for step in range(100)]
    assert factors[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert factors[5] == 1.0
    assert all(np.diff(factors[5:]) < 0)
    assert factors[-1] < 0.001
    assert rate_factor(0, 1) == 1.0
