"""Score both trained methods on a test set from elsewhere."""

import json
from pathlib import Path

from facevalue.common import files
from facevalue.common.machine import MachineParams
from facevalue.common.methods import METHODS, TRAINED
from facevalue.cropping.params import CropParams
from facevalue.external import judge
from facevalue.external.params import ExternalParams
from facevalue.predicting import table
from facevalue.sampling.params import SampleParams
from facevalue.statistics import thresholds
from stages.shared import paths, shell


def score_external() -> str:
    """Write `metrics/external.json` and `plots/external.csv`; both say so where there is no external set."""
    place = ExternalParams.load(paths.PARAMS).external
    crop, recode = CropParams.load(paths.PARAMS), SampleParams.load(paths.PARAMS).recode
    machine = MachineParams.load(paths.PARAMS)
    given = judge.read(Path(place))
    predictions = []
    if len(given.pictures):
        from facevalue.predicting import both_methods  # late: torch takes seconds

        models = {method: paths.model(method) for method in TRAINED}
        trained = both_methods.load(models, crop, recode, machine.accelerator)
        with shell.bar(len(given.pictures)) as bar:
            for prediction in trained.predictions((path, given.root / path) for path in given.pictures["path"]):
                predictions.append(prediction)
                bar.update()
    limits = {method: threshold(method) for method in METHODS}
    facts = given.pictures.rename(columns={"path": "picture"})
    scores = table.tabulate(predictions, limits["ensemble"])
    files.write_csv(facts.merge(scores, on="picture", validate="one_to_one"), paths.PLOTS / "external.csv")
    found = judge.judge(given, predictions, limits)
    files.write_json({"set": place, **found}, paths.METRICS / "external.json")
    return str(found["sentence"])


def threshold(method: str) -> float:
    """The one that `evaluate` used, the mean of several; without test pictures it had none."""
    recorded = json.loads((paths.METRICS / f"{method}.json").read_text(encoding="utf-8"))["threshold"]
    return thresholds.HALF if recorded is None else float(recorded)


if __name__ == "__main__":
    shell.run("external", score_external)
