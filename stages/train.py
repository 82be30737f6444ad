"""Train one method's networks, one per repeat and fold: `python -m stages.train full` or `crop`."""

import argparse
import sys
from itertools import chain

from facevalue.common import catalogue, files, trainings
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.training import outcome, several
from facevalue.training.params import METHOD_PARAMS
from facevalue.training.task import Task
from stages.shared import paths, shell


def train(method: TrainedMethod) -> str:
    """Write `models/METHOD/` and its curves from the method's pictures and splits."""
    settings, machine = METHOD_PARAMS[method].load(paths.PARAMS), MachineParams.load(paths.PARAMS)
    with (
        files.replacing_folder(paths.model(method)) as model,
        files.replacing_folder(paths.curves(method)) as curves,
    ):
        tasks = []
        for repeat, folds in enumerate(paths.trainings(paths.SPLITS[method])):
            own = settings.model_copy(update={"seed": trainings.seed(settings.seed, repeat)})
            for splits in folds:
                name = splits.relative_to(paths.SPLITS[method])
                learnt, watched = (catalogue.read(splits / f"{part}.csv") for part in ("train", "val"))
                tasks.append(Task(learnt, watched, paths.PICTURES[method], own, model / name, curves / name))
        done = several.train_all(tasks, machine, sys.stderr.isatty())
        if len(done) > 1:
            outcome.average_curves(list(chain.from_iterable(paths.trainings(curves))), curves)
    return outcome.describe(done)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m stages.train", description=__doc__)
    parser.add_argument("method", choices=TRAINED)
    method = parser.parse_args().method
    shell.run(f"train_{method}", lambda: train(method))
