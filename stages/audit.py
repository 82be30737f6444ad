"""Ask whether the files alone tell real from fake, and whether pictures stand twice."""

import pandas as pd

from facevalue import catalogue, files, images, splitting
from facevalue.auditing import duplicates, facts, shortcut
from facevalue.auditing.report import Audit, Shortcut
from facevalue.drawing import sheets
from facevalue.drawing.duplicates_sheet import Pair, draw_pairs
from facevalue.judging.panel import Panel
from stages import paths, shell


def audit() -> str:
    """Write `metrics/audit.json` and `plots/duplicates.jpg`."""
    pictures = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    pictures["part"] = pictures["path"].map(parts()).fillna("")  # the dataset's own split may leave some out
    after = pictures.merge(facts.read(paths.SAMPLED / "facts.csv"), on="path", validate="one_to_one")
    original = paths.SAMPLED / "facts_before.csv"
    before = pictures.merge(facts.read(original), on="path", validate="one_to_one") if original.exists() else None
    found = Audit(
        judged(after), None if before is None else judged(before), duplicates.find(after[after["part"] != ""])
    )
    files.write_json(found.to_metrics(), paths.METRICS / "audit.json")
    draw_sheet(found.duplicates.examples, pictures)
    return found.describe()


def judged(pictures: pd.DataFrame) -> Shortcut:
    """How well the facts of these files tell real from fake."""
    targets, groups = catalogue.targets(pictures["label"]), pictures["group"].to_numpy()
    telling = shortcut.tell(pictures, targets)
    scores = shortcut.scores(pictures, targets, groups)
    auc = None if scores is None else Panel.of(targets, [scores], [0.5], groups).auc()
    return Shortcut(len(pictures), telling, *(auc.own(0) if auc else ()))


def parts() -> dict[str, str]:
    """Where the split put each picture: into a part or, in cross-fitting, into the fold that tests it."""
    folds = paths.folds(paths.SPLITS["full"])
    if len(folds) > 1:
        tables = {fold.name: fold / "test.csv" for fold in folds}
    else:
        tables = {part: folds[0] / f"{part}.csv" for part in splitting.PARTS}
    return {path: part for part, table in tables.items() for path in catalogue.read(table)["path"]}


def draw_sheet(examples: list[tuple[str, str, int]], pictures: pd.DataFrame) -> None:
    """Write `plots/duplicates.jpg`: the worst pairs, each picture with its kind and its part."""
    rows = pictures[["path", "label", "kind", "part"]].itertuples(index=False)
    caption = {path: f"{sheets.what(label, kind)}, {part.replace('_', ' ')}" for path, label, kind, part in rows}
    pairs = [
        Pair(
            pictures=(images.read(paths.SAMPLED / first), images.read(paths.SAMPLED / second)),
            captions=(caption[first], caption[second]),
            distance=distance,
        )
        for first, second, distance in examples
    ]
    with files.replacing_file(paths.PLOTS / "duplicates.jpg") as partial:
        draw_pairs(pairs).save(partial, format="JPEG", quality=88)


if __name__ == "__main__":
    shell.run("audit", audit)
