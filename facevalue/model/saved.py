"""Trained networks on disk: `model.safetensors` and a `config.json` that timm reads as is.

`timm.create_model("local-dir:models/full", pretrained=True)` builds the network with its weights, and
`timm.data.create_transform(**timm.data.resolve_model_data_config(network))` its input.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import timm
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from timm.models._hub import save_config_for_hf
from torch import nn

from facevalue.common.errors import TrainingError
from facevalue.model.transforms import Preprocessing

WEIGHTS = "model.safetensors"
CONFIG = "config.json"
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
    save_file(weights, model_dir / WEIGHTS)
    config_file = model_dir / CONFIG
    save_config_for_hf(network, str(config_file), model_config=_ABOUT, data_config=asdict(preprocessing))


def load(model_dir: Path) -> SavedModel:
    """Read what `save` wrote; nothing in the folder is run as code.

    Raises:
        TrainingError: the folder is missing, broken, or holds another kind of model.
    """
    try:
        network = timm.create_model(f"local-dir:{model_dir}", pretrained=False)
        network.load_state_dict(load_file(model_dir / WEIGHTS))
        preprocessing = Preprocessing.saved_with(network)
    except (AssertionError, KeyError, OSError, RuntimeError, SafetensorError, TypeError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(":.")
        raise TrainingError(f"{model_dir}: no model of this pipeline ({reason}); train it again.") from error
    if network.num_classes != 1:
        raise TrainingError(f"{model_dir}: the model has {network.num_classes} outputs, not one; train it again.")
    return SavedModel(network.eval(), preprocessing)
