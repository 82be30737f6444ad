"""What a network makes of pictures three quarters of the way down: how strongly it sees each of its patterns.

At its end a network knows little but the class. There fakes and photographs of anything look alike, in the layers
before they do not.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from facevalue.common.machine import MachineParams
from facevalue.model.device import device_of, exact
from facevalue.model.folded import folded
from facevalue.model.pictures import Pictures, computed
from facevalue.model.transforms import Normalise, Preprocessing

_BATCH = 16
_DEPTH = 0.75
_PICTURES = 2
_RELATIVE, _ABSOLUTE = 1e-4, 1e-5


def layer_of(network: nn.Module, input_size: tuple[int, int, int]) -> int | None:
    """Which of a network's layers is looked at; None where it shows none, or not on the way to its logits.

    Args:
        network: of timm, on the CPU, in evaluation mode.
        input_size: channels, height and width of a picture, px.
    """
    if not hasattr(network, "forward_intermediates"):
        return None
    noise = torch.randn(_PICTURES, *input_size, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        try:
            _, layers = network.forward_intermediates(noise)  # type: ignore[operator]
            layer = round(_DEPTH * (len(layers) - 1))
            final, features = inside(network, noise, layer)
            logits = network.forward_head(final)  # type: ignore[operator]
        except (AttributeError, IndexError, NotImplementedError, RuntimeError, TypeError, ValueError):
            return None  # a network that shows itself in a way of its own
        same = torch.allclose(logits, network(noise), rtol=_RELATIVE, atol=_ABSOLUTE)
        return layer if same and features.isfinite().all() else None


def inside(network: nn.Module, inputs: Tensor, layer: int) -> tuple[Tensor, Tensor]:
    """Of a batch what the head is given; and mean and deviation of each channel of a layer, (n, 2 channels)."""
    final, (seen,) = network.forward_intermediates(inputs, indices=[layer])  # type: ignore[operator]
    return final, torch.cat([seen.mean((2, 3)), seen.std((2, 3), correction=0)], dim=1)


def features(
    network: nn.Module,
    preprocessing: Preprocessing,
    layer: int,
    table: pd.DataFrame,
    root: Path,
    machine: MachineParams,
) -> NDArray[np.float32]:
    """Mean and deviation of each channel of a layer, (n, 2 channels), of the pictures of a catalogue."""
    device = device_of(machine.accelerator)
    normalise, quick = Normalise(preprocessing).to(device), folded(network, preprocessing.input_size).to(device)

    @torch.inference_mode()
    def seen(batch: Tensor) -> NDArray[np.float32]:
        return inside(quick, normalise(batch.to(device)), layer)[1].float().cpu().numpy()

    with exact():
        found = list(computed(seen, Pictures(table, root, preprocessing), _BATCH, machine))
    network.cpu()  # where it is itself the quick one
    return np.concatenate(found)
