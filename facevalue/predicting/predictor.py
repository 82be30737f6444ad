"""Scores that saved networks give pictures; needs torch and timm, not Lightning."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from facevalue.common.errors import TrainingError
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.model.device import device_of, exact
from facevalue.model.folded import folded
from facevalue.model.pictures import Pictures, computed
from facevalue.model.reference import FILE, Reference
from facevalue.model.saved import load
from facevalue.model.together import Together
from facevalue.model.transforms import Normalise, Preprocessing, letterbox

_BATCH = 16


@dataclass(frozen=True)
class Predictor:
    """One or several of a method's networks, of the same input.

    Attributes:
        networks: from uint8 (n, s, s, 3) to logits of fake (n, r), in evaluation mode on `device`.
        preprocessing: how a picture becomes their input.
        device: where they compute.
        references: what each learnt from; none where that is not known of all.
    """

    networks: torch.nn.Sequential
    preprocessing: Preprocessing
    device: torch.device
    references: tuple[Reference, ...] = ()

    @classmethod
    def load(cls, model_dirs: Sequence[Path], accelerator: str = "auto") -> "Predictor":
        """Read what `saved.save` wrote, one folder per network.

        Raises:
            TrainingError: a folder holds no model of this pipeline, or they differ in what they take.
            ParameterError: there is no such accelerator on this machine.
        """
        device = device_of(accelerator)
        saved = [load(folder) for folder in model_dirs]
        for folder, model in zip(model_dirs, saved, strict=True):
            if model.preprocessing != saved[0].preprocessing:
                raise TrainingError(f"{folder}: another input than {model_dirs[0]}; train the method's folds again.")
        together = Together([folded(model.network, model.preprocessing.input_size) for model in saved])
        networks = torch.nn.Sequential(Normalise(saved[0].preprocessing), together)
        known = tuple(each for folder in model_dirs if (each := Reference.load(folder)))
        if len(known) < len(saved) or len({each.layer for each in known}) > 1:
            known = ()
        found = cls(networks.eval().to(device), saved[0].preprocessing, device, known)
        found._try(model_dirs)
        return found

    def _try(self, model_dirs: Sequence[Path]) -> None:
        """Refuse references that are not of these networks."""
        blank = np.zeros((1, *self.preprocessing.input_size[1:], 3), np.uint8)
        try:
            self.judge(blank)
        except (AssertionError, AttributeError, IndexError, RuntimeError, TypeError, ValueError) as error:
            where = ", ".join(map(str, model_dirs))
            raise TrainingError(f"{where}: a {FILE} is another network's; train it again.") from error

    def letterbox(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """An RGB picture, uint8 (h, w, 3), resized and padded to the networks' input (s, s, 3)."""
        return letterbox(self.preprocessing)(picture)

    def logits(self, squares: NDArray[np.uint8], batch_size: int = _BATCH) -> NDArray[np.float64]:
        """Logit of fake, (n,), of squares (n, s, s, 3): the mean over the networks."""
        starts = range(0, len(squares), batch_size)
        return np.concatenate([np.empty(0), *(self.each(squares[i : i + batch_size]).mean(axis=1) for i in starts)])

    def each(self, squares: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Logit of fake that every network gives, (n, r), of a batch of squares (n, s, s, 3).

        A score depends on the picture alone, not on the batch that it comes in: full 32-bit arithmetic, no TF32.
        """
        with torch.inference_mode(), exact():
            return np.asarray(self.networks(torch.from_numpy(squares).to(self.device)).double().cpu().numpy())

    def judge(self, squares: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """As `logits`, and how unlike what the networks learnt from each square is, (n,).

        That is in limits (`Reference`), the mean over the networks; NaN where it is not known.
        """
        if not self.references:
            return self.logits(squares), np.full(len(squares), np.nan)
        judged = [self._judge(squares[start : start + _BATCH]) for start in range(0, len(squares), _BATCH)]
        logits, unlikeness = (np.concatenate([np.empty(0), *parts]) for parts in zip(*judged, strict=True))
        return logits, unlikeness

    def _judge(self, squares: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        normalise, together = self.networks[0], self.networks[1]
        with torch.inference_mode(), exact():
            inputs = normalise(torch.from_numpy(squares).to(self.device))
            logits, features = together.look(inputs, self.references[0].layer)  # type: ignore[operator]
        seen = [each.float().cpu().numpy() for each in features]
        unlikeness = [known.unlikeness(each) for known, each in zip(self.references, seen, strict=True)]
        return logits.double().cpu().numpy().mean(axis=1), np.mean(unlikeness, axis=0)


def predict_each(
    model_dirs: Sequence[Path],
    pictures: pd.DataFrame,
    root: Path,
    machine: MachineParams = DEFAULT,
    batch_size: int = _BATCH,
    progress: bool = False,
) -> NDArray[np.float64]:
    """Logit of fake that each of r networks gives every picture of a catalogue, in its order, shape (n, r).

    Raises:
        TrainingError: a folder holds no model of this pipeline, or they differ in what they take.
        ParameterError: there is no such accelerator on this machine.
        PictureError: a picture cannot be read.
    """
    predictor = Predictor.load(model_dirs, machine.accelerator)
    dataset = Pictures(pictures, root, predictor.preprocessing)
    logits = [np.empty((0, len(model_dirs)))]
    with exact(), tqdm(total=len(dataset), desc="predict", unit="picture", leave=False, disable=not progress) as bar:
        for batch in computed(lambda squares: predictor.each(squares.numpy()), dataset, batch_size, machine):
            logits.append(batch)
            bar.update(len(batch))
    return np.concatenate(logits)
