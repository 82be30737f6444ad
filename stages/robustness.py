"""Score both methods again on test pictures that were made worse, level by level."""

import pandas as pd

from facevalue import catalogue, files, params, perturbing
from facevalue.params import METHODS
from stages import paths, shell


def robustness() -> str:
    """Write `plots/robustness/`: a table per perturbation, and one of the undisturbed pictures alone."""
    conditions = perturbing.conditions(params.load(paths.PARAMS).evaluate.perturbations)
    from facevalue import robustness  # late, so that a wrong parameter is answered at once
    from facevalue.learning.predicting import Predictor

    tests = [catalogue.read(splits / "test.csv") for splits in paths.folds(paths.SPLITS["crop"])]
    models = zip(*(paths.folds(paths.model(method)) for method in METHODS), strict=True)
    scores = []
    with shell.bar(sum(map(len, tests))) as bar:
        for test, folders in zip(tests, models, strict=True):
            predictors = {method: Predictor.load([folder]) for method, folder in zip(METHODS, folders, strict=True)}
            scores.append(robustness.score(test, paths.SAMPLED, predictors, conditions, bar.update))
    tables = robustness.tabulate(pd.concat(scores), conditions)
    with files.replacing_folder(paths.PLOTS / "robustness") as folder:
        for name, table in tables.items():
            files.write_csv(table, folder / f"{name}.csv")
    return robustness.describe(tables)


if __name__ == "__main__":
    shell.run("robustness", robustness)
