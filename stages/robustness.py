"""Score both methods again on test pictures that were made worse, level by level."""

from pathlib import Path

import pandas as pd

from facevalue.common import catalogue, files
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod
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

    def predictors(training: Path) -> dict[TrainedMethod, Predictor]:
        return {method: Predictor.load([paths.model(method) / training], accelerator) for method in TRAINED}

    repeats = paths.trainings(paths.SPLITS["crop"])
    offered = [[catalogue.read(splits / "test.csv") for splits in folds] for folds in repeats]
    asked = offered[: wanted.robustness_trainings]
    tests = [choose.at_most(folds, wanted.robustness_pictures) for folds in asked]
    found = []
    with shell.bar(sum(len(test) for folds in tests for test in folds)) as bar:
        for folds, splits in zip(tests, repeats, strict=False):
            tables = []
            for fold, (test, split) in enumerate(zip(folds, splits, strict=True)):
                training = split.relative_to(paths.SPLITS["crop"])
                table = scores.score(test, paths.SAMPLED, predictors(training), conditions, max_side, bar.update)
                tables.append(table.assign(fold=fold))
            found.append(pd.concat(tables))
    by_change = scores.tabulate(found, conditions)
    with files.replacing_folder(paths.PLOTS / "robustness") as folder:
        for name, table in by_change.items():
            files.write_csv(table, folder / f"{name}.csv")
    pictures = sum(map(len, tests[0])), sum(map(len, offered[0]))
    return scores.describe(by_change, *pictures, trainings=(len(tests), len(repeats)))


if __name__ == "__main__":
    shell.run("robustness", robustness)
