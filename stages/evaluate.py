"""Score both methods on the test pictures that both can see, and compare them."""

import sys

import pandas as pd

from facevalue import catalogue, files, params
from facevalue.judging import comparison, curves, pairing, scores, verdict
from facevalue.params import METHODS, Method
from stages import paths, shell


def evaluate() -> str:
    """Write `metrics/` and the tables behind the plots."""
    threshold = params.load(paths.PARAMS).evaluate.threshold
    test = {method: catalogue.read(paths.SPLITS[method] / "test.csv") for method in METHODS}
    both = pairing.pair(scored("full", test["full"]), scored("crop", test["crop"]))
    fake = catalogue.targets(both["label"])
    logits = {method: both[f"logit_{method}"].to_numpy() for method in METHODS}
    judged = {method: scores.score(fake, logits[method], threshold) for method in METHODS}
    for method in METHODS:
        seen = {"coverage": len(test[method]) / len(test["full"]), "pictures": len(both)}
        files.write_json({**judged[method].to_metrics(), **seen}, paths.METRICS / f"{method}.json")
        files.write_csv(curves.roc_points(fake, logits[method]), paths.PLOTS / "roc" / f"{method}.csv")
        files.write_csv(curves.precision_recall_points(fake, logits[method]), paths.PLOTS / "pr" / f"{method}.csv")
        files.write_csv(curves.confusion(fake, logits[method], threshold), paths.PLOTS / "confusion" / f"{method}.csv")
    differences = comparison.differences(judged["full"], judged["crop"])
    decision = verdict.judge(both, fake, threshold)
    files.write_json({**differences, "verdict": decision.to_metrics()}, paths.METRICS / "comparison.json")
    files.write_csv(pairing.probabilities(both), paths.PLOTS / "scores.csv")
    return decision.sentence


def scored(method: Method, pictures: pd.DataFrame) -> pd.DataFrame:
    """A method's pictures, named as in the sample, with the logit that its network gives each."""
    from facevalue.learning import predicting  # late, so that a wrong parameter is answered at once

    logits = predicting.predict(paths.model(method), pictures, paths.PICTURES[method], progress=sys.stderr.isatty())
    return pictures.assign(picture=pictures[paths.KEY[method]], logit=logits)


if __name__ == "__main__":
    shell.run("evaluate", evaluate)
