"""Where a network looked: Grad-CAM (Selvaraju et al. 2017, arXiv 1610.02391) by captum, for networks of timm."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from captum.attr import LayerAttribution, LayerGradCam
from numpy.typing import NDArray
from torch import Tensor, nn

from facevalue.model.saved import load
from facevalue.model.transforms import Normalise, letterbox

Map = NDArray[np.float32]

_FLAT = 0.999  # of the highest evidence: a lowest one above it is rounding, not a difference


def attention(model_dir: Path, pictures: Iterable[NDArray[np.uint8]]) -> list[Map | None]:
    """What `looker` says of each picture: RGB (height, width, 3), of any size."""
    return list(map(looker(model_dir), pictures))


def looker(model_dir: Path) -> Callable[[NDArray[np.uint8]], Map | None]:
    """A function from a picture to which of its places speak for what the network says of it.

    That is evidence for fake where the logit is above 0, and for real where it is below. The network's padding is
    taken off, so a map covers its picture from edge to edge. Runs on the CPU.

    Args:
        model_dir: What `saved.save` wrote.

    Returns:
        It takes RGB (height, width, 3), and gives a map, (rows, columns) at the network's resolution, from 0 to 1 at
        its highest point; None where the network keeps no features of places, or no place speaks more than another.

    Raises:
        TrainingError: `model_dir` holds no model of this pipeline.
    """
    saved = load(model_dir)
    normalise, boxed = Normalise(saved.preprocessing), letterbox(saved.preprocessing)
    network, layer = _seamed(saved.network)

    def look(picture: NDArray[np.uint8]) -> Map | None:
        evidence = _evidence(network, layer, normalise(torch.from_numpy(boxed(picture))[None]))
        return None if evidence is None else _scaled(evidence[_inside_padding(picture.shape, evidence.shape)])

    return look


def _seamed(network: nn.Module) -> tuple[nn.Module, nn.Module]:
    """The network with a seam, and the layer there that gives features of places (n, channels, rows, columns).

    The seam is between features and head. A head may read the class token alone, though; where there are blocks of
    tokens it is therefore in front of the last one, which mixes them. That block is changed in place.
    """
    seam = _Seam(network)
    blocks = getattr(network, "blocks", None)
    last = blocks[-1] if isinstance(blocks, nn.ModuleList | nn.Sequential) and len(blocks) else None
    norm = getattr(last, "norm1", None)
    if last is None or norm is None:
        return _Split(network, seam), seam.places
    last.norm1 = nn.Sequential(norm, seam)
    return network, seam.places


class _NoPlacesError(Exception):
    """The network's features lie on no square grid."""


class _Seam(nn.Module):
    """Hands features on as they are; on their way they pass `places`, laid out as (n, channels, rows, columns).

    Features on a grid come channels first, or last as in Swin. Tokens come as (n, tokens, channels), those without a
    place (class and register tokens) in front.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.places = nn.Identity()
        self._channels = getattr(network, "num_features", None)
        self._prefixes = getattr(network, "num_prefix_tokens", 0), 0  # none where a class token joins later

    def forward(self, features: Tensor) -> Tensor:
        if isinstance(features, Tensor) and features.ndim == 3:
            return self._tokens(features)
        if not isinstance(features, Tensor) or features.ndim != 4:
            raise _NoPlacesError
        if features.shape[1] != self._channels == features.shape[3]:
            return self._grid(features.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return self._grid(features)

    def _tokens(self, features: Tensor) -> Tensor:
        for prefix in self._prefixes:
            side = math.isqrt(max(0, features.shape[1] - prefix))
            if side**2 == features.shape[1] - prefix:
                grid = features[:, prefix:].mT.reshape(len(features), -1, side, side)
                return torch.cat([features[:, :prefix], self._grid(grid).flatten(2).mT], dim=1)
        raise _NoPlacesError

    def _grid(self, features: Tensor) -> Tensor:
        if features.shape[2] != features.shape[3]:
            raise _NoPlacesError
        passed: Tensor = self.places(features)
        return passed


class _Split(nn.Module):
    """A timm network with a seam between features and head."""

    def __init__(self, network: nn.Module, seam: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.seam = seam

    def forward(self, squares: Tensor) -> Tensor:
        logits: Tensor = self.network.forward_head(self.seam(self.network.forward_features(squares)))  # type: ignore[operator]
        return logits


def _evidence(network: nn.Module, layer: nn.Module, square: Tensor) -> Tensor | None:
    """Equations 1 and 2, for the side that the logit is on: (s, s), at least 0, for a network's input (1, 3, s, s).

    A negative logit's gradient is turned round before the rectifier: equation 4, the counterfactual.
    """
    try:
        with torch.no_grad():
            side = 1 if network(square).item() > 0 else -1
        coarse = side * LayerGradCam(network, layer).attribute(square, target=0)
    except _NoPlacesError:
        return None
    fine = LayerAttribution.interpolate(coarse.relu(), tuple(square.shape[2:]), interpolate_mode="bilinear")
    evidence: Tensor = fine.detach()[0, 0]
    return evidence


def _inside_padding(picture: tuple[int, ...], square: torch.Size) -> tuple[slice, slice]:
    """Rows and columns of the network's square that show the picture, as `transforms.letterbox` lays it."""
    scale = max(picture[0] / square[0], picture[1] / square[1])
    height, width = max(1, round(picture[0] / scale)), max(1, round(picture[1] / scale))
    top, left = (square[0] - height) // 2, (square[1] - width) // 2
    return slice(top, top + height), slice(left, left + width)


def _scaled(evidence: Tensor) -> Map | None:
    """To 0..1; None where nothing stands out."""
    lowest, highest = float(evidence.min()), float(evidence.max())
    if not 0 <= lowest < _FLAT * highest < math.inf:
        return None
    scaled: Map = (evidence / highest).numpy().astype(np.float32)
    return scaled
