"""Draw `sample.size` pictures or videos from `source`: checked, copied byte for byte or recoded alike."""

from pathlib import Path

from facevalue import catalogue, files, layouts, params, sampling
from facevalue.taking import Taken, Taker
from stages import paths, shell


def sample() -> str:
    """Write `data/sampled/`: the pictures, their catalogue, their files' facts, and the table of those left out."""
    settings = params.load(paths.PARAMS)
    offer = layouts.read_source(Path(settings.source), settings.layout)
    shell.say("sample", offer.describe())
    units = sampling.units(offer.pictures)
    size, frames, recode = settings.sample.size, settings.sample.frames_per_video, settings.sample.recode
    with (
        files.replacing_folder(paths.SAMPLED) as folder,
        shell.bar(len(units) if size == "all" else size) as bar,
    ):
        taker = Taker.of(offer.root, offer.pictures, folder, frames, recode)

        def use(unit: str) -> None:
            taker.take(unit)
            bar.update()

        drawn = sampling.draw(units, size, settings.sample.seed, use, settings.source)
        taken = taker.taken(drawn.catalogue)
        write(taken, folder)
        files.write_csv(drawn.left_out, folder / "left_out.csv")
    return drawn.describe(units, settings.source) + taken.describe()


def write(taken: Taken, folder: Path) -> None:
    """The tables of what was taken."""
    files.write_csv(taken.pictures, folder / catalogue.FILE_NAME)
    files.write_csv(taken.facts, folder / "facts.csv")
    if taken.before is not None:
        files.write_csv(taken.before, folder / "facts_before.csv")


if __name__ == "__main__":
    shell.run("sample", sample)
