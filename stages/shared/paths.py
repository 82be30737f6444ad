"""Where the stages find each other's work; `dvc.yaml` names the same paths."""

import json
from pathlib import Path
from typing import Any, Literal

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
UNSEEN = {"full": Path("data/unseensplits/full"), "crop": Path("data/unseensplits/crop")}  # a folder per kind left out
SQUARES = Path("data/squares")  # of the faces' size and names, placed at random, where control asks for them
MATCHED = Path("data/matched.json")
KINDS = "kinds.csv"  # in them: which kind a folder leaves out
PICTURES = {"full": SAMPLED, "crop": CROPPED}
KEY = {"full": "path", "crop": "picture"}  # the column that names the sampled picture


Purpose = Literal["", "unseen", "control"]
"""What further networks of a method are for: kinds that they have not seen, or to see a square in the face's place."""


def splits(method: TrainedMethod, purpose: Purpose = "") -> Path:
    """The folder of a method's splits."""
    return (UNSEEN if purpose == "unseen" else SPLITS)[method]


def pictures(method: TrainedMethod, purpose: Purpose = "") -> Path:
    """The folder of what a method's networks see."""
    return SQUARES if purpose == "control" else PICTURES[method]


def model(method: TrainedMethod, purpose: Purpose = "") -> Path:
    """The folder of a method's trained networks."""
    return Path("models", purpose, method)


def curves(method: TrainedMethod, purpose: Purpose = "") -> Path:
    """The folder of a method's training curves."""
    return PLOTS / "training" / purpose / method


def value(file: Path, key: str) -> Any:
    """One that an earlier stage wrote into a JSON."""
    return json.loads(file.read_text(encoding="utf-8"))[key]


def matched() -> int | None:
    """Method 1's input side, px, where it goes by the faces."""
    found: int | None = value(MATCHED, "image_size")
    return found


def trainings(folder: Path) -> list[list[Path]]:
    """The folders of every repeat's folds below a method's splits, networks or curves."""
    return found(folder)


def kinds(folder: Path) -> list[Path]:
    """The folders of the kinds that are left out, below a method's in `UNSEEN`, or of its networks."""
    return sorted(folder.glob("kind_*"))
