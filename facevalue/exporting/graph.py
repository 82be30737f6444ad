"""Networks as ONNX: written, and asked. No other module imports its packages, and this one only to export."""

import warnings
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from facevalue.common.errors import TrainingError
from facevalue.common.words import printable

OPSET = 18  # of ONNX's operators; ONNX Runtime knows it since 1.14
PIXELS, LOGIT = "pixels", "logit"
_BATCHES = (1, 16)  # the first picture alone, the rest in batches: both must give what torch gives
_MOST_BYTES = 2**31 - 2**24  # of a file of protobuf, with room for what is no weight


def write(network: nn.Module, side: tuple[int, int], told: Mapping[str, str], path: Path) -> None:
    """Write a network of `PIXELS`, uint8 (n, h, w, 3) for any n, to `LOGIT`, (n,), with what is told of it.

    Raises:
        TrainingError: it is larger than a file of ONNX can be, or torch cannot write it.
    """
    import onnx

    size = sum(value.numel() * value.element_size() for value in network.state_dict().values())
    if size > _MOST_BYTES:
        raise TrainingError(
            f"the networks have {size / 1e9:.1f} GB, of which one file of ONNX holds 2; export a single training."
        )
    pictures = torch.zeros(2, *side, 3, dtype=torch.uint8)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch, about its own calls
            program = torch.onnx.export(
                network.eval(),
                (pictures,),
                input_names=[PIXELS],
                output_names=[LOGIT],
                dynamic_shapes=({0: torch.export.Dim("pictures")},),
                opset_version=OPSET,
                dynamo=True,
                verbose=False,
            )
    except RuntimeError as error:  # as all of the exporter's own
        raise TrainingError(f"torch cannot write this network as ONNX ({_first(error)}).") from error
    assert program is not None
    model = program.model_proto
    for node in model.graph.node:
        node.ClearField("metadata_props")  # where torch noted the paths of this machine's code
    onnx.helper.set_model_props(model, dict(told))
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def logits(path: Path, squares: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What ONNX Runtime makes of pictures (n, h, w, 3) on this processor, (n,).

    Raises:
        TrainingError: it does not take the file.
    """
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        first, size = _BATCHES
        starts = [0, *range(first, len(squares), size)]
        parts = [squares[start:end] for start, end in zip(starts, [*starts[1:], len(squares)], strict=True)]
        return np.concatenate([session.run([LOGIT], {PIXELS: part})[0] for part in parts]).astype(np.float64)
    except Exception as error:  # its errors have no base of their own
        raise TrainingError(f"ONNX Runtime does not take what was written ({_first(error)}).") from error


def versions() -> dict[str, str]:
    """Of the packages that an export depends on."""
    return {name: version(name) for name in ("onnx", "onnxruntime", "onnxscript", "timm", "torch")}


def _first(error: Exception) -> str:
    return printable((str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(":."))
