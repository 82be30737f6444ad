"""Put everything that the run found on one page."""

import json
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from facevalue.common import files, params
from facevalue.common.methods import METHODS, TRAINED
from facevalue.drawing import charts
from facevalue.reporting import page
from facevalue.reporting.provenance import provenance
from stages.shared import paths, shell

PAGE = paths.PLOTS / "report.html"
SHOWN = (
    "source",
    "layout",
    "sample",
    "data",
    "crop",
    "split",
    "train",
    "train_full",
    "train_crop",
    "control",
    "evaluate",
)
MADE = (paths.SAMPLED, *map(paths.model, TRAINED))  # what the page names by its hash


def write_report() -> str:
    """Write `plots/report.html`."""
    comparison = values("comparison")
    parameters = {key: value for key, value in params.read(paths.PARAMS).items() if key in SHOWN}
    results = page.Results(
        metrics={method: values(method) for method in METHODS},
        comparison=comparison,
        videos=values("videos"),
        audit=values("audit"),
        external={name: values(f"external/{name}") for name in parameters["evaluate"]["external"]},
        rests={name: values(f"rests/{name}") for name in page.PARTS},
        interventions=values("interventions"),
        parameters=parameters,
        provenance=provenance(paths.LOCK, [folder.as_posix() for folder in MADE]),
        scores=table(paths.TABLES / "scores.csv"),
        slices=table(paths.TABLES / "slices.csv"),
        gaps=values("slices"),
        trainings=table(paths.TABLES / "trainings.csv"),
        single={curve: table(paths.TABLES / curve / "trainings.csv") for curve in ("roc", "pr")},
        roc=tables(paths.TABLES / "roc", METHODS),
        precision_recall=tables(paths.TABLES / "pr", METHODS),
        reliability=tables(paths.TABLES / "reliability", METHODS),
        confusion=tables(paths.TABLES / "confusion", METHODS),
        robustness=tables(paths.PLOTS / "robustness", charts.CHANGES),
        control=values("control"),
        unseen=values("unseen"),
        unseen_tables=tables(paths.PLOTS / "unseen", ("matrix", "kinds")),
        losses={method: losses(paths.curves(method)) for method in TRAINED},
        pictures={name: (paths.PLOTS / f"{name}.jpg").read_bytes() for name in page.PICTURES},
    )
    with files.replacing_file(PAGE) as partial:
        partial.write_text(page.render(results), encoding="utf-8")
    return f"{PAGE}; {comparison['verdict']['sentence']}"


def values(name: str) -> dict[str, Any]:
    """A file of `metrics/`."""
    return dict(json.loads((paths.METRICS / f"{name}.json").read_text(encoding="utf-8")))


def table(path: Path) -> pd.DataFrame:
    """A table that a stage wrote: only an empty cell is missing, a kind may be called `None`."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""], sep="\t" if path.suffix == ".tsv" else ",")


def tables(folder: Path, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The tables in a folder; one that was not asked for was not written."""
    found = {name: folder / f"{name}.csv" for name in names}
    return {name: table(path) for name, path in found.items() if path.exists()}


def losses(curves: Path) -> pd.DataFrame:
    """A method's loss by epoch, `step`, `train` and `val`: the mean's, `training` 0, and of several each."""
    single = list(chain.from_iterable(paths.trainings(curves)))
    folders = [curves, *(single if len(single) > 1 else [])]
    return pd.concat([loss(folder).assign(training=number) for number, folder in enumerate(folders)])


def loss(curves: Path) -> pd.DataFrame:
    """The loss by epoch in one folder of curves: `step`, `train`, `val`."""
    train, val = (
        table(curves / f"plots/metrics/{part}/loss.tsv").rename(columns={"loss": part}) for part in ("train", "val")
    )
    return train.merge(val, on="step")


if __name__ == "__main__":
    shell.run("report", write_report)
