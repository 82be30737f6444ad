"""Set the face's method against a square of its size that was placed at random, where `control` asks for it."""

import pandas as pd

from facevalue.common import catalogue, files
from facevalue.common.machine import MachineParams
from facevalue.control import judge
from stages.shared import paths, shell
from stages.shared.scoring import paired, pool, scored

SPLITS = paths.SPLITS["crop"]


def control() -> str:
    """Write `metrics/control.json` and, where there is a control, its row of DVC's table in `metrics/control/`."""
    squares = pd.read_csv(paths.SQUARES / catalogue.FILE_NAME)
    if squares.empty:
        write({"sentence": judge.NOTHING, "remains": None}, {})
        return judge.NOTHING
    machine = MachineParams.load(paths.PARAMS)
    trainings = [[each.relative_to(SPLITS) for each in folds] for folds in paths.trainings(SPLITS)]
    both = paired(trainings, "test", machine)
    logits = scored("crop", trainings, "test", machine, "control")
    shared = squares[["picture", "shared"]]
    tests = [
        [judge.with_square(test, logits[each], shared) for test, each in zip(tests, folds, strict=True)]
        for tests, folds in zip(both, trainings, strict=True)
    ]
    found = judge.judge(tests, pool(paths.trainings(SPLITS)[0]), paths.matched() is not None)
    write(found.to_metrics(), {judge.SQUARE: found.row()})
    return found.sentence


def write(found: dict[str, object], rows: dict[str, dict[str, float | None]]) -> None:
    """What was found, and rows of DVC's table."""
    files.write_json(found, paths.METRICS / "control.json")
    with files.replacing_folder(paths.METRICS / "control") as folder:
        for name, values in rows.items():
            files.write_json(values, folder / f"{name}.json")


if __name__ == "__main__":
    shell.run("control", control)
