"""Draw `sample.size` pictures or videos from `source`: checked, copied byte for byte or recoded alike."""

from pathlib import Path

from facevalue.common import catalogue, files
from facevalue.common.stored import pack
from facevalue.sampling import draw, further
from facevalue.sampling.params import DataParams, SampleParams
from facevalue.sampling.writer import SampleWriter, Written
from facevalue.sources.params import SourceParams
from facevalue.sources.read import read_source
from stages.shared import paths, shell


def sample() -> str:
    """Write `data/sampled/`, the pictures with their catalogue and their files' facts.

    Beside it what was left out, and what else the source's table tells of the pictures.
    """
    source, settings = SourceParams.load(paths.PARAMS), SampleParams.load(paths.PARAMS)
    offer = read_source(Path(source.source), source.layout)
    shell.say("sample", offer.describe())
    items = catalogue.items(offer.pictures)
    with (
        files.replacing_folder(paths.SAMPLED) as folder,
        shell.bar(len(items) if settings.size == "all" else settings.size) as bar,
    ):
        writer = SampleWriter.of(offer.root, offer.pictures, folder, settings.frames_per_video, settings.recode)

        def use(item: str) -> None:
            writer.write(item)
            bar.update()

        drawn = draw.draw(items, settings.size, settings.seed, use, source.source)
        written = writer.written(drawn.catalogue)
        pack(folder, written.pictures["path"], DataParams.load(paths.PARAMS).shards)
        write(written, folder)
    files.write_csv(drawn.with_unused(offer.unused), paths.LEFT_OUT)
    files.write_csv(further.inherited(written.pictures, offer.further), paths.FURTHER)
    others = f"; {len(offer.unused):,} other files or folders, see {paths.LEFT_OUT}" if len(offer.unused) else ""
    return drawn.describe(items, source.source) + written.describe() + others


def write(written: Written, folder: Path) -> None:
    """The tables of what was drawn."""
    files.write_csv(written.pictures, folder / catalogue.FILE_NAME)
    files.write_csv(written.facts, folder / "facts.csv")
    if written.before is not None:
        files.write_csv(written.before, folder / "facts_before.csv")


if __name__ == "__main__":
    shell.run("sample", sample)
