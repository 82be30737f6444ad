"""Score both methods again on test pictures that were made worse, level by level."""

import pandas as pd

from facevalue.common import catalogue, files
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED
from facevalue.cropping.params import CropParams
from facevalue.robustness import choose, perturb
from facevalue.robustness.params import RobustnessParams
from stages.shared import paths, shell


def robustness() -> str:
    """Write `plots/robustness/`: a table per perturbation, and one of the undisturbed pictures alone."""
    wanted = RobustnessParams.load(paths.PARAMS)
    conditions = perturb.conditions(wanted.perturbations)
    max_side = CropParams.load(paths.PARAMS).max_side
    accelerator = MachineParams.load(paths.PARAMS).accelerator
    from facevalue.predicting.predictor import Predictor  # late, so that a wrong parameter is answered at once
    from facevalue.robustness import scores

    offered = [catalogue.read(splits / "test.csv") for splits in paths.folds(paths.SPLITS["crop"])]
    tests = choose.at_most(offered, wanted.robustness_pictures)
    models = zip(*(paths.folds(paths.model(method)) for method in TRAINED), strict=True)
    found = []
    with shell.bar(sum(map(len, tests))) as bar:
        for test, folders in zip(tests, models, strict=True):
            predictors = {
                method: Predictor.load([folder], accelerator) for method, folder in zip(TRAINED, folders, strict=True)
            }
            found.append(scores.score(test, paths.SAMPLED, predictors, conditions, max_side, bar.update))
    tables = scores.tabulate(pd.concat(found), conditions)
    with files.replacing_folder(paths.PLOTS / "robustness") as folder:
        for name, table in tables.items():
            files.write_csv(table, folder / f"{name}.csv")
    return scores.describe(tables, sum(map(len, tests)), sum(map(len, offered)))


if __name__ == "__main__":
    shell.run("robustness", robustness)
