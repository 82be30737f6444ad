"""Ask whether the files alone tell real from fake, and whether pictures stand twice."""

from facevalue.auditing.findings import audit
from facevalue.auditing.sheet import draw_duplicates
from facevalue.common import catalogue, files
from facevalue.sampling import file_facts
from stages.shared import paths, shell


def audit_sample() -> str:
    """Write `metrics/audit.json` and `plots/duplicates.jpg`."""
    pictures = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    pictures["part"] = pictures["path"].map(parts()).fillna("")  # the dataset's own split may leave some out
    original = paths.SAMPLED / "facts_before.csv"
    before = file_facts.read(original) if original.exists() else None
    found = audit(pictures, file_facts.read(paths.SAMPLED / "facts.csv"), before)
    files.write_json(found.to_metrics(), paths.METRICS / "audit.json")
    with files.replacing_file(paths.PLOTS / "duplicates.jpg") as partial:
        sheet = draw_duplicates(found.duplicates.examples, pictures, paths.SAMPLED)
        sheet.save(partial, format="JPEG", quality=88)
    return found.describe()


def parts() -> dict[str, str]:
    """Where the split put each picture: into a part or, in cross-fitting, into the fold that tests it."""
    folds = paths.folds(paths.SPLITS["full"])
    if len(folds) > 1:
        tables = {fold.name: fold / "test.csv" for fold in folds}
    else:
        tables = {part: folds[0] / f"{part}.csv" for part in catalogue.PARTS}
    return {path: part for part, table in tables.items() for path in catalogue.read(table)["path"]}


if __name__ == "__main__":
    shell.run("audit", audit_sample)
