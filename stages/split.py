"""Divide the sampled pictures into train, val and test, once or per fold; the crops follow their pictures."""

from facevalue.common import catalogue, files
from facevalue.splitting import division
from facevalue.splitting.params import SplitParams
from stages.shared import paths, shell


def split() -> str:
    """Write `data/sampledsplits/` and `data/croppedsplits/`: a CSV for each part, in a folder per fold."""
    sampled = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    cropped = catalogue.read(paths.CROPPED / catalogue.FILE_NAME)
    divided = division.divide(sampled, SplitParams.load(paths.PARAMS))
    for method, pictures in (("full", sampled), ("crop", cropped)):
        named = pictures[paths.KEY[method]]
        pictures["group"] = named.map(dict(zip(sampled["path"], divided.groups, strict=True)))
        with files.replacing_folder(paths.SPLITS[method]) as folder:
            for fold, parts in divided.folds.items():
                part = named.map(dict(zip(sampled["path"], parts, strict=True)))
                for name in catalogue.PARTS:
                    files.write_csv(pictures[part == name], folder / fold / f"{name}.csv")
    return divided.describe()


if __name__ == "__main__":
    shell.run("split", split)
