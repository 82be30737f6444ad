"""What a stranger's `config.json` may say."""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from facevalue.common.errors import TrainingError
from facevalue.model.config import Config
from facevalue.model.saved import load
from tests.tiny_networks import saved

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("saved") / "model")


def altered(model: Path, folder: Path, key: str, value: object) -> Path:
    """A copy whose config says something else."""
    folder.mkdir(exist_ok=True)
    (folder / "model.safetensors").write_bytes((model / "model.safetensors").read_bytes())
    config: dict[str, Any] = json.loads((model / "config.json").read_text())
    *sections, last = key.split(".")
    place = config
    for section in sections:
        place = place[section]
    place[last] = value
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_what_is_saved_is_read(model: Path) -> None:
    config = Config.read(model / "config.json")
    assert config.architecture == "test_resnet"
    assert config.preprocessing == load(model).preprocessing


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pretrained_cfg.std", [0, 0, 0]),
        ("pretrained_cfg.std", [0.5, 0.5]),
        ("pretrained_cfg.mean", "grey"),
        ("pretrained_cfg.mean", [0.5, 0.5, float("nan")]),
        ("pretrained_cfg.input_size", [3, 100_000, 100_000]),
        ("pretrained_cfg.input_size", [1, 48, 48]),
        ("pretrained_cfg.input_size", {"side": 48}),
        ("pretrained_cfg.interpolation", 5),
        ("pretrained_cfg.crop_pct", 0),
        ("pretrained_cfg.crop_mode", "none"),
        ("pretrained_cfg", []),
        ("num_classes", 2),
        ("num_classes", "1"),
        ("model_args", {"num_classes": 1, "depth": 10**9}),
        ("model_args", {"num_classes": 1, "img_size": 10**9}),
        ("model_args", None),
        ("architecture", 5),
        ("architecture", "os.system"),
        ("architecture", "../../x"),
        ("architecture", "vit_giant_patch14_clip_224"),
        ("architecture", "\x1b[31mred"),
    ],
)
def test_what_is_none_of_ours_is_refused_at_once_in_one_line(
    model: Path, tmp_path: Path, key: str, value: object
) -> None:
    begin = time.monotonic()
    with pytest.raises(TrainingError, match=r"model of this pipeline \(.+\); train it again\.$") as caught:
        load(altered(model, tmp_path / "altered", key, value))
    assert str(caught.value).isprintable()
    assert time.monotonic() - begin < 10  # a giant is not built to be thrown away


def test_weights_that_are_no_numbers_are_refused(model: Path, tmp_path: Path) -> None:
    folder = altered(model, tmp_path / "altered", "num_classes", 1)
    weights = load_file(model / "model.safetensors")
    weights["fc.bias"].fill_(float("nan"))
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(TrainingError, match=r"\(fc\.bias holds what is no number\)"):
        load(folder)


def test_a_config_larger_than_any_is_not_read(model: Path, tmp_path: Path) -> None:
    folder = altered(model, tmp_path / "altered", "label_names", ["x" * 2**20])
    with pytest.raises(TrainingError, match="more than 1,048,576 bytes"):
        load(folder)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["architecture", "num_classes", "model_args", "pretrained_cfg"])
    | st.sampled_from(["input_size", "mean", "std", "interpolation", "crop_pct", "crop_mode"]).map(
        "pretrained_cfg.{}".format
    ),
    VALUES,
)
def test_nothing_that_a_config_says_is_a_traceback(model: Path, tmp_path: Path, key: str, value: object) -> None:
    folder = altered(model, tmp_path / "altered", key, value)
    with suppress(ValueError):  # the one thing that may be raised
        assert Config.read(folder / "config.json").preprocessing.input_size[0] == 3
