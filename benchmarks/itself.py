"""The method against itself: `full` against `full`, where every difference that is claimed is wrong.

python -m benchmarks.itself FOLDER draws 1,100 built-in pictures there and trains 240 networks of Method 1, each from
the same 100 pictures with its own draw of train and validation pictures and its own seed. Each scores the other 1,000.
They make 24 disjoint pairs of sets of 5 trainings, which the verdict compares as two methods; and 120 pairs of single
trainings, which it compares as two networks. It goes on where it was interrupted: what is scored is not trained again.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.machine import ROOT, describe
from facevalue.common import catalogue, files, trainings
from facevalue.splitting.assign import assign_repeatedly
from facevalue.statistics.intervals import LEVEL
from facevalue.statistics.panel import Panel

POOL, TESTED = 100, 1000
SETS, EACH = 48, 5
_AT_ONCE = 8  # trainings between two savings
_PICTURES = Path("data/sampled")


def prepare(folder: Path) -> None:
    """Draw and sample the pictures, once."""
    if (folder / _PICTURES / catalogue.FILE_NAME).exists():
        return
    settings = yaml.safe_load((ROOT / "params.yaml").read_text())
    settings["sample"]["size"] = "all"
    drawing = yaml.safe_load((ROOT / "demo/params.yaml").read_text()) | {"pictures": POOL + TESTED}
    (folder / "demo").mkdir(parents=True, exist_ok=True)
    for name, content in (("params.yaml", settings), ("demo/params.yaml", drawing)):
        (folder / name).write_text(yaml.safe_dump(content))
    for module in ("demo.drawing", "stages.sample"):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-m", module], cwd=folder, env=environment, check=True)


def divisions(pictures: pd.DataFrame) -> list[pd.Series]:
    """The part of every picture in each training; the test part is one."""
    whole = len(pictures)
    seeds = [trainings.seed(0, number) for number in range(SETS * EACH)]
    return assign_repeatedly(pictures, 0.2 * POOL / whole, 1 - POOL / whole, seeds)


def train(folder: Path, pictures: pd.DataFrame, divided: Sequence[pd.Series]) -> None:
    """Train and score what is not scored yet."""
    from facevalue.predicting.predictor import predict_each
    from facevalue.training import several
    from facevalue.training.params import TrainFullParams
    from facevalue.training.task import Task

    params, root = TrainFullParams.load(folder / "params.yaml"), folder / _PICTURES
    missing = [number for number in range(len(divided)) if not scores(folder, number).exists()]
    with tqdm(total=len(divided), initial=len(divided) - len(missing), desc="train", unit="training") as bar:
        for start in range(0, len(missing), _AT_ONCE):
            batch = missing[start : start + _AT_ONCE]
            tasks = [
                Task(
                    train=pictures[divided[number] == "train"],
                    val=pictures[divided[number] == "val"],
                    root=root,
                    params=params.model_copy(update={"seed": trainings.seed(params.seed, number)}),
                    model_dir=folder / f"models/{number}",
                    curves_dir=folder / f"curves/{number}",
                )
                for number in batch
            ]
            several.train_all(tasks)
            tested = pictures[divided[0] == "test"]
            logits = predict_each([task.model_dir for task in tasks], tested, root)
            for number, column in zip(batch, logits.T, strict=True):
                with files.replacing_file(scores(folder, number)) as partial, partial.open("wb") as file:
                    np.save(file, column)
                bar.update()


def scores(folder: Path, number: int) -> Path:
    """Where a training's logits lie."""
    return folder / f"scores/{number:03}.npy"


def claims(tested: pd.DataFrame, logits: NDArray[np.float64]) -> tuple[int, int]:
    """How many of the pairs of sets, and of the pairs of single trainings, are told apart.

    Args:
        tested: (n) pictures.
        logits: (n, sets, trainings).
    """
    targets, groups = catalogue.targets(tested["label"]), tested["group"]

    def apart(first: NDArray[np.float64], second: NDArray[np.float64]) -> bool:
        auc = Panel.of(targets, [first, second], [0.5, 0.5], groups).auc()
        return auc is not None and auc.compare(0, 1).p_value < LEVEL

    pairs = [(logits[:, one], logits[:, one + 1]) for one in range(0, SETS, 2)]
    singles = [(first[:, [j]], second[:, [j]]) for first, second in pairs for j in range(EACH)]
    return sum(apart(*pair) for pair in pairs), sum(apart(*pair) for pair in singles)


def main() -> None:
    """Train what is missing, and print what was claimed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.itself", description=__doc__)
    parser.add_argument("folder", type=Path, help="where pictures and scores lie")
    folder = parser.parse_args().folder.resolve()
    prepare(folder)
    pictures = catalogue.read(folder / _PICTURES / catalogue.FILE_NAME)
    divided = divisions(pictures)
    train(folder, pictures, divided)
    tested = pictures[divided[0] == "test"]
    logits = np.stack([np.load(scores(folder, number)) for number in range(SETS * EACH)], axis=1)
    sets, singles = claims(tested, logits.reshape(len(tested), SETS, EACH))
    groups = tested["group"].nunique()
    print(f"On {describe()}: {POOL} pictures to train from, {len(tested):,} in {groups:,} groups to test.")
    print(f"Sets of {EACH} trainings: {sets} of {SETS // 2} pairs told apart.")
    print(f"Single trainings: {singles} of {SETS // 2 * EACH} pairs told apart.")


if __name__ == "__main__":
    main()
