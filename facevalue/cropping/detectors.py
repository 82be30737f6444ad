"""Which face detectors there are; each is loaded when it is first asked for."""

import math
from collections.abc import Callable

from facevalue.cropping.detection import FaceDetector
from facevalue.cropping.params import CropParams


def load_detector(settings: CropParams, device: str = "auto") -> FaceDetector:
    """The face detector that the parameters name (a key of `DETECTORS`), on a torch device.

    Args:
        settings: `mtcnn` comes with its weights; `retinaface` fetches them once.
        device: as torch spells it: `cpu`, `cuda`, `cuda:1`; `auto` takes a CUDA device where there is one.

    Raises:
        DownloadError: the weights cannot be had.
    """
    return DETECTORS[settings.detector](settings, _best_device() if device == "auto" else device)


def device_name(accelerator: str) -> str:
    """What a face detector computes on: the processor, or a GPU by its name."""
    import torch

    device = "cpu" if accelerator == "cpu" else _best_device()
    return device if device == "cpu" else f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}"


def _best_device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _mtcnn(settings: CropParams, device: str) -> FaceDetector:
    from facevalue.cropping.mtcnn import MtcnnDetector

    return MtcnnDetector(device, settings.min_confidence if settings.keep == "largest" else math.inf)


def _retinaface(settings: CropParams, device: str) -> FaceDetector:
    from facevalue.cropping.retinaface import URL, RetinaFaceDetector
    from facevalue.cropping.weights import fetch

    return RetinaFaceDetector(fetch(URL), settings.detect_side, device, settings.precision)


DETECTORS: dict[str, Callable[[CropParams, str], FaceDetector]] = {"mtcnn": _mtcnn, "retinaface": _retinaface}
