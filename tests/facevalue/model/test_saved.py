import errno
import json
import resource
import shutil
from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import load_file, save_file

from facevalue.common.errors import TrainingError
from facevalue.model.saved import load, save
from facevalue.model.transforms import preprocessing_of
from tests.tiny_networks import saved


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return saved(tmp_path / "model")


def test_it_comes_back_as_it_was(model: Path) -> None:
    loaded = load(model)
    assert not loaded.network.training
    assert loaded.preprocessing.input_size == (3, 48, 48)
    assert (loaded.preprocessing.crop_mode, loaded.preprocessing.crop_pct) == ("border", 1.0)
    alone = timm.create_model(f"local-dir:{model}", pretrained=True).eval()
    picture = torch.rand(2, 3, 48, 48)
    assert torch.equal(loaded.network(picture), alone(picture))


def test_the_config_says_what_the_output_means(model: Path) -> None:
    config = json.loads((model / "config.json").read_text())
    assert config["architecture"] == "test_resnet"
    assert config["num_classes"] == 1
    assert config["label_names"] == ["fake"]
    assert "probability" in config["label_descriptions"]["fake"]
    assert config["pretrained_cfg"]["tag"] == "facevalue"


def test_a_network_with_a_fixed_size_comes_back(tmp_path: Path) -> None:
    network = timm.create_model("test_vit", num_classes=1, img_size=48)
    save(network, preprocessing_of(network, 48), tmp_path)
    assert load(tmp_path).network(torch.rand(1, 3, 48, 48)).shape == (1, 1)


def test_a_disk_that_takes_no_more_is_an_error_of_the_system(tmp_path: Path) -> None:
    bound, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most))  # bytes of a file
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            saved(tmp_path / "model")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bound, most))
    assert caught.value.errno == errno.EFBIG


def _cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def _whole_numbers(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file({name: value.to(torch.int32) for name, value in weights.items()}, folder / "model.safetensors")


def _pickle_only(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")


def _reconfigure(folder: Path, key: str, value: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {key: value}))


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: shutil.rmtree(folder),
        _cut,
        _whole_numbers,
        _pickle_only,
        lambda folder: (folder / "config.json").write_text("{"),
        lambda folder: (folder / "config.json").write_text("[]"),
        lambda folder: (folder / "config.json").write_text("{}"),
        lambda folder: _reconfigure(folder, "architecture", "resnet18"),
        lambda folder: _reconfigure(folder, "architecture", "of_a_stranger"),
        lambda folder: _reconfigure(folder, "pretrained_cfg", {"input_size": 3}),
    ],
)
def test_a_broken_folder_is_named_in_one_line(harm: object, model: Path) -> None:
    assert callable(harm)
    harm(model)
    with pytest.raises(TrainingError, match=r"model: no model of this pipeline \(.+\); train it again\.$") as caught:
        load(model)
    assert "\n" not in str(caught.value)


def test_a_model_with_other_outputs_is_refused(tmp_path: Path) -> None:
    network = timm.create_model("test_resnet", num_classes=7)
    save(network, preprocessing_of(network, 48), tmp_path)
    with pytest.raises(TrainingError, match=r"num_classes: Input should be 1\)"):
        load(tmp_path)
