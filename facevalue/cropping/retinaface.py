"""RetinaFace with a ResNet-50 (Deng et al. 2020, arXiv 1905.00641): one network, every size of face at once.

Network, anchors and decoding are retinaface-pytorch's; what lies around them is ours, and gives the boxes of its
`predict_jsons` before they are cut down to whole pixels.
"""

import warnings
from collections.abc import Mapping, Sequence
from itertools import pairwise

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from retinaface.box_utils import decode, decode_landm
from retinaface.network import RetinaFace
from retinaface.prior_box import priorbox
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision.ops import nms

from facevalue.cropping.detection import Faces
from facevalue.cropping.params import Precision
from facevalue.cropping.weights import fill

Image = NDArray[np.uint8]

URL = "https://github.com/ternaus/retinaface/releases/download/0.01/retinaface_resnet50_2020-07-20-f168fae3c.zip"
ANCHORS, STEPS, VARIANCES = [[16, 32], [64, 128], [256, 512]], [8, 16, 32], [0.1, 0.2]  # px, px, as trained
MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255  # ImageNet's, as trained
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32) * 255
FLOOR = 0.02  # below any useful threshold; a higher one applied later leaves the same boxes
OVERLAP = 0.4  # of two boxes, from which the more confident alone stays


class RetinaFaceDetector:
    """Faces of any size, the most confident first.

    Pictures go one by one: so what is found in one does not depend on the others, to the last digit.
    """

    def __init__(
        self, weights: Mapping[str, Tensor], side: int, device: str = "cpu", precision: Precision = "32-true"
    ) -> None:
        """Build the network for pictures resized to a longer side of `side` pixels.

        Raises:
            DownloadError: the weights are another network's.
        """
        self._side, self._device = side, torch.device(device)
        self._network = _network()
        fill(self._network, weights, "RetinaFace")
        self._dtype = torch.bfloat16 if precision == "bf16-true" else torch.float32
        _fuse(self._network.eval())
        self._network.to(self._device, self._dtype, memory_format=torch.channels_last)
        self._priors = priorbox(ANCHORS, STEPS, clip=False, image_size=(side, side)).to(self._device)

    def detect(self, images: Sequence[Image]) -> list[Faces]:
        """See `FaceDetector.detect`."""
        return [self._detect(image) for image in images]

    @torch.inference_mode()
    def _detect(self, image: Image) -> Faces:
        canvas, shift = _canvas(image, self._side)
        pixels = torch.from_numpy(canvas)[None].to(self._device, self._dtype).permute(0, 3, 1, 2)
        offsets, logits, points = (output[0].float() for output in self._network(pixels))
        confidences = logits.softmax(dim=-1)[:, 1]
        return self._faces((offsets, confidences, points), shift, max(image.shape[:2]) / self._side)

    def _faces(self, outputs: tuple[Tensor, Tensor, Tensor], shift: tuple[int, int], scale: float) -> Faces:
        likely = outputs[1] > FLOOR
        priors, offsets, confidences, points = (rows[likely] for rows in (self._priors, *outputs))
        boxes = decode(offsets, priors, VARIANCES) * self._side
        kept = nms(boxes, confidences, OVERLAP)
        landmarks = decode_landm(points, priors, VARIANCES)[kept].view(-1, 5, 2) * self._side
        origin = torch.tensor(shift, device=boxes.device)
        boxes = (boxes[kept] - origin.repeat(2)) * scale
        return Faces(*(array.cpu().numpy() for array in (boxes, (landmarks - origin) * scale, confidences[kept])))


def _network() -> RetinaFace:
    layers = {"layer2": 1, "layer3": 2, "layer4": 3}
    with warnings.catch_warnings():
        for argument in ("The parameter 'pretrained'", "Arguments other than a weight enum"):
            warnings.filterwarnings("ignore", argument, UserWarning, "torchvision")
        return RetinaFace("Resnet50", pretrained=False, in_channels=256, return_layers=layers, out_channels=256)


def _fuse(network: nn.Module) -> None:
    """Multiply each batch norm into the convolution before it; the network computes the same, and less."""
    for parent in network.modules():
        children = list(parent.named_children())
        for (name, convolution), (after, norm) in pairwise(children):
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(parent, name, fuse_conv_bn_eval(convolution, norm))
                setattr(parent, after, nn.Identity())


def _canvas(image: Image, side: int) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """The picture resized and centred on a square of the mean colour, (side, side, 3), and its corner's x and y."""
    scale = side / max(image.shape[:2])
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    resized = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
    left, top = (side - width) // 2, (side - height) // 2
    canvas = np.zeros((side, side, 3), np.float32)
    canvas[top : top + height, left : left + width] = (resized - MEAN) / DEVIATION
    return canvas, (left, top)
