"""Train one method's network, or one per fold: `python -m stages.train full` or `crop`."""

import argparse
import sys

from facevalue.common import catalogue, files
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.training.params import METHOD_PARAMS
from stages.shared import paths, shell


def train(method: TrainedMethod) -> str:
    """Write `models/METHOD/` and its curves from the method's pictures and splits."""
    settings, machine = METHOD_PARAMS[method].load(paths.PARAMS), MachineParams.load(paths.PARAMS)
    from facevalue.training import averaging, fit  # late, so that a wrong parameter is answered at once

    done = []
    with (
        files.replacing_folder(paths.model(method)) as model,
        files.replacing_folder(paths.curves(method)) as curves,
    ):
        for splits in paths.folds(paths.SPLITS[method]):
            fold = splits.relative_to(paths.SPLITS[method])
            learnt, watched = (catalogue.read(splits / f"{name}.csv") for name in ("train", "val"))
            root, bar = paths.PICTURES[method], sys.stderr.isatty()
            done.append(fit.train(learnt, watched, root, settings, model / fold, curves / fold, machine, bar))
        if len(done) > 1:
            averaging.average_curves(paths.folds(curves), curves)
    return averaging.describe(done)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m stages.train", description=__doc__)
    parser.add_argument("method", choices=TRAINED)
    method = parser.parse_args().method
    shell.run(f"train_{method}", lambda: train(method))
