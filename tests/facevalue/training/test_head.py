"""Learning the classifier alone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import timm
import torch
from safetensors.torch import load_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from facevalue.common import catalogue
from facevalue.common.errors import ParameterError, TrainingError
from facevalue.common.machine import MachineParams
from facevalue.training import backbone, head
from facevalue.training.outcome import Training
from facevalue.training.params import TrainParams
from facevalue.training.several import train_all
from facevalue.training.task import Task
from tests.tiny_networks import predict

Table = Callable[[int, int], pd.DataFrame]
Settings = Callable[..., TrainParams]


@pytest.fixture
def head_only(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> TrainParams:
    """A tiny network stands for a pretrained one: its weights are drawn from the seed."""
    create = backbone._create
    untrained = {"pretrained": False, "tune": "all"}
    monkeypatch.setattr(backbone, "_create", lambda params: create(params.model_copy(update=untrained)))
    return settings(pretrained=True, tune="head")


def run(out: Path, root: Path, table: Table, params: TrainParams, workers: int = 0) -> Training:
    task = Task(table(0, 12), table(12, 18), root, params, out / "model", out / "curves")
    return train_all([task], MachineParams(accelerator="cpu", workers=workers))[0]


def test_it_learns_what_can_be_seen_and_leaves_the_rest_as_it_was(
    tmp_path: Path, root: Path, table: Table, head_only: TrainParams
) -> None:
    done = run(tmp_path, root, table, head_only)
    assert done.val_auc > 0.95
    assert done.describe().startswith(f"{len(head.STRENGTHS)} strengths, best {done.best_epoch}: val_loss ")
    unseen = table(18, 24)
    assert roc_auc_score(catalogue.targets(unseen["label"]), predict(tmp_path / "model", unseen, root)) > 0.95
    torch.manual_seed(head_only.seed)
    saved = load_file(tmp_path / "model/model.safetensors")
    again = train_again(tmp_path / "again", root, table, head_only)
    assert all(torch.equal(value, again[name]) for name, value in saved.items())
    assert len([name for name in saved if not name.startswith("fc.")]) > 10


def train_again(out: Path, root: Path, table: Table, params: TrainParams) -> dict[str, torch.Tensor]:
    run(out, root, table, params, workers=2)
    return load_file(out / "model/model.safetensors")


def test_the_logits_are_those_of_the_regression(
    tmp_path: Path, root: Path, table: Table, head_only: TrainParams
) -> None:
    """The scaling of the features is folded into the weights; the curves hold the loss of the network that is saved."""
    done = run(tmp_path, root, table, head_only)
    val = table(12, 18)
    fake, logits = catalogue.targets(val["label"]), predict(tmp_path / "model", val, root)
    loss = np.mean(np.logaddexp(0, np.where(fake == 1, -logits, logits)))
    assert loss == pytest.approx(done.val_loss, rel=1e-4)
    curve = pd.read_csv(tmp_path / "curves/plots/metrics/val/loss.tsv", sep="\t")
    assert curve["step"].tolist() == list(range(1, len(head.STRENGTHS) + 1))
    assert curve["loss"].min() == pytest.approx(done.val_loss)


@pytest.mark.parametrize("pictures", [60, 3000])
def test_it_is_the_regression_of_scikit_learn_though_never_all_in_memory(pictures: int) -> None:
    chance = np.random.default_rng(0)
    features = chance.normal(3, 5, (pictures + 50, 20)).astype(np.float32)
    features[:, 7] = 2  # tells nothing
    fake = (features[:, 0] + chance.normal(0, 5, len(features)) > 3).astype(np.int64)
    order = chance.permutation(len(features))
    train, val = (head.Seen(features, rows, fake[rows]) for rows in (order[:pictures], order[pictures:]))
    found = head.learn(train, val)
    learnt = features[train.rows].astype(np.float64)
    middle, spread = learnt.mean(axis=0), learnt.std(axis=0)
    spread[7] = 1
    peer = LogisticRegression(max_iter=2000, warm_start=True)
    for row, strength in enumerate(head.STRENGTHS):
        peer.set_params(C=strength).fit((learnt - middle) / spread, train.fake)
        theirs = peer.decision_function((features[val.rows] - middle) / spread)
        np.testing.assert_allclose(found.val[row], theirs, atol=1e-3)
        np.testing.assert_allclose(
            found.val[row], found.weights[row] @ features[val.rows].T + found.bias[row], rtol=1e-9
        )
    assert found.train.shape == (len(head.STRENGTHS), pictures)


def test_weak_features_win_a_tie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, root: Path, table: Table,
                                 head_only: TrainParams) -> None:  # fmt: skip
    monkeypatch.setattr(head, "STRENGTHS", (0.01, 0.01, 0.01))
    assert run(tmp_path, root, table, head_only).best_epoch == 1


def test_a_classifier_that_is_no_linear_layer_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"is a Identity and no linear layer. Set it to all"):
        head.classifier_of(timm.create_model("test_resnet", num_classes=0))


def test_trainings_together_look_at_each_picture_once_and_come_to_what_each_comes_to_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, root: Path, table: Table, head_only: TrainParams,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def task(folder: str, first: int) -> Task:
        """Learns from 12 people and chooses by 6, all among the first 18."""
        val = table(first, first + 6)
        train = table(0, 18).query("path not in @val.path")
        return Task(train, val, root, head_only, tmp_path / folder / "model", tmp_path / folder / "curves")

    looked, cpu = [], MachineParams(accelerator="cpu")
    look = head.look
    monkeypatch.setattr(head, "look", lambda *given: looked.append(list(given[2]["path"])) or look(*given))  # type: ignore[func-returns-value]
    together = train_all([task("one", 0), task("other", 12)], cpu, progress=True)
    assert re.search("train: .* [012]/2 ", capfd.readouterr().err)  # the last may come too soon to be drawn
    assert [sorted(paths) for paths in looked] == [sorted(table(0, 18)["path"])]
    alone = [train_all([task("one-alone", 0)], cpu)[0], train_all([task("other-alone", 12)], cpu)[0]]
    assert [each.best_epoch for each in together] == [each.best_epoch for each in alone]
    for name in ("one", "other"):
        beside, by_itself = (load_file(tmp_path / each / "model/model.safetensors") for each in (name, f"{name}-alone"))
        assert all(torch.allclose(value, by_itself[key], rtol=1e-3, atol=1e-5) for key, value in beside.items())
    assert not torch.equal(
        *(load_file(tmp_path / each / "model/model.safetensors")["fc.weight"] for each in ("one", "other"))
    )


def test_without_a_class_nothing_is_learnt(tmp_path: Path, root: Path, table: Table, head_only: TrainParams) -> None:
    reals = table(0, 12).query("label == 'real'")
    with pytest.raises(TrainingError, match="None of the 12 training pictures is fake"):
        head.train([Task(reals, table(12, 18), root, head_only, tmp_path / "model", tmp_path / "curves")])


@pytest.mark.parametrize("changed", [{"tune": "head"}, {"tune": "body", "pretrained": True}])
def test_features_of_nothing_are_refused(changed: dict[str, Any], settings: Settings) -> None:
    with pytest.raises(ValueError, match=r"train.tune is head, and train.pretrained is false|Input should be 'all'"):
        settings(**changed)
