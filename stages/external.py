"""Score both trained methods on a test set from elsewhere."""

import json
from pathlib import Path

from facevalue import external, files, listing, params
from facevalue.judging import thresholds
from facevalue.judging.scored import ROWS
from facevalue.params import METHODS
from stages import paths, shell


def score_external() -> str:
    """Write `metrics/external.json` and `plots/external.csv`; both say so where there is no external set."""
    settings = params.load(paths.PARAMS)
    given = external.read(Path(settings.evaluate.external))
    scores = []
    if len(given.pictures):
        from facevalue import scoring  # late: torch takes seconds

        models = {method: paths.model(method) for method in METHODS}
        scorer = scoring.trained(models, settings.crop, settings.sample.recode)
        with shell.bar(len(given.pictures)) as bar:
            for score in scorer.scores((path, given.root / path) for path in given.pictures["path"]):
                scores.append(score)
                bar.update()
    limits = {row: threshold(row) for row in ROWS}
    facts = given.pictures.rename(columns={"path": "picture"})
    table = facts.merge(listing.tabulate(scores, limits["ensemble"]), on="picture", validate="one_to_one")
    files.write_csv(table, paths.PLOTS / "external.csv")
    found = external.judge(given, scores, limits)
    files.write_json({"set": settings.evaluate.external, **found}, paths.METRICS / "external.json")
    return str(found["sentence"])


def threshold(row: str) -> float:
    """The one that `evaluate` used, the mean of several; without test pictures it had none."""
    recorded = json.loads((paths.METRICS / f"{row}.json").read_text(encoding="utf-8"))["threshold"]
    return thresholds.HALF if recorded is None else float(recorded)


if __name__ == "__main__":
    shell.run("external", score_external)
