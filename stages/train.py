"""Train one method's networks, one per repeat and fold: `python -m stages.train full` or `crop`.

With `--unseen` those that have not seen a kind of fakes, for every kind that `split` leaves out; with `--control`
those that see a square placed at random.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

from facevalue.common import catalogue, files, trainings
from facevalue.common.cache import Cache
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.training import outcome, several
from facevalue.training.params import METHOD_PARAMS
from facevalue.training.task import Task
from stages.shared import paths, shell

NOTHING = {"unseen": "split.unseen is none", "control": "control is none"}


def train(method: TrainedMethod, purpose: paths.Purpose = "") -> str:
    """Write `models/METHOD/` and its curves from the method's pictures and splits, or `models/PURPOSE/METHOD/`.

    Where no kind is left out, and where no control is asked for, these hold nothing.
    """
    settings, machine = METHOD_PARAMS[method].load(paths.PARAMS), MachineParams.load(paths.PARAMS)
    if method == "full" and (matched := paths.matched()):
        settings = settings.model_copy(update={"image_size": matched})
    splits, pictures = paths.splits(method, purpose), paths.pictures(method, purpose)
    with (
        files.replacing_folder(paths.model(method, purpose)) as model,
        files.replacing_folder(paths.curves(method, purpose)) as curves,
    ):
        tasks = []
        for division in divisions(splits, purpose):
            for repeat, folds in enumerate(paths.trainings(division)):
                own = settings.model_copy(update={"seed": trainings.seed(settings.seed, repeat)})
                for parts in folds:
                    name = parts.relative_to(splits)
                    learnt, watched = (catalogue.read(parts / f"{part}.csv") for part in ("train", "val"))
                    tasks.append(Task(learnt, watched, pictures, own, model / name, curves / name))
        if not tasks:
            return f"nothing to train, {NOTHING[purpose]}"
        cache = Cache.of(machine.cache)
        done = several.train_all(tasks, machine, sys.stderr.isatty(), cache)
        if len(done) > 1:
            outcome.average_curves([task.curves_dir for task in tasks], curves)
    return "; ".join(filter(None, (outcome.describe(done), cache.remark)))


def divisions(splits: Path, purpose: paths.Purpose) -> list[Path]:
    """The folders, each with splits of all trainings, that networks for this purpose are trained on."""
    if purpose == "unseen":
        return paths.kinds(splits)
    asked = purpose != "control" or len(pd.read_csv(paths.SQUARES / catalogue.FILE_NAME))
    return [splits] if asked else []


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m stages.train", description=__doc__)
    parser.add_argument("method", choices=TRAINED)
    purpose = parser.add_mutually_exclusive_group()
    for name, words in (("unseen", "have not seen a kind of fakes"), ("control", "see a square placed at random")):
        said = f"networks that {words}"
        purpose.add_argument(f"--{name}", dest="purpose", action="store_const", const=name, default="", help=said)
    asked = parser.parse_args()
    shell.run(f"{asked.purpose or 'train'}_{asked.method}", lambda: train(asked.method, asked.purpose))
