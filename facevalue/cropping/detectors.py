"""Which face detectors there are; each is loaded when it is first asked for."""

from collections.abc import Callable

from facevalue.cropping.detection import FaceDetector


def load_detector(name: str, device: str = "auto", *, side: int) -> FaceDetector:
    """The face detector of that name (a key of `DETECTORS`), on a torch device.

    Args:
        name: `mtcnn` comes with its weights; `retinaface` fetches them once.
        device: as torch spells it: `cpu`, `cuda`, `cuda:1`; `auto` takes a CUDA device where there is one.
        side: longer side, in pixels, of the pictures to come; RetinaFace resizes to it, MTCNN takes what it gets.

    Raises:
        DownloadError: the weights cannot be had.
    """
    return DETECTORS[name](_best_device() if device == "auto" else device, side)


def _best_device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _mtcnn(device: str, _: int) -> FaceDetector:
    from facevalue.cropping.mtcnn import MtcnnDetector

    return MtcnnDetector(device)


def _retinaface(device: str, side: int) -> FaceDetector:
    from facevalue.cropping.retinaface import URL, RetinaFaceDetector
    from facevalue.cropping.weights import fetch

    return RetinaFaceDetector(fetch(URL), side, device)


DETECTORS: dict[str, Callable[[str, int], FaceDetector]] = {"mtcnn": _mtcnn, "retinaface": _retinaface}
