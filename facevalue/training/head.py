"""Learning the classifier alone, on what a pretrained network makes of each picture.

The features are computed once, for all trainings of a method: so no picture is changed by chance, and thousands take
seconds. The classifier is a logistic regression; how strongly it is held back is chosen on the validation part.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from dvclive.live import Live
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import log_loss, roc_auc_score
from threadpoolctl import threadpool_limits
from torch import Tensor, nn
from tqdm import tqdm

from facevalue.common import catalogue
from facevalue.common.errors import ParameterError
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.common.parallel import ordered_map
from facevalue.model.device import device_of, exact
from facevalue.model.folded import folded
from facevalue.model.pictures import Pictures, computed
from facevalue.model.saved import save
from facevalue.model.transforms import Normalise, Preprocessing, preprocessing_of
from facevalue.training.backbone import build
from facevalue.training.console import quiet
from facevalue.training.outcome import Training
from facevalue.training.refer import refer
from facevalue.training.refusals import check_classes, explained
from facevalue.training.task import Task

STRENGTHS = tuple(10.0 ** np.arange(-4, 2.1, 0.5))
"""Of the features, from weak to strong: the inverse of the penalty on the squared weights."""
_BATCH = 16
_ROWS = 1024  # of features that are in memory a second time, as numbers of 64 bits
# When to stop, as scikit-learn's LogisticRegression does
_STOP = {"maxiter": 2000, "maxls": 50, "gtol": 1e-4, "ftol": 64 * np.finfo(float).eps}


class Seen(NamedTuple):
    """What a network makes of some pictures.

    Attributes:
        features: of all pictures, float32 (n, width); no training has a copy of its own.
        rows: which of them, (m,).
        fake: whether they are, (m,), 0 or 1.
    """

    features: NDArray[np.float32]
    rows: NDArray[np.int64]
    fake: NDArray[np.int64]

    def parts(self) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
        """Some rows at once, (k, width), and which of these are fake, (k,)."""
        for start in range(0, len(self.rows), _ROWS):
            some = slice(start, start + _ROWS)
            yield self.features[self.rows[some]].astype(np.float64), self.fake[some]

    def spread(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of every feature, (width,); 1 in the place of a deviation of nothing."""
        middle = sum(part.sum(axis=0) for part, _ in self.parts()) / len(self.rows)
        squares = sum(((part - middle) ** 2).sum(axis=0) for part, _ in self.parts())
        spread = np.sqrt(squares / len(self.rows))
        return middle, np.where(spread == 0, 1, spread)

    def logits(self, weights: NDArray[np.float64], bias: NDArray[np.float64]) -> NDArray[np.float64]:
        """What s classifiers, (s, width) and (s,), give, (s, m)."""
        return np.concatenate([weights @ part.T + bias[:, None] for part, _ in self.parts()], axis=1)


class Classifiers(NamedTuple):
    """One of each of s strengths.

    Attributes:
        weights: of the features as they are, (s, width).
        bias: (s,).
        train: its logits of the pictures that it has learnt from, (s, n).
        val: of those to choose by, (s, m).
    """

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    train: NDArray[np.float64]
    val: NDArray[np.float64]


def train(tasks: Sequence[Task], machine: MachineParams = DEFAULT, progress: bool = False) -> list[Training]:
    """Train each, and write the model with the lowest validation loss, and what each strength came to.

    Ties: the weaker features win. The same input gives the same bytes on the same machine.

    Args:
        tasks: of one method; they differ in pictures, seeds and folders. Nothing here is left to a seed.
        machine: where the features are computed.
        progress: whether to show a bar: of pictures, then of trainings.

    Raises:
        ParameterError: the backbone, its size or the accelerator cannot be had here, or its classifier is no single
            linear layer.
        DownloadError: its pretrained weights cannot be had.
        TrainingError: a class is missing, or memory runs out.
    """
    for task in tasks:
        check_classes(task.train, task.val)
    params = tasks[0].params
    torch.manual_seed(params.seed)
    with quiet():
        network = build(params)
    classifier, preprocessing = classifier_of(network), preprocessing_of(network, params.image_size)
    done = []
    with explained(params):
        pictures = pd.concat([table for task in tasks for table in (task.train, task.val)]).drop_duplicates("path")
        features = look(network, preprocessing, pictures, tasks[0].root, machine, progress)
        rows = pd.Series(np.arange(len(pictures)), index=pictures["path"])
        learn_from = partial(_learn_from, features=features, rows=rows)
        bar = tqdm(total=len(tasks), desc="train", unit="training", leave=False, disable=not progress)
        # One thread for each sum: faster side by side, and the same digits on any number of cores.
        with threadpool_limits(1), bar:
            for task, found in zip(tasks, ordered_map(learn_from, tasks), strict=True):
                best = _log(found, task)
                with torch.no_grad():
                    classifier.weight.copy_(torch.from_numpy(found.weights[best])[None])
                    classifier.bias.fill_(found.bias[best])
                save(network, preprocessing, task.model_dir)
                done.append(Training.of_curves(task.curves_dir, "strengths"))
                bar.update()
        refer(network, preprocessing, tasks, machine)
    return done


def classifier_of(network: nn.Module) -> nn.Linear:
    """The last layer, which alone is learnt.

    Raises:
        ParameterError: it is no single linear layer.
    """
    found = network.get_classifier()  # type: ignore[operator]
    if isinstance(found, nn.Linear) and found.bias is not None:
        return found
    raise ParameterError(
        f"params.yaml: train.tune is head; the classifier of this backbone is a {type(found).__name__} and no linear "
        "layer. Set it to all, or choose another backbone."
    )


def look(
    network: nn.Module,
    preprocessing: Preprocessing,
    table: pd.DataFrame,
    root: Path,
    machine: MachineParams,
    progress: bool,
) -> NDArray[np.float32]:
    """What the classifier is given of each picture of a catalogue, (n, width)."""
    device = device_of(machine.accelerator)
    normalise, quick = Normalise(preprocessing).to(device), folded(network, preprocessing.input_size).to(device)

    @torch.inference_mode()
    def seen(batch: Tensor) -> NDArray[np.float32]:
        inside = quick.forward_features(normalise(batch.to(device)))  # type: ignore[operator]
        features: Tensor = quick.forward_head(inside, pre_logits=True)  # type: ignore[operator]
        return features.float().cpu().numpy()

    found, done = np.empty((0, 0), np.float32), 0
    with exact(), tqdm(total=len(table), desc="look", unit="picture", leave=False, disable=not progress) as bar:
        for features in computed(seen, Pictures(table, root, preprocessing), _BATCH, machine):
            if not done:
                found = np.empty((len(table), features.shape[1]), np.float32)
            found[done : done + len(features)] = features
            done += len(features)
            bar.update(len(features))
    network.cpu()  # where it is itself the quick one
    return found


def _learn_from(task: Task, features: NDArray[np.float32], rows: pd.Series) -> Classifiers:
    train, val = (
        Seen(features, rows[table["path"]].to_numpy(), catalogue.targets(table["label"]))
        for table in (task.train, task.val)
    )
    return learn(train, val)


def learn(train: Seen, val: Seen) -> Classifiers:
    """A classifier of each of `STRENGTHS`; each starts from the one before.

    It is scikit-learn's logistic regression on standardised features, which are here never all in memory: that would
    take a set of 100,000 pictures five gigabytes.

    Args:
        train: to learn from.
        val: to choose by.
    """
    middle, spread = train.spread()
    found = np.zeros(len(middle) + 1)  # of standardised features the weights, and the bias
    rows = []
    for strength in STRENGTHS:
        held = 1 / (strength * len(train.rows))
        found = minimize(_objective, found, (train, middle, spread, held), "L-BFGS-B", jac=True, options=_STOP).x
        rows.append(found)
    weights = np.stack(rows)[:, :-1] / spread
    bias = np.stack(rows)[:, -1] - weights @ middle
    return Classifiers(weights, bias, train.logits(weights, bias), val.logits(weights, bias))


def _objective(
    given: NDArray[np.float64], train: Seen, middle: NDArray[np.float64], spread: NDArray[np.float64], held: float
) -> tuple[float, NDArray[np.float64]]:
    """Mean cross-entropy plus `held` times half the squared weights, and how it changes with these and the bias."""
    weights = given[:-1] / spread
    bias = given[-1] - weights @ middle
    loss, slope, rest = 0.0, np.zeros_like(weights), 0.0
    for part, fake in train.parts():
        logits = part @ weights + bias
        loss += float(np.logaddexp(0, logits).sum() - logits @ fake)
        wrong = expit(logits) - fake
        slope += wrong @ part
        rest += float(wrong.sum())
    count = len(train.rows)
    of_weights = (slope - rest * middle) / spread / count + held * given[:-1]
    return loss / count + held / 2 * float(given[:-1] @ given[:-1]), np.append(of_weights, rest / count)


def _log(found: Classifiers, task: Task) -> int:
    """Write the curves, and say which strength is best."""
    train, val = (catalogue.targets(table["label"]) for table in (task.train, task.val))
    losses = []
    with Live(str(task.curves_dir), dvcyaml=False, save_dvc_exp=False, report=None) as live:
        for step, (learnt, watched) in enumerate(zip(found.train, found.val, strict=True), 1):
            live.step = step
            losses.append(_loss(val, watched))
            for name, value in (
                ("train/loss", _loss(train, learnt)),
                ("val/loss", losses[-1]),
                ("val/auc", float(roc_auc_score(val, watched))),
                ("val/accuracy", float(np.mean((watched > 0) == (val == 1)))),
            ):
                live.log_metric(name, value)
            live.next_step()
    return int(np.argmin(losses))


def _loss(fake: NDArray[np.int64], logits: NDArray[np.float64]) -> float:
    return float(log_loss(fake, 1 / (1 + np.exp(-logits)), labels=[0, 1]))
