"""What the pipeline found of a method's networks, as it wrote it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from facevalue.common import catalogue, params
from facevalue.common.errors import SourceError
from facevalue.common.methods import TrainedMethod
from facevalue.common.words import printable
from facevalue.predicting import record

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Results:
    """What is not there is empty.

    Attributes:
        metrics: `metrics/METHOD.json`.
        comparison: `metrics/comparison.json`; so are `audit`, `unseen`, `videos` and `slices`.
        external: what was found of each set from elsewhere.
        parameters: those by which the networks were made.
        scores: `plots/evaluate/scores.csv`.
        trainings: the AUC of each training, where there are several.
        kinds: of the sample, how many pictures there are of each kind, by `label` and `kind`.
    """

    metrics: Values = field(default_factory=dict)
    comparison: Values = field(default_factory=dict)
    audit: Values = field(default_factory=dict)
    unseen: Values = field(default_factory=dict)
    videos: Values = field(default_factory=dict)
    slices: Values = field(default_factory=dict)
    external: Mapping[str, Values] = field(default_factory=dict)
    parameters: Values = field(default_factory=dict)
    scores: pd.DataFrame = field(default_factory=pd.DataFrame)
    trainings: list[float | None] = field(default_factory=list)
    kinds: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["label", "kind", "pictures"]))


def read(project: Path | None, method: TrainedMethod) -> Results:
    """Of a project's method; without a project nothing is known.

    Raises:
        SourceError: a file of results is damaged.
        ParameterError: `params.yaml` is.
    """
    if project is None:
        return Results()
    metrics, tables = project / "metrics", project / "plots/evaluate"
    names = ("comparison", "audit", "unseen", "videos", "slices")
    found = {name: _values(metrics / f"{name}.json") for name in names}
    parameters, sample = project / "params.yaml", project / "data/sampled" / catalogue.FILE_NAME
    return Results(
        metrics=_values(metrics / f"{method}.json"),
        **found,
        external={file.stem: _values(file) for file in sorted(metrics.glob("external/*.json"))},
        parameters=(record.told(project, params.read(parameters)) or {}) if parameters.is_file() else {},
        scores=_table(tables / "scores.csv"),
        trainings=_column(_table(tables / "trainings.csv"), method),
        kinds=_kinds(sample) if sample.is_file() else Results().kinds,
    )


def _values(file: Path) -> Values:
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise _damaged(file, error) from error
    return found if isinstance(found, dict) else {}


def _table(file: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(file) if file.is_file() else pd.DataFrame()
    except ValueError as error:  # all of pandas' own are
        raise _damaged(file, error) from error


def _column(table: pd.DataFrame, name: str) -> list[float | None]:
    found = table.get(name, pd.Series(dtype=float))
    return [None if pd.isna(value) else float(value) for value in found]


def _kinds(file: Path) -> pd.DataFrame:
    try:
        counts = catalogue.read(file).groupby(["label", "kind"], sort=True).size()
    except (ValueError, KeyError) as error:
        raise _damaged(file, error) from error
    return counts.rename("pictures").reset_index().sort_values("label", ascending=False, kind="stable")


def _damaged(file: Path, error: Exception) -> SourceError:
    where = Path(*file.parts[-3:])
    return SourceError(f"'{where}' is damaged ({printable(str(error).splitlines()[0])}); run dvc repro.")
