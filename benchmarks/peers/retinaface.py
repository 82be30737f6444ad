"""Faces found with RetinaFace: ours against `predict_jsons` of retinaface-pytorch, as SelfBlendedImages calls it.

Both sides decode the pictures and find the faces, and cut nothing. Both have the same random weights, so that nobody
needs the download. They are seeded and made to behave: batch norm knows the pictures, the smaller anchors keep quiet,
and of the large ones a handful per picture is confident, as with one real face. Boxes of random weights mean nothing,
but both sides must find the same ones.
"""

import math
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2

from benchmarks.peers import side
from facevalue.common import images

if TYPE_CHECKING:
    from torch import Tensor

    from facevalue.cropping.retinaface import RetinaFaceDetector

WEIGHTS = Path("retinaface.safetensors")
DETECT_SIDE = 512  # px
THRESHOLD = 0.7  # `predict_jsons`'s own
_LARGE = 2  # which of the network's three levels has anchors of 256 and 512 px
_ANCHORS = 2  # per place
_QUIET = 20  # logits added to the background
_CONFIDENT = 0.03  # share of the large anchors, 512 per picture, that is above THRESHOLD
_MOST = 0.999  # confidence of the first of all; nearer to 1 there would be ties


def ours(precision: str) -> Mapping[str, float]:
    """The finder of the stage `crop`."""
    side.as_a_stage()
    from facevalue.common.parallel import ordered_map
    from facevalue.cropping.finding import FaceFinder

    files = side.pictures()
    weights = _load()
    _detector(weights, precision)  # what is slow the first time alone, such as imports
    start = time.perf_counter()
    finder = FaceFinder(_detector(weights, precision), THRESHOLD, DETECT_SIDE, margin=0.3, keep="largest")

    def crop(file: Path) -> None:
        image = images.read(file)
        if found := finder.find(image):
            finder.cut(image, found)

    for _ in ordered_map(crop, files):
        pass
    return {"pictures": len(files), "seconds": time.perf_counter() - start}


def peer(_: str) -> Mapping[str, float]:
    """One picture after the other, in float32: it has no other precision."""
    files = side.pictures()
    weights = _load()
    _model(weights)  # likewise
    start = time.perf_counter()
    model = _model(weights)
    for file in files:
        model.predict_jsons(_frame(file))
    return {"pictures": len(files), "seconds": time.perf_counter() - start}


def agreement(precision: str) -> Mapping[str, float]:
    """How well each of the peer's boxes is met by one of ours; not timed."""
    import torch
    from torchvision.ops import box_iou

    from facevalue.cropping.geometry import reduced

    weights = _load()
    model, detector, overlaps = _model(weights), _detector(weights, precision), []
    for file in side.pictures():
        frame = _frame(file)
        small = reduced(frame, DETECT_SIDE)
        scale = frame.shape[1] / small.shape[1], frame.shape[0] / small.shape[0]
        found = detector.detect([small])[0].scaled(*scale)
        theirs = [answer["bbox"] for answer in model.predict_jsons(frame) if answer["bbox"]]
        if theirs and len(found):
            met = box_iou(torch.tensor(theirs, dtype=torch.float32), torch.from_numpy(found.boxes))
            overlaps += met.amax(dim=1).tolist()
        else:
            overlaps += [0.0] * len(theirs)
    return {
        "boxes": len(overlaps),
        "min_iou": min(overlaps, default=math.nan),
        "mean_iou": sum(overlaps) / max(1, len(overlaps)),
    }


def _detector(weights: Mapping[str, "Tensor"], precision: str) -> "RetinaFaceDetector":
    from facevalue.cropping.retinaface import RetinaFaceDetector

    return RetinaFaceDetector(weights, DETECT_SIDE, precision="bf16-true" if precision == "bf16" else "32-true")


def _model(weights: Mapping[str, "Tensor"] | None) -> Any:
    """What the peer's `get_model` returns; without weights, as initialised."""
    from retinaface.predict_single import Model

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torchvision's, of how the peer calls it
        model = Model(max_size=DETECT_SIDE, device="cpu")
    if weights is not None:
        model.load_state_dict(dict(weights))
    model.eval()
    return model


def _frame(file: Path) -> Any:
    return cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]


def _load() -> dict[str, "Tensor"]:
    from safetensors.torch import load_file

    return dict(load_file(WEIGHTS))


def write_weights(_: str) -> Mapping[str, float]:
    """Make the random weights: batch norm's from a few of the project's pictures, the confidences' from all."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    model = _model(None)
    network = model.model
    inputs = [_input(model, file)[None] for file in side.pictures()]
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = None  # the plain mean
    with torch.no_grad():
        network.train()(torch.cat(inputs[:8]))
        network.eval()
        count = (DETECT_SIDE // 32) ** 2 * _ANCHORS
        logits = torch.cat([network(one)[1][0, -count:] for one in inputs])
        odds = logits[:, 1] - logits[:, 0]
        confident, most = odds.quantile(1 - _CONFIDENT), odds.max()
        gain = (_logit(_MOST) - _logit(THRESHOLD)) / (most - confident)
        for level, head in enumerate(network.ClassHead):
            background = head.conv1x1.bias[0::2]
            if level != _LARGE:
                background += _QUIET
                continue
            head.conv1x1.weight *= gain
            head.conv1x1.bias *= gain
            background += gain * confident - _logit(THRESHOLD)
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, WEIGHTS)
    return {}


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _input(model: Any, file: Path) -> "Tensor":
    import torch

    square = cv2.resize(_frame(file), (DETECT_SIDE, DETECT_SIDE), interpolation=cv2.INTER_AREA)
    return torch.from_numpy(model.transform(image=square)["image"]).permute(2, 0, 1)


if __name__ == "__main__":
    sides = {"ours": ours, "peer": peer, "agreement": agreement, "weights": write_weights}
    side.main("benchmarks.peers.retinaface", sides, ("float32", "bf16"))
