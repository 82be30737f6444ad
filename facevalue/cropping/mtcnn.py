"""MTCNN: three small networks, each judging what the one before proposes (Zhang et al. 2016, arXiv 1604.02878).

The networks and their weights are facenet-pytorch's; the cascade around them is ours and finds nearly the same boxes,
since pictures are reduced by OpenCV; small faces only where no large one is sure. facenet-pytorch's own cascade stops
with an exception at pictures under 20 pixels and whenever a box in passing lies outside the picture.
"""

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import torch
from facenet_pytorch.models.mtcnn import ONet, PNet, RNet
from numpy.typing import NDArray
from torch import Tensor
from torchvision.ops import nms

from facevalue.cropping.detection import Faces

Image = NDArray[np.uint8]

SMALLEST_FACE = 20  # px, and the next three: facenet-pytorch's defaults
PYRAMID_STEP = 0.709
FLOORS = (0.6, 0.7, 0.7)  # the confidence that passes each network
CELL, STRIDE = 12, 2  # px: what one output of the first network sees, and how far apart two outputs are
LARGE_FACE = 56  # px; nine tenths of the area to search are for smaller ones
PATCHES_AT_ONCE = 512  # bounds the memory; a crowd has thousands


class MtcnnDetector:
    """Faces of 20 pixels or more, the most confident first.

    Pictures go one by one: batches of equal sizes took 1.4 to 2 times as long on a CPU, and so what is found in one
    does not depend on the others.
    """

    def __init__(self, device: str = "cpu", enough: float = math.inf) -> None:
        """Load the weights.

        Args:
            device: as torch spells it.
            enough: where a face of 56 pixels or more is this confident, smaller ones are not looked for.
        """
        self._device, self._enough = torch.device(device), enough
        self._propose, self._refine, self._output = (net().eval().to(self._device) for net in (PNet, RNet, ONet))

    def detect(self, images: Sequence[Image]) -> list[Faces]:
        """See `FaceDetector.detect`."""
        return [self._detect(image) for image in images]

    def _detect(self, image: Image) -> Faces:
        scales = _scales(min(image.shape[:2]))
        faces = self._search(image, [scale for scale in scales if CELL / scale >= LARGE_FACE])
        large = (faces.boxes[:, 2:] - faces.boxes[:, :2]).max(axis=1, initial=0) >= LARGE_FACE
        return faces if (large & (faces.confidences >= self._enough)).any() else self._search(image, scales)

    @torch.inference_mode()
    def _search(self, image: Image, scales: Sequence[float]) -> Faces:
        boxes = _visible(self._proposals(image, scales), image)
        if len(boxes):
            boxes = _visible(self._refined(image, boxes), image)
        return self._faces(image, boxes) if len(boxes) else Faces.none()

    def _proposals(self, image: Image, scales: Sequence[float]) -> Tensor:
        found, level = [torch.zeros(0, 9, device=self._device)], image
        height, width = image.shape[:2]
        for scale in scales:
            size = int(height * scale + 1), int(width * scale + 1)
            while min(level.shape[0] / size[0], level.shape[1] / size[1]) >= 4:  # halving is quick, and as good
                level = _resized(level, level.shape[0] // 2, level.shape[1] // 2)
            found.append(self._proposals_at(_resized(level, *size), scale))
        proposed = _suppressed(torch.cat(found), 0.7)
        boxes, offsets = proposed[:, :4], proposed[:, 5:]
        return _squares(boxes + offsets * _sizes(boxes))

    def _proposals_at(self, level: Image, scale: float) -> Tensor:
        offsets, probabilities = self._propose(_inputs([level]).to(self._device))
        confidences = probabilities[0, 1]
        chosen = confidences >= FLOORS[0]
        corners = STRIDE * chosen.nonzero().flip(1) + 1
        boxes = (torch.cat([corners, corners + CELL - 1], dim=1) / scale).floor()
        found = torch.cat([boxes, confidences[chosen][:, None], offsets[0][:, chosen].T], dim=1)
        return _suppressed(found, 0.5)

    def _refined(self, image: Image, boxes: Tensor) -> Tensor:
        offsets, probabilities = _in_batches(self._refine, _patches(image, boxes, 24))
        chosen = probabilities[:, 1] > FLOORS[1]
        found = torch.cat([boxes, probabilities[:, 1:], offsets], dim=1)[chosen]
        found = _suppressed(found, 0.7)
        return _squares(_corrected(found[:, :4], found[:, 5:]))

    def _faces(self, image: Image, boxes: Tensor) -> Faces:
        offsets, points, probabilities = _in_batches(self._output, _patches(image, boxes, 48))
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


def _pixel_bounds(boxes: Tensor, image: Image) -> Tensor:
    """(n, 4) whole numbers: first column and row, and the ones behind the last; counted from 1 in the weights."""
    first = boxes[:, :2].long().clamp(min=1) - 1
    last = boxes[:, 2:].long().minimum(torch.tensor(image.shape[1::-1], device=boxes.device))
    return torch.cat([first, last], dim=1)


def _visible(boxes: Tensor, image: Image) -> Tensor:
    """Without the boxes that hold no pixel: corrected past the edge or turned inside out, there is nothing to judge."""
    bounds = _pixel_bounds(boxes, image)
    return boxes[(bounds[:, 2:] > bounds[:, :2]).all(dim=1)]


def _patches(image: Image, boxes: Tensor, side: int) -> Tensor:
    bounds = _pixel_bounds(boxes, image).tolist()
    patches = [_resized(image[top:bottom, left:right], side, side) for left, top, right, bottom in bounds]
    return _inputs(patches).to(boxes.device)


def _scales(shorter: int) -> list[float]:
    """From the smallest faces to the largest: what a face shrinks by to fill a cell."""
    scales, scale = [], CELL / SMALLEST_FACE
    while shorter * scale >= CELL:
        scales.append(scale)
        scale *= PYRAMID_STEP
    return scales


def _resized(image: Image, height: int, width: int) -> Image:
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _inputs(images: Sequence[Image]) -> Tensor:
    """(n, 3, h, w), -1 to 1, of pictures of one size."""
    return (torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() - 127.5) / 128


def _in_batches(network: Callable[[Tensor], tuple[Tensor, ...]], patches: Tensor) -> list[Tensor]:
    outputs = [network(batch) for batch in torch.split(patches, PATCHES_AT_ONCE)]
    return [torch.cat(parts) for parts in zip(*outputs, strict=True)]
