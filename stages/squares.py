"""Cut a square of the face's size, placed at random, from every picture with a face, where `control` asks for it."""

from contextlib import closing
from functools import partial

import pandas as pd

from facevalue.common import catalogue, files
from facevalue.common.engine import ordered_map
from facevalue.common.machine import MachineParams
from facevalue.common.stored import make_folders, pack, stored
from facevalue.control import square
from facevalue.control.params import ControlParams
from facevalue.cropping.params import CropParams
from facevalue.sampling.params import DataParams
from stages.shared import paths, shell


def squares() -> str:
    """Write `data/squares/`: the squares, each under the name of its picture's face, and how much of this they show."""
    control, max_side = ControlParams.load(paths.PARAMS).control, CropParams.load(paths.PARAMS).max_side
    with files.replacing_folder(paths.SQUARES) as folder:
        if control == "none":
            files.write_csv(square.NONE, folder / catalogue.FILE_NAME)
            return "nothing to cut, control is none"
        faces = catalogue.read(paths.CROPPED / catalogue.FILE_NAME)
        work, machine = partial(square.cut_out, max_side=max_side), MachineParams.load(paths.PARAMS)
        rows = []
        make_folders(folder, faces["path"])
        pictures = zip(stored(paths.SAMPLED, faces["picture"]), faces.to_dict("records"), strict=True)
        with closing(ordered_map(work, pictures, machine)) as cut_out, shell.bar(len(faces)) as bar:
            for path, (png, row) in zip(faces["path"], cut_out, strict=True):
                (folder / path).write_bytes(png)
                rows.append(row)
                bar.update()
        table = pd.DataFrame(rows)
        pack(folder, faces["path"], DataParams.load(paths.PARAMS).shards)
        files.write_csv(table, folder / catalogue.FILE_NAME)
    return square.describe(table)


if __name__ == "__main__":
    shell.run("squares", squares)
