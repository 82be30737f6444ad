"""Where the stages find each other's work; `dvc.yaml` names the same paths."""

from pathlib import Path

from facevalue.common.methods import TrainedMethod
from facevalue.common.trainings import found

PARAMS, LOCK = Path("params.yaml"), Path("dvc.lock")
CHECKED = Path("data/checked")
SAMPLED = Path("data/sampled")
LEFT_OUT = Path("data/left_out.csv")  # beside it: what a file that nobody uses is called changes nothing
FURTHER = Path("data/further.csv")  # beside it too: another column trains nothing
CROPPED = Path("data/cropped")
METRICS = Path("metrics")
PLOTS = Path("plots")
TABLES = PLOTS / "evaluate"  # those of `evaluate`
SPLITS = {"full": Path("data/sampledsplits"), "crop": Path("data/croppedsplits")}
PICTURES = {"full": SAMPLED, "crop": CROPPED}
KEY = {"full": "path", "crop": "picture"}  # the column that names the sampled picture


def model(method: TrainedMethod) -> Path:
    """The folder of a method's trained network."""
    return Path("models", method)


def curves(method: TrainedMethod) -> Path:
    """The folder of a method's training curves."""
    return PLOTS / "training" / method


def trainings(folder: Path) -> list[list[Path]]:
    """The folders of every repeat's folds below a method's splits, networks or curves."""
    return found(folder)
