"""What is compared: a row of the page each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        name: for `--only`.
        title: what is done, and what is the peer.
        module: of `benchmarks.peers`, with both sides.
        variant: which of the module's.
        goal: the ratio to reach; None where there is none.
        pictures: how many are sampled.
        side: of the pictures, px.
        folds: trainings; 1 where nothing is trained, too.
        agreement: whether the module's third side says how far both agree.
    """

    name: str
    title: str
    module: str
    variant: str
    goal: float | None
    pictures: int
    side: int
    folds: int = 1
    agreement: bool = False


_MTCNN = "Crop with MTCNN, against facenet-pytorch"
_RETINAFACE = "Find faces with RetinaFace at 512 px, against `predict_jsons` of retinaface-pytorch in float32"
ROWS = (
    Row("mtcnn", f"{_MTCNN}, a picture at a time", "mtcnn", "single", 6, 60, 1024, agreement=True),
    Row("mtcnn-batches", f"{_MTCNN}, 8 pictures at a time", "mtcnn", "batches", None, 60, 1024),
    Row("retinaface", f"{_RETINAFACE}; ours in float32", "retinaface", "float32", 1.4, 40, 1024, agreement=True),
    Row("retinaface-bf16", f"{_RETINAFACE}; ours in bf16", "retinaface", "bf16", 3, 40, 1024, agreement=True),
    Row("training", "One training, against a plain loop", "training", "full", 1.3, 140, 256),
    Row("trainings", "Five trainings of one method, against five plain loops", "training", "full", 2.2, 140, 256, 5),
    Row("training-1024", "One training, against a plain loop", "training", "full", 2.5, 80, 1024),
)
