"""Draw `sample.size` pictures from `source`: checked, and copied byte for byte."""

import shutil
from pathlib import Path

from facevalue import catalogue, files, images, params, sampling
from stages import paths, shell


def sample() -> str:
    """Write `data/sampled/`: the pictures, their catalogue, and the table of those left out."""
    settings = params.load(paths.PARAMS)
    root, offered = catalogue.read_source(Path(settings.source))
    size = settings.sample.size
    with (
        files.replacing_folder(paths.SAMPLED) as folder,
        shell.bar(len(offered) if size == "all" else size) as bar,
    ):

        def use(path: str) -> None:
            images.read(root / path)
            copy = folder / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, copy)
            bar.update()

        drawn = sampling.draw(offered, size, settings.sample.seed, use, settings.source)
        files.write_csv(drawn.catalogue, folder / catalogue.FILE_NAME)
        files.write_csv(drawn.left_out, folder / "left_out.csv")
    return drawn.describe(len(offered), settings.source)


if __name__ == "__main__":
    shell.run("sample", sample)
