"""Divide the sampled pictures into train, val and test for every training; the crops follow their pictures."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from facevalue.common import catalogue, files
from facevalue.common.methods import TRAINED
from facevalue.splitting import division, unseen
from facevalue.splitting.params import SplitParams
from stages.shared import paths, shell


def split() -> str:
    """Write `data/sampledsplits/` and `data/croppedsplits/`: a CSV for each part, in a folder per training.

    So does `data/unseensplits/`, for either method, with a folder per kind of fakes that is left out.
    """
    sampled = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    settings = SplitParams.load(paths.PARAMS)
    divided = division.divide(sampled, settings)
    grouped = sampled.assign(group=divided.groups)
    kinds = unseen.kinds(grouped, divided.trainings.values()) if settings.unseen == "by_kind" else []
    left_out = unseen.trainings(grouped, kinds, divided.trainings)
    cropped = catalogue.read(paths.CROPPED / catalogue.FILE_NAME)
    cropped["group"] = cropped[paths.KEY["crop"]].map(dict(zip(grouped["path"], grouped["group"], strict=True)))
    pictures = {"full": grouped, "crop": cropped}
    for method in TRAINED:
        named = pictures[method][paths.KEY[method]]
        for splits, trainings in ((paths.SPLITS, divided.trainings), (paths.UNSEEN, left_out)):
            with files.replacing_folder(splits[method]) as folder:
                write(pictures[method], named, sampled["path"], trainings, folder)
                if splits is paths.UNSEEN:
                    files.write_csv(unseen.table(kinds), folder / paths.KINDS)
    return "; ".join(filter(None, (divided.describe(), unseen.describe(kinds, settings.repeats))))


def write(
    pictures: pd.DataFrame, named: pd.Series, sampled: pd.Series, trainings: Mapping[str, pd.Series], folder: Path
) -> None:
    """Write a method's pictures by training and part.

    Args:
        pictures: the method's.
        named: of each, the sampled picture that it is or comes from.
        sampled: all of these, by name.
        trainings: of each folder, the part of every sampled picture.
        folder: the one to write to.
    """
    for training, parts in trainings.items():
        part = named.map(dict(zip(sampled, parts, strict=True)))
        for name in catalogue.PARTS:
            files.write_csv(pictures[part == name], folder / training / f"{name}.csv")


if __name__ == "__main__":
    shell.run("split", split)
