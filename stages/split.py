"""Divide the sampled pictures into train, val and test; the crops follow their pictures."""

from facevalue import catalogue, files, params, splitting
from stages import paths, shell


def split() -> str:
    """Write `data/sampledsplits/` and `data/croppedsplits/`, a CSV for each part."""
    settings = params.load(paths.PARAMS).split
    sampled = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    cropped = catalogue.read(paths.CROPPED / catalogue.FILE_NAME)
    part = splitting.assign(sampled, settings.val, settings.test, settings.seed)
    part_of_crop = cropped["picture"].map(dict(zip(sampled["path"], part, strict=True)))
    for method, pictures, parts in (("full", sampled, part), ("crop", cropped, part_of_crop)):
        with files.replacing_folder(paths.SPLITS[method]) as folder:
            for name in splitting.PARTS:
                files.write_csv(pictures[parts == name], folder / f"{name}.csv")
    counts = ", ".join(f"{(part == name).sum()} {name}" for name in splitting.PARTS)
    return f"{counts}; {sampled['group'].nunique()} groups, none on two sides"


if __name__ == "__main__":
    shell.run("split", split)
