"""What a network learnt from, as it sees it inside, and how unlike that another picture is.

A picture lies as far away as the k-th nearest of the training pictures, by the angle between features: so Sun et al.
2022 (arXiv 2204.06507) tell pictures of another kind. How far is far, the validation pictures say, of which no weight
was learnt.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_bytes

from facevalue.common.errors import TrainingError
from facevalue.common.words import printable

FILE = "reference.safetensors"
MOST = 500  # training pictures that are kept, and validation pictures that are asked
NEAREST = 5
USUAL = 0.95
"""The share of pictures like those of the validation part that lies within the limit, at least."""


_WIDEST = 2**15  # features of a picture
_DEEPEST = 10_000  # layers


@dataclass(frozen=True, eq=False)
class Reference:
    """Where a network's training pictures lie.

    Attributes:
        layer: of the network, which its features are of.
        learnt: (m, width) float32, features of training pictures, of unit length.
        limit: the distance beyond which a picture is unlike them, above 0.
    """

    layer: int
    learnt: NDArray[np.float32]
    limit: float

    @classmethod
    def of(cls, layer: int, learnt: NDArray[np.float32], watched: NDArray[np.float32]) -> "Reference":
        """From the features of a layer, (n, width), of the training pictures and of the validation pictures.

        The limit is the smallest distance within which new pictures of the same kind lie with a probability of `USUAL`
        (split conformal prediction, Vovk et al. 2005), or the largest seen where too few are asked for that.
        """
        unit = _unit(learnt)
        distances = np.sort(_distances(unit, _unit(watched)))
        rank = min(len(distances), math.ceil((len(distances) + 1) * USUAL))
        return cls(layer, unit, max(float(distances[rank - 1]), float(np.finfo(np.float32).eps)))

    def unlikeness(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """How far pictures lie from the training pictures, (n,), in limits: from features (n, width)."""
        return _distances(self.learnt, _unit(features)) / self.limit

    def save(self, model_dir: Path) -> None:
        """Write it beside the network; the same one gives the same bytes."""
        limit, layer = torch.tensor([self.limit], dtype=torch.float64), torch.tensor([self.layer])
        content = {"learnt": torch.from_numpy(self.learnt), "limit": limit, "layer": layer}
        (model_dir / FILE).write_bytes(as_bytes(content))

    @classmethod
    def load(cls, model_dir: Path) -> "Reference | None":
        """That of a saved network; None where it has none.

        Raises:
            TrainingError: it is damaged.
        """
        file = model_dir / FILE
        if not file.exists():
            return None
        try:
            with safe_open(file, "pt") as content:
                rows, columns = content.get_slice("learnt").get_shape()  # before it takes any memory
                single = [content.get_slice(name).get_shape() for name in ("limit", "layer")]
                if single != [[1], [1]] or not 0 < rows <= MOST or not 0 < columns <= _WIDEST:
                    raise ValueError(f"{rows} rows of {columns} features")
                learnt = content.get_tensor("learnt")
                limit, layer = (float(content.get_tensor(name)) for name in ("limit", "layer"))
            usable = 0 < limit < math.inf and 0 <= layer <= _DEEPEST and layer == int(layer)
            if learnt.dtype != torch.float32 or not torch.isfinite(learnt).all() or not usable:
                raise ValueError("numbers that there cannot be")
        except (OSError, SafetensorError, RuntimeError, TypeError, ValueError) as error:
            reason = printable((str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(":."))
            raise TrainingError(f"{file}: no reference of this pipeline ({reason}); train it again.") from error
        return cls(int(layer), learnt.numpy(), limit)


def some(rows: int) -> NDArray[np.int64]:
    """Which of so many pictures are kept or asked: evenly many from everywhere in the table, `MOST` at the most."""
    return np.linspace(0, rows - 1, min(rows, MOST)).round().astype(np.int64)


def _unit(features: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return np.asarray(features / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)


def _distances(learnt: NDArray[np.float32], asked: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of each of the asked, (n,), 1 minus the cosine to the k-th nearest of the learnt."""
    nearest = min(NEAREST, len(learnt))
    apart = 1 - asked.astype(np.float64) @ learnt.T.astype(np.float64)
    return np.asarray(np.partition(apart, nearest - 1, axis=1)[:, nearest - 1])
