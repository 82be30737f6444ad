"""Draw `sample.size` pictures from `source`: checked, copied byte for byte or recoded alike, and their files' facts."""

import shutil
from pathlib import Path

from facevalue import catalogue, files, images, params, recoding, sampling
from facevalue.auditing import facts
from stages import paths, shell


def sample() -> str:
    """Write `data/sampled/`: the pictures, their catalogue, their files' facts, and the table of those left out."""
    settings = params.load(paths.PARAMS)
    root, offered = catalogue.read_source(Path(settings.source))
    size, encoding = settings.sample.size, settings.sample.recode
    named = str if encoding == "none" else recoding.recoded_path
    before: dict[str, facts.Facts] = {}
    after: dict[str, facts.Facts] = {}
    with (
        files.replacing_folder(paths.SAMPLED) as folder,
        shell.bar(len(offered) if size == "all" else size) as bar,
    ):

        def use(path: str) -> None:
            picture, written = images.read(root / path), folder / named(path)
            written.parent.mkdir(parents=True, exist_ok=True)
            if encoding == "none":
                shutil.copyfile(root / path, written)
            else:
                before[named(path)] = facts.facts_of(root / path, picture)
                written.write_bytes(recoding.recode(picture, encoding.quality, encoding.max_side))
                picture = images.read(written)
            after[named(path)] = facts.facts_of(written, picture)
            bar.update()

        drawn = sampling.draw(offered, size, settings.sample.seed, use, settings.source)
        pictures = drawn.catalogue.assign(path=drawn.catalogue["path"].map(named))
        files.write_csv(pictures, folder / catalogue.FILE_NAME)
        files.write_csv(drawn.left_out, folder / "left_out.csv")
        files.write_csv(facts.table(pictures["path"], after), folder / "facts.csv")
        if before:
            files.write_csv(facts.table(pictures["path"], before), folder / "facts_before.csv")
    return drawn.describe(len(offered), settings.source)


if __name__ == "__main__":
    shell.run("sample", sample)
