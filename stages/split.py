"""Divide the sampled pictures into train, val and test, once or per fold; the crops follow their pictures."""

from facevalue import catalogue, dividing, files, params, splitting
from stages import paths, shell


def split() -> str:
    """Write `data/sampledsplits/` and `data/croppedsplits/`: a CSV for each part, in a folder per fold."""
    settings = params.load(paths.PARAMS).split
    sampled = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    cropped = catalogue.read(paths.CROPPED / catalogue.FILE_NAME)
    division = dividing.divide(sampled, settings)
    for method, pictures in (("full", sampled), ("crop", cropped)):
        with files.replacing_folder(paths.SPLITS[method]) as folder:
            for fold, parts in division.folds.items():
                part = pictures[paths.KEY[method]].map(dict(zip(sampled["path"], parts, strict=True)))
                for name in splitting.PARTS:
                    files.write_csv(pictures[part == name], folder / fold / f"{name}.csv")
    return division.describe()


if __name__ == "__main__":
    shell.run("split", split)
