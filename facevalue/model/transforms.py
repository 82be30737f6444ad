"""From a picture to a network's input, the same way in training, prediction and plain timm.

The whole picture is kept: its longer side becomes the network's side, with antialiasing, and the rest is
padded with the mean colour. That is `crop_mode: border` with `crop_pct: 1.0` in timm's terms, and those terms
are saved with the model, so anyone who loads it with timm alone gets the same scores.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from timm.data.config import resolve_model_data_config
from timm.data.transforms_factory import create_transform
from torch import Tensor, nn

Letterbox = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
"""From a picture (h, w, 3) to a square (s, s, 3)."""


@dataclass(frozen=True)
class Preprocessing:
    """What timm calls the data config of a model, with its keys."""

    input_size: tuple[int, int, int]  # channels, height, width in px
    interpolation: str
    mean: tuple[float, float, float]  # of RGB scaled to 0..1
    std: tuple[float, float, float]
    crop_pct: float
    crop_mode: str

    @classmethod
    def saved_with(cls, network: nn.Module) -> "Preprocessing":
        """As the network's `pretrained_cfg` says."""
        return cls(**resolve_model_data_config(network))  # type: ignore[no-untyped-call]


def preprocessing_of(network: nn.Module, image_size: int) -> Preprocessing:
    """The network's own colours and interpolation, at squares of `image_size` pixels."""
    config = Preprocessing.saved_with(network)
    return replace(config, input_size=(3, image_size, image_size), crop_pct=1.0, crop_mode="border")


def letterbox(preprocessing: Preprocessing) -> Letterbox:
    """A function that resizes and pads pictures of shape (h, w, 3) to the network's square (s, s, 3)."""
    transform = create_transform(**asdict(preprocessing), normalize=False)

    def letterboxed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        boxed: Tensor = transform(Image.fromarray(picture))
        return np.ascontiguousarray(boxed.permute(1, 2, 0).numpy())

    return letterboxed


class Normalise(nn.Module):
    """From a batch of letterboxed pictures, uint8 (n, s, s, 3), to the network's input, float (n, 3, s, s).

    A layer and not a part of the data set: a byte per value travels to the device and to the cache, not four. The
    values stay as they lie, channels last; convolutions keep to that, and are quicker so on a CPU.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, preprocessing: Preprocessing) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(preprocessing.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(preprocessing.std).view(1, 3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """Scale to 0..1 and standardise each channel."""
        scaled = pictures.permute(0, 3, 1, 2).to(self.mean.dtype).div(255)
        return scaled.sub(self.mean).div(self.std)
