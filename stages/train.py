"""Train one method's networks, one per repeat and fold: `python -m stages.train full` or `crop`.

With `--unseen` those that have not seen a kind of fakes, for every kind that `split` leaves out.
"""

import argparse
import json
import sys

from facevalue.common import catalogue, files, trainings
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.training import outcome, several
from facevalue.training.params import METHOD_PARAMS
from facevalue.training.task import Task
from stages.shared import paths, shell


def train(method: TrainedMethod, unseen: bool = False) -> str:
    """Write `models/METHOD/` and its curves from the method's pictures and splits; `unseen`: `models/unseen/METHOD/`.

    Where no kind is left out, these hold nothing.
    """
    settings, machine = METHOD_PARAMS[method].load(paths.PARAMS), MachineParams.load(paths.PARAMS)
    if method == "full" and (matched := json.loads(paths.MATCHED.read_text(encoding="utf-8"))["image_size"]):
        settings = settings.model_copy(update={"image_size": matched})
    splits = (paths.UNSEEN if unseen else paths.SPLITS)[method]
    with (
        files.replacing_folder(paths.model(method, unseen)) as model,
        files.replacing_folder(paths.curves(method, unseen)) as curves,
    ):
        tasks = []
        for kind in paths.kinds(splits) if unseen else [splits]:
            for repeat, folds in enumerate(paths.trainings(kind)):
                own = settings.model_copy(update={"seed": trainings.seed(settings.seed, repeat)})
                for parts in folds:
                    name = parts.relative_to(splits)
                    learnt, watched = (catalogue.read(parts / f"{part}.csv") for part in ("train", "val"))
                    tasks.append(Task(learnt, watched, paths.PICTURES[method], own, model / name, curves / name))
        if not tasks:
            return "nothing to train, split.unseen is none"
        done = several.train_all(tasks, machine, sys.stderr.isatty())
        if len(done) > 1:
            outcome.average_curves([task.curves_dir for task in tasks], curves)
    return outcome.describe(done)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m stages.train", description=__doc__)
    parser.add_argument("method", choices=TRAINED)
    parser.add_argument("--unseen", action="store_true", help="networks that have not seen a kind of fakes")
    asked = parser.parse_args()
    name = f"{'unseen' if asked.unseen else 'train'}_{asked.method}"
    shell.run(name, lambda: train(asked.method, asked.unseen))
