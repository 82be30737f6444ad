"""Score both methods on the test pictures that both can see, and compare them."""

import json
import sys

import pandas as pd

from facevalue import catalogue, files, params
from facevalue.judging import evaluation, pairing, tested
from facevalue.judging.scored import ROWS
from facevalue.params import METHODS, Method
from stages import paths, shell


def evaluate() -> str:
    """Write `metrics/` and the tables behind the plots."""
    threshold = params.load(paths.PARAMS).evaluate.threshold
    folds = range(len(paths.folds(paths.SPLITS["full"])))
    tests = [paired(fold, "test") for fold in folds]
    limits = [
        evaluation.best_thresholds(paired(fold, "val")) if threshold == "val" else dict.fromkeys(ROWS, threshold)
        for fold in folds
    ]
    warning = json.loads((paths.METRICS / "audit.json").read_text(encoding="utf-8"))["warning"]
    found = tested.judge(tests, limits).qualified([warning] if warning else [])
    write(found)
    videos = tested.judge_videos(tests, limits, (held("full").nunique(), held("crop").nunique()))
    files.write_json(videos, paths.METRICS / "videos.json")
    if videos["videos"]:
        return f"{found.verdict.sentence.removesuffix('.')}; by video: {videos['sentence']}"
    return found.verdict.sentence


def paired(fold: int, part: str) -> pd.DataFrame:
    """The pictures of a fold's part that both methods can see, with the logits of the fold's networks."""
    return pairing.pair(*(scored(method, fold, part) for method in METHODS))


def scored(method: Method, fold: int, part: str) -> pd.DataFrame:
    """A method's pictures, named as in the sample, with the logit that its network gives each."""
    from facevalue.learning import predicting  # late, so that a wrong parameter is answered at once

    pictures = catalogue.read(paths.folds(paths.SPLITS[method])[fold] / f"{part}.csv")
    model = paths.folds(paths.model(method))[fold]
    logits = predicting.predict(model, pictures, paths.PICTURES[method], progress=sys.stderr.isatty())
    return pictures.assign(picture=pictures[paths.KEY[method]], logit=logits)


def held(method: Method) -> pd.Series:
    """The video of every picture in a method's test parts, missing for one that is no frame."""
    tests = pd.concat([catalogue.read(fold / "test.csv") for fold in paths.folds(paths.SPLITS[method])])
    return tests["video"].where(tests["video"] != "")


def write(found: evaluation.Evaluation) -> None:
    """The numbers of each detector, of the comparison, and behind every plot."""
    files.write_json(found.to_metrics(), paths.METRICS / "comparison.json")
    files.write_csv(found.scores(), paths.PLOTS / "scores.csv")
    files.write_csv(found.slices, paths.PLOTS / "slices.csv")
    metrics = tested.metrics(found, len(held("full")), len(held("crop")))
    for name, row in found.rows.items():
        files.write_json(metrics[name], paths.METRICS / f"{name}.json")
        files.write_csv(row.roc(), paths.PLOTS / "roc" / f"{name}.csv")
        files.write_csv(row.precision_recall(), paths.PLOTS / "pr" / f"{name}.csv")
        files.write_csv(row.confusion(), paths.PLOTS / "confusion" / f"{name}.csv")
        files.write_csv(row.reliability(), paths.PLOTS / "reliability" / f"{name}.csv")


if __name__ == "__main__":
    shell.run("evaluate", evaluate)
