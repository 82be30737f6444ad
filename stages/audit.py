"""Ask whether the files alone tell real from fake, and whether pictures stand twice."""

import pandas as pd

from facevalue.auditing.findings import audit
from facevalue.auditing.sheet import draw_duplicates
from facevalue.common import catalogue, files
from facevalue.sampling import file_facts
from stages.shared import paths, shell


def audit_sample() -> str:
    """Write `metrics/audit.json` and `plots/duplicates.jpg`."""
    pictures = catalogue.read(paths.SAMPLED / catalogue.FILE_NAME)
    divided = parts()
    pictures["part"] = pictures["path"].map(divided["part"]).fillna("")  # a split may leave some out
    pictures["group"] = pictures["path"].map(divided["group"]).fillna(pictures["group"])
    original = paths.SAMPLED / "facts_before.csv"
    before = file_facts.read(original) if original.exists() else None
    found = audit(pictures, file_facts.read(paths.SAMPLED / "facts.csv"), before)
    files.write_json(found.to_metrics(), paths.METRICS / "audit.json")
    with files.replacing_file(paths.PLOTS / "duplicates.jpg") as partial:
        sheet = draw_duplicates(found.duplicates.examples, pictures, paths.SAMPLED)
        sheet.save(partial, format="JPEG", quality=88)
    return found.describe()


def parts() -> pd.DataFrame:
    """By path, where the first repeat put a picture, a part or with folds the one that tests it; and its group."""
    folds = paths.trainings(paths.SPLITS["full"])[0]
    if len(folds) > 1:
        tables = {fold.name: fold / "test.csv" for fold in folds}
    else:
        tables = {part: folds[0] / f"{part}.csv" for part in catalogue.PARTS}
    divided = pd.concat([catalogue.read(table).assign(part=part) for part, table in tables.items()])
    return divided.set_index("path")[["part", "group"]]


if __name__ == "__main__":
    shell.run("audit", audit_sample)
