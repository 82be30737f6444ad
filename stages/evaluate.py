"""Score both methods on the test pictures that both can see, and compare them."""

from itertools import chain

import pandas as pd

from facevalue.common import catalogue, files
from facevalue.common.machine import MachineParams
from facevalue.common.methods import METHODS, TrainedMethod
from facevalue.evaluating import columns, evaluation, folds, gaps, limits
from facevalue.evaluating.params import EvaluateParams
from stages.shared import paths, shell
from stages.shared.scoring import paired, pool

ADDED = {"control": "remains", "audit": "warning", "interventions": "warning"}
"""Of `metrics/`, what may hold a sentence that the verdict must carry, and under which key."""


def evaluate() -> str:
    """Write `metrics/` and the tables behind the plots."""
    settings, machine = EvaluateParams.load(paths.PARAMS), MachineParams.load(paths.PARAMS)
    threshold, further = settings.threshold, columns.asked(paths.FURTHER, settings.slices)
    splits = paths.SPLITS["full"]
    trainings = [[each.relative_to(splits) for each in folds] for folds in paths.trainings(splits)]
    tests = paired(trainings, "test", machine)
    remark = None
    if isinstance(threshold, float):
        thresholds = [[dict.fromkeys(METHODS, threshold) for _ in folds] for folds in trainings]
    else:
        validated = paired(trainings, "val", machine)
        thresholds = [[limits.chosen(each, threshold) for each in folds] for folds in validated]
        remark = limits.too_few(chain.from_iterable(validated), threshold)
    added = [paths.value(paths.METRICS / f"{name}.json", key) for name, key in ADDED.items()]
    learnt = pool(paths.trainings(splits)[0])  # that a repeat trains with, in one fold or another
    found = folds.judge(tests, thresholds, pool=learnt, further=further)
    matched = paths.matched()
    found = (found.at_equal_resolution(matched) if matched else found).qualified(list(filter(None, [remark, *added])))
    write(found)
    videos = folds.judge_videos(tests, thresholds, (held("full").nunique(), held("crop").nunique()), learnt)
    files.write_json(videos, paths.METRICS / "videos.json")
    by_video = f"by video: {videos['sentence']}" if videos["videos"] else ""
    said = [text.removesuffix(".") for text in (found.verdict.sentence, by_video) if text]
    return f"{'; '.join(said)}."


def held(method: TrainedMethod) -> pd.Series:
    """The video of every picture in a method's test parts, missing for one that is no frame."""
    tests = pd.concat([catalogue.read(splits / "test.csv") for splits in paths.trainings(paths.SPLITS[method])[0]])
    return tests["video"].where(tests["video"] != "")


def write(found: evaluation.Evaluation) -> None:
    """The numbers of each method, of the comparison, and behind every plot."""
    files.write_json(found.to_metrics(), paths.METRICS / "comparison.json")
    files.write_json(gaps.to_metrics(found.gaps), paths.METRICS / "slices.json")
    metrics = folds.metrics(found, len(held("full")), len(held("crop")))
    with files.replacing_folder(paths.TABLES) as tables:
        scores = found.scores()
        files.write_csv(scores, tables / "scores.csv")
        files.write_csv(evaluation.for_dvc(scores), tables / "two_methods.csv")
        files.write_csv(found.slices, tables / "slices.csv")
        files.write_csv(found.trainings, tables / "trainings.csv")
        for name, curves in found.curves().items():
            files.write_csv(curves, tables / name / "trainings.csv")
        for name, method in found.methods.items():
            files.write_json(metrics[name], paths.METRICS / f"{name}.json")
            files.write_csv(method.roc(), tables / "roc" / f"{name}.csv")
            files.write_csv(method.precision_recall(), tables / "pr" / f"{name}.csv")
            files.write_csv(method.confusion(), tables / "confusion" / f"{name}.csv")
            files.write_csv(method.reliability(), tables / "reliability" / f"{name}.csv")


if __name__ == "__main__":
    shell.run("evaluate", evaluate)
