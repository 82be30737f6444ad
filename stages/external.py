"""Score both trained methods on a test set from elsewhere: `python -m stages.external NAME`."""

import argparse
from itertools import chain
from pathlib import Path

import pandas as pd

from facevalue.common import files
from facevalue.common.errors import ParameterError, SourceError
from facevalue.common.machine import MachineParams
from facevalue.common.methods import METHODS, TRAINED
from facevalue.cropping.params import CropParams
from facevalue.external import judge, overlap
from facevalue.external.params import ExternalParams
from facevalue.predicting import table
from facevalue.sampling import file_facts
from facevalue.sampling.params import SampleParams
from facevalue.statistics import thresholds
from stages.shared import paths, shell
from stages.shared.scoring import drawn


def score_external(name: str) -> str:
    """Write `metrics/external/NAME.json`, a row of DVC's table per method beside it, and `plots/external/NAME.csv`."""
    sets = ExternalParams.load(paths.PARAMS).external
    if name not in sets:
        raise ParameterError(f"evaluate.external names no set {name!r}; it names {', '.join(sets) or 'none'}.")
    crop, recode = CropParams.load(paths.PARAMS), SampleParams.load(paths.PARAMS).recode
    machine = MachineParams.load(paths.PARAMS)
    try:
        given = judge.read(Path(sets[name]))
    except SourceError as error:
        raise SourceError(f"evaluate.external.{name}: {error}") from None
    splits = list(chain.from_iterable(paths.trainings(paths.SPLITS["full"])))
    learnt, tested = drawn(splits, "train", "val"), drawn(splits, "test")
    shared = overlap.find(given.root, given.pictures["path"], sampled(), learnt, tested)
    predictions = []
    if len(given.pictures):
        from facevalue.predicting import both_methods  # late: torch takes seconds

        models = {method: paths.model(method) for method in TRAINED}
        trained = both_methods.load(models, crop, recode, machine.for_single_pictures)
        pictures = [(path, given.root / path) for path in given.pictures["path"]]
        with shell.bar(len(pictures)) as bar:
            for prediction in trained.predictions(pictures, machine):
                predictions.append(prediction)
                bar.update()
    limits = {method: threshold(method) for method in METHODS}
    facts = given.pictures.rename(columns={"path": "picture"}).assign(known=shared.known)
    scores = table.tabulate(predictions, limits["ensemble"])
    files.write_csv(facts.merge(scores, on="picture", validate="one_to_one"), paths.PLOTS / f"external/{name}.csv")
    found = judge.judge(given, predictions, limits, own(), shared)
    files.write_json({"set": sets[name], **found}, paths.METRICS / f"external/{name}.json")
    for method in METHODS:
        files.write_json(found[method] or {}, paths.METRICS / f"external/{name}/{method}.json")
    return f"{name}: {found['sentence']}"


def own() -> pd.DataFrame | None:
    """What `evaluate` recorded of the own test pictures; none with folds, which one network each has scored."""
    folds = paths.trainings(paths.model("full"))[0]
    return None if len(folds) > 1 else pd.read_csv(paths.TABLES / "scores.csv", keep_default_na=False)


def sampled() -> pd.DataFrame:
    """The facts of the sampled pictures, of the source's files where they were recoded."""
    before = paths.SAMPLED / "facts_before.csv"
    return file_facts.read(before if before.exists() else paths.SAMPLED / "facts.csv")


def threshold(method: str) -> float:
    """The one that `evaluate` used, the mean of several; without test pictures it had none."""
    recorded = paths.value(paths.METRICS / f"{method}.json", "threshold")
    return thresholds.HALF if recorded is None else float(recorded)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m stages.external", description=__doc__)
    parser.add_argument("name", metavar="NAME")
    name = parser.parse_args().name
    shell.run("external", lambda: score_external(name))
