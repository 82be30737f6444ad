"""Cut a square of the face's size, placed at random, from every picture with a face, where `control` asks for it."""

from collections.abc import Hashable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from facevalue.common import catalogue, files, images
from facevalue.common.parallel import ordered_map
from facevalue.common.stored import Stored, pack, stored
from facevalue.control import square
from facevalue.control.params import ControlParams
from facevalue.cropping.geometry import Square, cut
from facevalue.cropping.params import CropParams, MaxSide
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
        work = partial(write, folder=folder, max_side=max_side)
        rows = []
        pictures = zip(stored(paths.SAMPLED, faces["picture"]), faces.to_dict("records"), strict=True)
        with closing(ordered_map(work, pictures)) as written, shell.bar(len(faces)) as bar:
            for row in written:
                rows.append(row)
                bar.update()
        table = pd.DataFrame(rows)
        pack(folder, faces["path"], DataParams.load(paths.PARAMS).shards)
        files.write_csv(table, folder / catalogue.FILE_NAME)
    return square.describe(table)


def write(given: tuple[Stored, dict[Hashable, Any]], folder: Path, max_side: MaxSide) -> dict[str, object]:
    """Write the square of a picture and its face; its row."""
    picture, face = given[0].read(), given[1]
    of_face = Square(face["square_left"], face["square_top"], face["square_side"])
    height, width = picture.shape[:2]
    placed = square.placed(of_face, face["picture"], width, height)
    images.write_png(folder / face["path"], cut(picture, placed, max_side))
    return square.row(face["picture"], placed, square.shared(of_face, placed, width, height))


if __name__ == "__main__":
    shell.run("squares", squares)
