"""Find and cut one face per sampled picture."""

from contextlib import closing
from functools import partial
from pathlib import Path

import pandas as pd

from facevalue.common import catalogue, files
from facevalue.common.cache import Cache
from facevalue.common.machine import MachineParams
from facevalue.common.stored import make_folders, pack, stored
from facevalue.cropping import table
from facevalue.cropping.finding import Found
from facevalue.cropping.params import CropParams
from facevalue.sampling.params import DataParams
from stages.shared import paths, shell


def crop() -> str:
    """Write `data/cropped/`: the faces, encoded losslessly, their table, and the table of pictures without one."""
    settings, machine = CropParams.load(paths.PARAMS), MachineParams.load(paths.PARAMS)
    cache = Cache.of(machine.cache)
    cropper = table.cropper(settings, cache, machine.for_single_pictures)
    sampled = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    pictures = list(zip(sampled["path"], stored(paths.SAMPLED, sampled["path"]), strict=True))
    found: dict[str, Found | None] = {}
    with files.replacing_folder(paths.CROPPED) as folder, shell.bar(len(pictures)) as bar:
        make_folders(folder, sampled["path"])
        with closing(cropper.crop_all(pictures, partial(write, folder), machine)) as faces:
            for path, face in faces:
                found[path] = face
                bar.update()
        crops = table.tabulate(sampled, found)
        pack(folder, crops.found["path"], DataParams.load(paths.PARAMS).shards)
        files.write_csv(crops.found, folder / catalogue.FILE_NAME)
        files.write_csv(crops.without, folder / "no_face.csv")
    draw_sheet(crops.one_per_kind(6))
    return "; ".join(filter(None, (crops.describe(), cache.remark)))


def write(folder: Path, picture: str, png: bytes) -> None:
    """Write a picture's face; its folder is there, and is itself whole or not at all."""
    (folder / table.crop_path(picture)).write_bytes(png)


def draw_sheet(crops: pd.DataFrame) -> None:
    """Write `plots/methods.jpg`: what each method sees of one picture per kind."""
    from facevalue.cropping.sheet import Example, draw_faces

    pictures, faces = stored(paths.SAMPLED, crops["picture"]), stored(paths.CROPPED, crops["path"])
    examples = [
        Example(
            picture=picture.read(),
            face=face.read(),
            square=(row["square_left"], row["square_top"], row["square_side"]),
            caption=row["kind"],
        )
        for picture, face, row in zip(pictures, faces, crops.to_dict("records"), strict=True)
    ]
    with files.replacing_file(paths.PLOTS / "methods.jpg") as partial_file:
        draw_faces(examples).save(partial_file, format="JPEG", quality=88)


if __name__ == "__main__":
    shell.run("crop", crop)
