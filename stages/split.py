"""Divide the sampled pictures into train, val and test for every training; the crops follow their pictures."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from facevalue.common import catalogue, files
from facevalue.common.methods import TRAINED
from facevalue.splitting import division, match_face, unseen
from facevalue.splitting.params import SplitParams
from facevalue.training.params import LARGEST_SIDE, MATCH_FACE, TrainCropParams, TrainFullParams
from stages.shared import paths, shell


def split() -> str:
    """Write `data/sampledsplits/` and `data/croppedsplits/`: a CSV for each part, in a folder per training.

    So does `data/unseensplits/`, for either method, with a folder per kind of fakes that is left out. And
    `data/matched.json`: at which input side Method 1 sees the median face as Method 2 does, where that is asked for.
    """
    sampled = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    settings = SplitParams.load(paths.PARAMS)
    of_full, face_side = TrainFullParams.load(paths.PARAMS).image_size, TrainCropParams.load(paths.PARAMS).image_size
    divided = division.divide(sampled, settings)
    grouped = sampled.assign(group=divided.groups)
    cropped = catalogue.read(paths.CROPPED / catalogue.FILE_NAME)
    faces = grouped["path"].isin(cropped[paths.KEY["crop"]])
    kinds = unseen.kinds(grouped, divided.trainings.values(), faces) if settings.unseen == "by_kind" else []
    left_out = unseen.trainings(grouped, kinds, divided.trainings)
    cropped["group"] = cropped[paths.KEY["crop"]].map(dict(zip(grouped["path"], grouped["group"], strict=True)))
    matched = match_face.side(cropped, face_side, LARGEST_SIDE) if of_full == MATCH_FACE else None
    pictures = {"full": grouped, "crop": cropped}
    for method in TRAINED:
        named = pictures[method][paths.KEY[method]]
        for splits, trainings in ((paths.SPLITS, divided.trainings), (paths.UNSEEN, left_out)):
            with files.replacing_folder(splits[method]) as folder:
                write(pictures[method], named, sampled["path"], trainings, folder)
                if splits is paths.UNSEEN:
                    files.write_csv(unseen.table(kinds), folder / paths.KINDS)
    files.write_json({"image_size": matched}, paths.MATCHED)
    cost = match_face.describe(matched, face_side) if matched else ""
    return "; ".join(filter(None, (divided.describe(), unseen.describe(kinds, settings.repeats), cost)))


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
