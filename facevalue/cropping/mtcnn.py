"""MTCNN: three small networks, each judging what the one before proposes (Zhang et al. 2016, arXiv 1604.02878).

The networks and their weights are facenet-pytorch's; the cascade around them is ours and gives the same faces.
facenet-pytorch's own cascade stops with an exception at pictures under 20 pixels and whenever a box in passing
lies outside the picture.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from facenet_pytorch.models.mtcnn import ONet, PNet, RNet
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate
from torchvision.ops import nms

from facevalue.cropping.detection import Faces

SMALLEST_FACE = 20  # px, and the next three: facenet-pytorch's defaults
PYRAMID_STEP = 0.709
FLOORS = (0.6, 0.7, 0.7)  # the confidence that passes each network
CELL, STRIDE = 12, 2  # px: what one output of the first network sees, and how far apart two outputs are
PATCHES_AT_ONCE = 512  # bounds the memory; a crowd has thousands


class MtcnnDetector:
    """Faces of 20 pixels or more, the most confident first.

    Pictures go one by one: batches of equal sizes took 1.4 to 2 times as long on a CPU.
    """

    def __init__(self, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._propose, self._refine, self._output = (net().eval().to(self._device) for net in (PNet, RNet, ONet))

    def detect(self, images: Sequence[NDArray[np.uint8]]) -> list[Faces]:
        """See `FaceDetector.detect`."""
        return [self._detect(image) for image in images]

    @torch.inference_mode()
    def _detect(self, image: NDArray[np.uint8]) -> Faces:
        pixels = torch.tensor(image, device=self._device).permute(2, 0, 1)[None].float()
        boxes = _visible(self._proposals(pixels), pixels)
        if len(boxes):
            boxes = _visible(self._refined(pixels, boxes), pixels)
        return self._faces(pixels, boxes) if len(boxes) else Faces.none()

    def _proposals(self, pixels: Tensor) -> Tensor:
        found = [pixels.new_zeros(0, 9)]
        scale, shorter = CELL / SMALLEST_FACE, min(pixels.shape[2:])
        while shorter * scale >= CELL:
            found.append(self._proposals_at(pixels, scale))
            scale *= PYRAMID_STEP
        proposed = _suppressed(torch.cat(found), 0.7)
        boxes, offsets = proposed[:, :4], proposed[:, 5:]
        return _squares(boxes + offsets * _sizes(boxes))

    def _proposals_at(self, pixels: Tensor, scale: float) -> Tensor:
        height, width = pixels.shape[2:]
        offsets, probabilities = self._propose(_resized(pixels, int(height * scale + 1), int(width * scale + 1)))
        confidences = probabilities[0, 1]
        chosen = confidences >= FLOORS[0]
        corners = STRIDE * chosen.nonzero().flip(1) + 1
        boxes = (torch.cat([corners, corners + CELL - 1], dim=1) / scale).floor()
        found = torch.cat([boxes, confidences[chosen][:, None], offsets[0][:, chosen].T], dim=1)
        return _suppressed(found, 0.5)

    def _refined(self, pixels: Tensor, boxes: Tensor) -> Tensor:
        offsets, probabilities = _in_batches(self._refine, _patches(pixels, boxes, 24))
        chosen = probabilities[:, 1] > FLOORS[1]
        found = torch.cat([boxes, probabilities[:, 1:], offsets], dim=1)[chosen]
        found = _suppressed(found, 0.7)
        return _squares(_corrected(found[:, :4], found[:, 5:]))

    def _faces(self, pixels: Tensor, boxes: Tensor) -> Faces:
        offsets, points, probabilities = _in_batches(self._output, _patches(pixels, boxes, 48))
        chosen = probabilities[:, 1] > FLOORS[2]
        boxes, confidences = boxes[chosen], probabilities[chosen, 1]
        sizes = boxes[:, None, 2:] - boxes[:, None, :2] + 1
        landmarks = points[chosen].view(-1, 2, 5).mT * sizes + boxes[:, None, :2] - 1
        boxes = _corrected(boxes, offsets[chosen])
        kept = _outermost(boxes, confidences, 0.7)
        return Faces(*(array[kept].cpu().numpy() for array in (boxes, landmarks, confidences)))


def _sizes(boxes: Tensor) -> Tensor:
    """(n, 4): width, height, width, height."""
    return (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)


def _corrected(boxes: Tensor, offsets: Tensor) -> Tensor:
    """The second and third network were trained on boxes whose last pixel counts."""
    return boxes + offsets * (_sizes(boxes) + 1)


def _squares(boxes: Tensor) -> Tensor:
    sizes = _sizes(boxes)[:, :2]
    side = sizes.amax(dim=1, keepdim=True)
    corner = boxes[:, :2] + (sizes - side) / 2
    return torch.cat([corner, corner + side], dim=1)


def _suppressed(found: Tensor, overlap: float) -> Tensor:
    """Rows start with box and confidence; of overlapping ones the most confident stays."""
    return found[nms(found[:, :4], found[:, 4], overlap)]


def _outermost(boxes: Tensor, confidences: Tensor, overlap: float) -> Tensor:
    """Like `nms`, but measured on the smaller of two boxes: a nose inside a face is no second face."""
    order = confidences.argsort(stable=True).flip(0)  # ties, as of boxes that differ only off the picture: the last
    kept = []
    while len(order):
        best, order = order[0], order[1:]
        kept.append(best)
        corner = torch.maximum(boxes[best, :2], boxes[order, :2])
        shared = (torch.minimum(boxes[best, 2:], boxes[order, 2:]) - corner + 1).clamp(min=0).prod(dim=1)
        areas = (_sizes(boxes)[:, :2] + 1).prod(dim=1)
        order = order[shared / torch.minimum(areas[best], areas[order]) <= overlap]
    return torch.stack(kept) if kept else order


def _pixel_bounds(boxes: Tensor, pixels: Tensor) -> Tensor:
    """(n, 4) whole numbers: first column and row, and the ones behind the last; counted from 1 in the weights."""
    first = boxes[:, :2].long().clamp(min=1) - 1
    last = boxes[:, 2:].long().minimum(torch.tensor(pixels.shape[:1:-1], device=boxes.device))
    return torch.cat([first, last], dim=1)


def _visible(boxes: Tensor, pixels: Tensor) -> Tensor:
    """Without the boxes that hold no pixel: corrected past the edge or turned inside out, there is nothing to judge."""
    bounds = _pixel_bounds(boxes, pixels)
    return boxes[(bounds[:, 2:] > bounds[:, :2]).all(dim=1)]


def _patches(pixels: Tensor, boxes: Tensor, side: int) -> Tensor:
    return torch.cat(
        [
            _resized(pixels[:, :, top:bottom, left:right], side, side)
            for left, top, right, bottom in _pixel_bounds(boxes, pixels).tolist()
        ]
    )


def _resized(pixels: Tensor, height: int, width: int) -> Tensor:
    return (interpolate(pixels, size=(height, width), mode="area") - 127.5) / 128


def _in_batches(network: Callable[[Tensor], tuple[Tensor, ...]], patches: Tensor) -> list[Tensor]:
    outputs = [network(batch) for batch in torch.split(patches, PATCHES_AT_ONCE)]
    return [torch.cat(parts) for parts in zip(*outputs, strict=True)]
