"""Score both methods again on test pictures that were made worse, of which parts are hidden, and made alike."""

from pathlib import Path

import pandas as pd

from facevalue.common import catalogue, files
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.cropping.params import CropParams
from facevalue.robustness import choose, perturb
from facevalue.robustness.equalise import Common
from facevalue.robustness.params import RobustnessParams
from facevalue.sampling import file_facts
from stages.shared import paths, shell


def robustness() -> str:
    """Write `plots/robustness/`, a table per perturbation, `metrics/rests/` and `metrics/interventions.json`."""
    wanted = RobustnessParams.load(paths.PARAMS)
    conditions = perturb.conditions(wanted.perturbations)
    max_side = CropParams.load(paths.PARAMS).max_side
    machine = MachineParams.load(paths.PARAMS)
    from facevalue.predicting.predictor import Predictor  # late, so that a wrong parameter is answered at once
    from facevalue.robustness import interventions, rests, scores

    def predictors(training: Path) -> dict[TrainedMethod, Predictor]:
        models = {method: [paths.model(method) / training] for method in TRAINED}
        return {method: Predictor.load(folders, machine.for_single_pictures) for method, folders in models.items()}

    repeats = paths.trainings(paths.SPLITS["crop"])
    offered = [[catalogue.read(splits / "test.csv") for splits in folds] for folds in repeats]
    asked = offered[: wanted.robustness_trainings]
    tests = [choose.at_most(folds, wanted.robustness_pictures) for folds in asked]
    pictures = pd.concat(tests[0])
    common = Common.of(pictures["label"], facts(pictures, "facts.csv"))
    found = []
    with shell.bar(sum(len(test) for folds in tests for test in folds)) as bar:
        for folds, splits in zip(tests, repeats, strict=False):
            tables = []
            for fold, (test, split) in enumerate(zip(folds, splits, strict=True)):
                training = split.relative_to(paths.SPLITS["crop"])
                networks = predictors(training)
                table = scores.score(test, paths.SAMPLED, networks, conditions, common, max_side, bar.update, machine)
                tables.append(table.assign(fold=fold))
            found.append(pd.concat(tables))
    by_change = scores.tabulate(found, conditions)
    with files.replacing_folder(paths.PLOTS / "robustness") as folder:
        for name, table in by_change.items():
            files.write_csv(table, folder / f"{name}.csv")
    original = "facts_before.csv" if (paths.SAMPLED / "facts_before.csv").exists() else "facts.csv"
    told = interventions.telling(pictures, facts(pictures, original))
    rest, moved = rests.rests(found), interventions.intervene(found, common.conditions(), told)
    for name, row in rest.to_metrics().items():
        files.write_json(row, paths.METRICS / f"rests/{name}.json")
    warning = "; ".join(filter(None, [rest.warning, moved.warning])) or None
    details = {"hidden": rest.to_details(), "equalised": moved.to_details(), "warning": warning}
    files.write_json(details, paths.METRICS / "interventions.json")
    offer = sum(map(len, offered[0]))
    line = scores.describe(by_change, len(pictures), offer, trainings=(len(tests), len(repeats)))
    return "; ".join([line, rest.sentence, moved.sentence])


def facts(pictures: pd.DataFrame, file: str) -> pd.DataFrame:
    """What `sample` wrote of the files of these pictures, in their order."""
    known = file_facts.read(paths.SAMPLED / file).rename(columns={"path": "picture"})
    return pictures[["picture"]].merge(known, on="picture", validate="one_to_one")


if __name__ == "__main__":
    shell.run("robustness", robustness)
