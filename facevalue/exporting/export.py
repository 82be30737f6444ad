"""The folder itself: networks, ONNX, card and example, tried before anybody sees it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from facevalue.common import files
from facevalue.common.errors import OutputError, TrainingError
from facevalue.common.methods import TrainedMethod
from facevalue.exporting import card, graph, origin, pictures, place, results
from facevalue.exporting.results import Results
from facevalue.exporting.trained import Trained
from facevalue.model.config import Config
from facevalue.model.saved import CONFIG, WEIGHTS

MOST_APART = 1e-4  # of a logit, between ONNX Runtime and torch
ONNX, EXAMPLE = "model.onnx", "predict.py"
EXAMPLE_FILE = Path(__file__).with_name("example.py")  # copied, and never imported here
_SAME = 1e-3  # of a probability, between a recorded score and the same network's on another machine


@dataclass(frozen=True)
class Exported:
    """What was written: how many networks, as how many bytes of ONNX, and how far from torch on which pictures."""

    networks: int
    onnx_bytes: int
    difference: float
    tried: str

    def describe(self) -> str:
        """One line."""
        several = f"the mean of {self.networks} networks" if self.networks > 1 else "one network"
        return (
            f"{ONNX} ({several}, {self.onnx_bytes / 1e6:.1f} MB, opset {graph.OPSET}) differs from torch by "
            f"{self.difference:.1e} at the most in the logits of {self.tried}; with it {place.LIST}, {EXAMPLE}, "
            f"{card.NAME} and the networks for timm"
        )


def export(models: Path, to: Path, method: TrainedMethod) -> Exported:
    """Write what `place.check` has allowed, whole or not at all.

    Args:
        models: a method's networks, or some of them.
        to: the folder, which is replaced where it is there.
        method: what they look at.

    Raises:
        TrainingError: there are no such networks, ONNX Runtime gives other logits than torch, or the results are of
            other networks.
        SourceError: results are damaged.
        PictureError: a test picture is.
        OutputError: it cannot be written.
    """
    trained, project = Trained.load(models), origin.project_of(models)
    found = results.read(project, method)
    _, height, width = trained.preprocessing.input_size
    tried = pictures.tried(project, method, trained.predictor.letterbox, (height, width))
    each = trained.each(tried.squares)
    compared = _compare(models, method, found, tried, each)
    try:
        with files.replacing_folder(to) as partial:
            told = {
                "method": method,
                "interpolation": trained.preprocessing.interpolation,
                "fill": trained.fill,
                "networks": str(len(trained.names)),
            }
            graph.write(trained.averaged(), (height, width), told, partial / ONNX)
            difference = _difference(models, trained.average(each), graph.logits(partial / ONNX, tried.squares))
            for name, folder in zip(trained.names, trained.folders, strict=True):
                _copy(folder, partial / name)
            shutil.copyfile(EXAMPLE_FILE, partial / EXAMPLE)
            about = card.About(
                method=method,
                networks=trained.names,
                architectures=[Config.read(folder / CONFIG).architecture for folder in trained.folders],
                size=(height, width),
                interpolation=trained.preprocessing.interpolation,
                fill=trained.fill,
                opset=graph.OPSET,
                ports=(graph.PIXELS, graph.LOGIT),
                difference=difference,
                tried=tried.describe(),
                compared=compared,
            )
            (partial / card.NAME).write_text(card.render(about, found), encoding="utf-8")
            place.write_list(partial, opset=graph.OPSET, versions=graph.versions())
            size = (partial / ONNX).stat().st_size
    except OSError as error:
        raise OutputError(f"'{to}' cannot be written ({error.strerror or error}).") from error
    return Exported(len(trained.names), size, difference, tried.describe())


def _difference(models: Path, torch: NDArray[np.float64], onnx: NDArray[np.float64]) -> float:
    """Of the logits of the same pictures, the largest."""
    difference = float(np.abs(torch - onnx).max())
    if not difference <= MOST_APART:  # nor is it where one is no number
        made_by = ", ".join(f"{name} {number}" for name, number in graph.versions().items())
        raise TrainingError(
            f"{models}: ONNX Runtime gives other logits than torch, by {difference:.2g} where {MOST_APART:g} is the "
            f"most ({made_by}); nothing was exported."
        )
    return difference


def _compare(
    models: Path, method: TrainedMethod, found: Results, tried: pictures.Tried, each: NDArray[np.float64]
) -> bool:
    """Whether the recorded scores could be compared with those of the first repeat's networks.

    Raises:
        TrainingError: they are of others, so that the results are too.
    """
    recorded = found.scores.set_index("picture") if "picture" in found.scores else found.scores
    column = next((name for name in (f"{method}_01", method) if name in recorded), None)
    rows = [row for row, name in enumerate(tried.names) if name in recorded.index]
    if column is None or not rows:
        return False
    own = expit(each[rows, [tried.folds[row] for row in rows]])
    given = recorded.loc[[tried.names[row] for row in rows], column].to_numpy(np.float64)
    apart = np.abs(own - given)
    worst = int(apart.argmax())
    if not apart[worst] <= _SAME:
        raise TrainingError(
            f"{models}: the results are of other networks, which gave '{tried.names[rows[worst]]}' {given[worst]:.3f} "
            f"and not {own[worst]:.3f}; run dvc repro."
        )
    return True


def _copy(network: Path, to: Path) -> None:
    """As it is, so that timm reads it there."""
    to.mkdir(parents=True, exist_ok=True)
    for name in (WEIGHTS, CONFIG):
        shutil.copyfile(network / name, to / name)
