"""Train one method's network: `python -m stages.train full` or `crop`."""

import argparse
import sys

from facevalue import catalogue, files, params
from facevalue.params import METHODS, Method
from stages import paths, shell


def train(method: Method) -> str:
    """Write `models/METHOD/` and its curves from the method's pictures and splits."""
    settings = params.load(paths.PARAMS).train_for(method)
    from facevalue.learning import training  # late, so that a wrong parameter is answered at once

    parts = {name: catalogue.read(paths.SPLITS[method] / f"{name}.csv") for name in ("train", "val")}
    with (
        files.replacing_folder(paths.model(method)) as model,
        files.replacing_folder(paths.curves(method)) as curves,
    ):
        root = paths.PICTURES[method]
        done = training.train(parts["train"], parts["val"], root, settings, model, curves, sys.stderr.isatty())
    return done.describe()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m stages.train", description=__doc__)
    parser.add_argument("method", choices=METHODS)
    method = parser.parse_args().method
    shell.run(f"train_{method}", lambda: train(method))
