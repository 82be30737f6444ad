"""Compare both methods on kinds of fakes that their networks have not seen."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import pandas as pd

from facevalue.common import files
from facevalue.common.machine import MachineParams
from facevalue.common.words import without_markup
from facevalue.unseen import judge, matrix
from stages.shared import paths, shell
from stages.shared.scoring import paired, pool

SPLITS = paths.UNSEEN["full"]


def judge_unseen() -> str:
    """Write `metrics/unseen.json`, `metrics/unseen/` and `plots/unseen/`; where no kind is left out, without a row."""
    kinds = pd.read_csv(SPLITS / paths.KINDS, dtype=str, keep_default_na=False)
    if kinds.empty:
        write({"sentence": judge.NOTHING}, {}, matrix.EMPTY)
        return judge.NOTHING
    machine = MachineParams.load(paths.PARAMS)
    tests, learnt = [], list[Path]()
    for kind in paths.kinds(SPLITS):
        learnt += chain.from_iterable(paths.trainings(kind))
        trainings = [[each.relative_to(SPLITS) for each in folds] for folds in paths.trainings(kind)]
        tests.append([test for (test,) in paired(trainings, "test", machine, "unseen")])
    found = judge.judge(kinds, tests, pool(learnt))
    write(found.to_metrics(), found.metrics(), found.matrix.tables())
    return found.sentence


def write(
    found: Mapping[str, object], rows: Mapping[str, Mapping[str, object]], tables: Mapping[str, pd.DataFrame]
) -> None:
    """What was found, a row of DVC's table per method, and the tables behind the plots."""
    files.write_json(found, paths.METRICS / "unseen.json")
    with files.replacing_folder(paths.METRICS / "unseen") as folder:
        for method, values in rows.items():
            files.write_json(values, folder / f"{method}.json")
    with files.replacing_folder(paths.PLOTS / "unseen") as folder:
        for name, table in tables.items():
            texts = {column: table[column].map(without_markup) for column in ("without", "kind") if column in table}
            files.write_csv(table.assign(**texts), folder / f"{name}.csv")


if __name__ == "__main__":
    shell.run("unseen", judge_unseen)
