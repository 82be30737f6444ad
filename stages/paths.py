"""Where the stages find each other's work; `dvc.yaml` names the same paths."""

from pathlib import Path

from facevalue.files import folds as folds
from facevalue.params import Method

PARAMS = Path("params.yaml")
SAMPLED = Path("data/sampled")
CROPPED = Path("data/cropped")
SHEET = Path("plots/methods.jpg")
METRICS = Path("metrics")
PLOTS = Path("plots")
SPLITS = {"full": Path("data/sampledsplits"), "crop": Path("data/croppedsplits")}
PICTURES = {"full": SAMPLED, "crop": CROPPED}
KEY = {"full": "path", "crop": "picture"}  # the column that names the sampled picture


def model(method: Method) -> Path:
    """The folder of a method's trained network."""
    return Path("models", method)


def curves(method: Method) -> Path:
    """The folder of a method's training curves."""
    return Path("plots/training", method)
