"""Method 1 trained from its tables to the saved network: the stage `train` against a plain loop.

Pictures a second are training pictures times epochs in a second of the whole: reading, validating and saving take time
too, on both sides. Imports and the start of Python do not count.
"""

import time
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from statistics import fmean

import pandas as pd

from benchmarks.peers import side
from facevalue.common.trainings import found

SPLITS, PARAMS = Path("data/sampledsplits"), Path("params.yaml")


def ours(_: str) -> Mapping[str, float]:
    """The stage as `dvc repro` runs it, however it goes about several folds."""
    side.as_a_stage()
    from facevalue.training import fit, several  # noqa: F401  (the stage imports `fit` when it needs it)
    from stages.train import train

    if len(_splits()) > 1:  # so does the process that trainings side by side start from
        first = several.context().Process(target=int)  # type: ignore[attr-defined]
        first.start()
        first.join()
    start = time.perf_counter()
    train("full")
    seconds = time.perf_counter() - start
    curves = [fold / "plots/metrics/val" for fold in chain.from_iterable(found(Path("plots/training/full")))]
    epochs = [len(pd.read_csv(curve / "loss.tsv", sep="\t")) for curve in curves]
    return _outcome(seconds, epochs, [_best_auc(curve) for curve in curves])


def peer(_: str) -> Mapping[str, float]:
    """One training after the other."""
    from benchmarks.peers.plain_loop import learn
    from facevalue.training.params import TrainFullParams

    params = TrainFullParams.load(PARAMS)
    start = time.perf_counter()
    aucs = []
    for number, fold in enumerate(_splits()):
        train, val = (side.table(fold / f"{name}.csv") for name in ("train", "val"))
        aucs.append(learn(train, val, side.SAMPLED, params, Path("peer") / f"{number}.pt"))
    return _outcome(time.perf_counter() - start, [params.epochs] * len(aucs), aucs)


def _splits() -> list[Path]:
    return list(chain.from_iterable(found(SPLITS)))


def _best_auc(curves: Path) -> float:
    """That of the epoch whose weights were kept."""
    loss, auc = (pd.read_csv(curves / f"{name}.tsv", sep="\t").iloc[:, 1] for name in ("loss", "auc"))
    return float(auc[loss.argmin()])


def _outcome(seconds: float, epochs: list[int], aucs: list[float]) -> Mapping[str, float]:
    sizes = [len(side.table(fold / "train.csv")) for fold in _splits()]
    seen = sum(size * count for size, count in zip(sizes, epochs, strict=True))
    return {"pictures": seen, "seconds": seconds, "auc": fmean(aucs)}


if __name__ == "__main__":
    side.main("benchmarks.peers.training", {"ours": ours, "peer": peer}, ("full",))
