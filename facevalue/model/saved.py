"""Trained networks on disk: `model.safetensors` and a `config.json` that timm reads as is.

`timm.create_model("local-dir:models/full", pretrained=True)` builds the network with its weights, and
`timm.data.create_transform(**timm.data.resolve_model_data_config(network))` its input.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import timm
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from safetensors.torch import save as as_bytes
from timm.models._hub import save_config_for_hf
from torch import nn

from facevalue.common.errors import TrainingError
from facevalue.common.words import printable
from facevalue.model.config import Config
from facevalue.model.transforms import Preprocessing

WEIGHTS = "model.safetensors"
CONFIG = "config.json"
_FRACTIONS = ("F64", "F32", "F16", "BF16")  # as safetensors calls what is no whole number
_ABOUT = {
    "label_names": ["fake"],
    "label_descriptions": {"fake": "The sigmoid of the only logit is the probability that the picture is fake."},
    "pretrained_cfg": {"tag": "facevalue"},  # else the file would name the weights that timm has for the architecture
}


@dataclass(frozen=True)
class SavedModel:
    """A network in evaluation mode, on the CPU, with one logit per picture, and how its input is made."""

    network: nn.Module
    preprocessing: Preprocessing


def save(network: nn.Module, preprocessing: Preprocessing, model_dir: Path) -> None:
    """Write both files; the same network gives the same bytes."""
    model_dir.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().cpu().contiguous().clone() for name, value in network.state_dict().items()}
    (model_dir / WEIGHTS).write_bytes(as_bytes(weights))  # its own writing hides a full disk in an error of its own
    config_file = model_dir / CONFIG
    save_config_for_hf(network, str(config_file), model_config=_ABOUT, data_config=asdict(preprocessing))


def load(model_dir: Path) -> SavedModel:
    """Read what `save` wrote; nothing in the folder is run as code, and no more is built than its weights fill.

    Raises:
        TrainingError: the folder is missing, broken, or holds another kind of model.
    """
    try:
        config = Config.read(model_dir / CONFIG)
        _compare(model_dir)
        network = timm.create_model(f"local-dir:{model_dir}", pretrained=False)
        weights = load_file(model_dir / WEIGHTS)
        if broken := [name for name, value in weights.items() if not torch.isfinite(value).all()]:
            raise ValueError(f"{broken[0]} holds what is no number")
        network.load_state_dict(weights)
    except (AssertionError, KeyError, OSError, RuntimeError, SafetensorError, TypeError, ValueError) as error:
        reason = printable((str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(":."))
        raise TrainingError(f"{model_dir}: no model of this pipeline ({reason}); train it again.") from error
    return SavedModel(network.eval(), config.preprocessing)


def _compare(model_dir: Path) -> None:
    """Refuse weights that are not the architecture's before it takes any memory."""
    with safe_open(model_dir / WEIGHTS, "pt") as file:
        slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118  # no mapping
        given = {name: (tuple(each.get_shape()), each.get_dtype() in _FRACTIONS) for name, each in slices.items()}
    try:
        with torch.device("meta"):
            outline = timm.create_model(f"local-dir:{model_dir}", pretrained=False)
    except (NotImplementedError, RuntimeError):
        return  # some compute while they are built; what is amiss is found when the weights are loaded
    wanted = {name: (tuple(value.shape), value.dtype.is_floating_point) for name, value in outline.state_dict().items()}
    if differ := sorted(name for name in wanted.keys() | given.keys() if wanted.get(name) != given.get(name)):
        raise ValueError(f"{len(differ)} of {len(wanted)} weights are not those of the architecture, e.g. {differ[0]}")
