"""Train one method's network, or one per fold: `python -m stages.train full` or `crop`."""

import argparse
import sys

from facevalue import catalogue, files, params
from facevalue.params import METHODS, Method
from stages import paths, shell


def train(method: Method) -> str:
    """Write `models/METHOD/` and its curves from the method's pictures and splits."""
    settings = params.load(paths.PARAMS).train_for(method)
    from facevalue.learning import averaging, training  # late, so that a wrong parameter is answered at once

    done = []
    with (
        files.replacing_folder(paths.model(method)) as model,
        files.replacing_folder(paths.curves(method)) as curves,
    ):
        for splits in paths.folds(paths.SPLITS[method]):
            fold = splits.relative_to(paths.SPLITS[method])
            learnt, watched = (catalogue.read(splits / f"{name}.csv") for name in ("train", "val"))
            root, bar = paths.PICTURES[method], sys.stderr.isatty()
            done.append(training.train(learnt, watched, root, settings, model / fold, curves / fold, bar))
        if len(done) > 1:
            averaging.average_curves(paths.folds(curves), curves)
    return averaging.describe(done)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m stages.train", description=__doc__)
    parser.add_argument("method", choices=METHODS)
    method = parser.parse_args().method
    shell.run(f"train_{method}", lambda: train(method))
