"""Divide the sampled pictures into train, val and test, once or per fold; the crops follow their pictures."""

import pandas as pd

from facevalue import catalogue, files, params, splitting
from stages import paths, shell


def split() -> str:
    """Write `data/sampledsplits/` and `data/croppedsplits/`: a CSV for each part, in a folder per fold."""
    settings = params.load(paths.PARAMS).split
    sampled = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    cropped = catalogue.read(paths.CROPPED / catalogue.FILE_NAME)
    if settings.folds == 1:
        folds = {".": splitting.assign(sampled, settings.val, settings.test, settings.seed)}
    else:
        divided = splitting.cross_fit(sampled, settings.val, settings.folds, settings.seed)
        folds = {f"fold_{number:02}": parts for number, parts in enumerate(divided, start=1)}
    for method, pictures in (("full", sampled), ("crop", cropped)):
        with files.replacing_folder(paths.SPLITS[method]) as folder:
            for fold, parts in folds.items():
                part = pictures[paths.KEY[method]].map(dict(zip(sampled["path"], parts, strict=True)))
                for name in splitting.PARTS:
                    files.write_csv(pictures[part == name], folder / fold / f"{name}.csv")
    return describe(list(folds.values()), sampled["group"].nunique())


def describe(folds: list[pd.Series], groups: int) -> str:
    """One line: how many pictures each part holds, and in how many folds."""
    counts = pd.DataFrame([parts.value_counts() for parts in folds])[list(splitting.PARTS)]
    ranges = [f"{low} to {high}" if low < high else f"{low}" for low, high in counts.agg(["min", "max"]).T.to_numpy()]
    each = ", ".join(f"{count} {name}" for count, name in zip(ranges, splitting.PARTS, strict=True))
    several = f"{len(folds)} folds, each " if len(folds) > 1 else ""
    return f"{several}{each}; {groups} groups, none on two sides"


if __name__ == "__main__":
    shell.run("split", split)
