"""Which networks a folder holds, by where it lies; nothing of them is read."""

from pathlib import Path

from facevalue.common.errors import TrainingError
from facevalue.common.methods import TRAINED, TrainedMethod

_MODELS = "models"


def method_of(folder: Path) -> TrainedMethod:
    """What the networks of a folder look at.

    Raises:
        TrainingError: there is no such folder, it holds those of both methods, or it does not tell.
    """
    if not folder.is_dir():
        raise TrainingError(f"'{folder}' is no folder; name one of trained networks, such as models/crop.")
    if below := [str(folder / method) for method in TRAINED if (folder / method).is_dir()]:
        raise TrainingError(f"'{folder}' holds networks by method; name one: {' or '.join(below)}.")
    named = [method for name in reversed(folder.resolve().parts) for method in TRAINED if name == method]
    if not named:
        raise TrainingError(
            f"'{folder}' does not tell whether its networks look at whole pictures or at faces; it must lie in a "
            "folder that is called full or crop."
        )
    return named[0]


def project_of(folder: Path) -> Path | None:
    """The root of the project that trained what a folder holds, and whose results speak of all of it; None of others.

    A single training of several, or those of a control, are others: what is measured in all is not measured of them.
    """
    place = folder.resolve()
    return place.parent.parent if place.parent.name == _MODELS and place.name in TRAINED else None
