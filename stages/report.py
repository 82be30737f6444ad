"""Put everything that the run found on one page."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from facevalue import files, params
from facevalue.drawing import charts, report
from facevalue.params import METHODS
from stages import paths, shell
from stages.provenance import provenance

PAGE = paths.PLOTS / "report.html"


def write_report() -> str:
    """Write `plots/report.html`."""
    comparison = values("comparison")
    results = report.Results(
        metrics={row: values(row) for row in charts.ROWS},
        comparison=comparison,
        videos=values("videos"),
        audit=values("audit"),
        external=values("external"),
        parameters=params.read_yaml(paths.PARAMS),
        provenance=provenance(),
        scores=table(paths.PLOTS / "scores.csv"),
        slices=table(paths.PLOTS / "slices.csv"),
        roc=tables("roc", charts.ROWS),
        precision_recall=tables("pr", charts.ROWS),
        reliability=tables("reliability", charts.ROWS),
        confusion=tables("confusion", charts.ROWS),
        robustness=tables("robustness", charts.CHANGES),
        losses={method: losses(paths.curves(method)) for method in METHODS},
        pictures={name: (paths.PLOTS / f"{name}.jpg").read_bytes() for name in report.PICTURES},
    )
    with files.replacing_file(PAGE) as partial:
        partial.write_text(report.render(results), encoding="utf-8")
    return f"{PAGE}; {comparison['verdict']['sentence']}"


def values(name: str) -> dict[str, Any]:
    """A file of `metrics/`."""
    return dict(json.loads((paths.METRICS / f"{name}.json").read_text(encoding="utf-8")))


def table(path: Path) -> pd.DataFrame:
    """A table that a stage wrote: only an empty cell is missing, a kind may be called `None`."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""], sep="\t" if path.suffix == ".tsv" else ",")


def tables(folder: str, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The tables in a folder of `plots/`; one that was not asked for was not written."""
    found = {name: paths.PLOTS / folder / f"{name}.csv" for name in names}
    return {name: table(path) for name, path in found.items() if path.exists()}


def losses(curves: Path) -> pd.DataFrame:
    """A method's loss by epoch: `step`, `train`, `val`."""
    train, val = (
        table(curves / f"plots/metrics/{part}/loss.tsv").rename(columns={"loss": part}) for part in ("train", "val")
    )
    return train.merge(val, on="step")


if __name__ == "__main__":
    shell.run("report", write_report)
