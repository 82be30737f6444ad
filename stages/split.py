"""Divide the sampled pictures into train, val and test for every training; the crops follow their pictures."""

from facevalue.common import catalogue, files
from facevalue.splitting import division
from facevalue.splitting.params import SplitParams
from stages.shared import paths, shell


def split() -> str:
    """Write `data/sampledsplits/` and `data/croppedsplits/`: a CSV for each part, in a folder per training."""
    sampled = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    cropped = catalogue.read(paths.CROPPED / catalogue.FILE_NAME)
    divided = division.divide(sampled, SplitParams.load(paths.PARAMS))
    for method, pictures in (("full", sampled), ("crop", cropped)):
        named = pictures[paths.KEY[method]]
        pictures["group"] = named.map(dict(zip(sampled["path"], divided.groups, strict=True)))
        with files.replacing_folder(paths.SPLITS[method]) as folder:
            for training, parts in divided.trainings.items():
                part = named.map(dict(zip(sampled["path"], parts, strict=True)))
                for name in catalogue.PARTS:
                    files.write_csv(pictures[part == name], folder / training / f"{name}.csv")
    return divided.describe()


if __name__ == "__main__":
    shell.run("split", split)
