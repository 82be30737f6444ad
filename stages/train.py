"""Train one method's network, or one per fold: `python -m stages.train full` or `crop`."""

import argparse
import sys

from facevalue.common import catalogue, files
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.training import outcome, several
from facevalue.training.params import METHOD_PARAMS
from stages.shared import paths, shell


def train(method: TrainedMethod) -> str:
    """Write `models/METHOD/` and its curves from the method's pictures and splits."""
    settings, machine = METHOD_PARAMS[method].load(paths.PARAMS), MachineParams.load(paths.PARAMS)
    with (
        files.replacing_folder(paths.model(method)) as model,
        files.replacing_folder(paths.curves(method)) as curves,
    ):
        tasks = []
        for splits in paths.folds(paths.SPLITS[method]):
            fold = splits.relative_to(paths.SPLITS[method])
            learnt, watched = (catalogue.read(splits / f"{name}.csv") for name in ("train", "val"))
            tasks.append(several.Task(learnt, watched, paths.PICTURES[method], settings, model / fold, curves / fold))
        done = several.train_all(tasks, machine, sys.stderr.isatty())
        if len(done) > 1:
            outcome.average_curves(paths.folds(curves), curves)
    return outcome.describe(done)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m stages.train", description=__doc__)
    parser.add_argument("method", choices=TRAINED)
    method = parser.parse_args().method
    shell.run(f"train_{method}", lambda: train(method))
