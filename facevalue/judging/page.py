"""What was judged, as a page with its numbers and tables."""

import hashlib
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from facevalue.common import files
from facevalue.common.errors import OutputError
from facevalue.common.methods import TRAINED
from facevalue.common.words import printable
from facevalue.evaluating.evaluation import single_curves
from facevalue.evaluating.verdict import better
from facevalue.judging.judge import Judged
from facevalue.reporting import page

PAGE, NUMBERS = "report.html", "judged.json"
_PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy")


def write(found: Judged, source: Path, folder: Path) -> Path:
    """The page, the numbers and the tables behind the charts; what else is in the folder stays. Gives the page's path.

    Raises:
        OutputError: the folder cannot be written.
    """
    tables = {
        **single_curves(found.methods),
        "reliability": pd.concat([each.reliability().assign(method=name) for name, each in found.methods.items()]),
        "slices": found.slices,
        "trainings": found.trainings,
    }
    try:
        for name, table in tables.items():
            files.write_csv(table, folder / f"{name}.csv")
        files.write_json(found.to_metrics(), folder / NUMBERS)
        files.write_bytes(render(found, source).encode(), folder / PAGE)
    except OSError as error:
        raise OutputError(f"'{folder}' cannot be written ({error.strerror}); name another folder.") from None
    return folder / PAGE


def render(found: Judged, source: Path) -> str:
    """The page as HTML, on which the first detector has Method 1's colour and the second Method 2's."""
    slots: dict[str, str] = dict(zip(found.methods, TRAINED, strict=True))
    methods = {slots[name]: method for name, method in found.methods.items()}
    results = page.Results(
        metrics={slots[name]: row for name, row in found.metrics().items()},
        comparison=_comparison(found, slots),
        videos={},
        audit={},
        external={},
        rests={},
        interventions={},
        parameters={},
        provenance=_provenance(found, source),
        scores=found.probabilities().rename(columns=slots),
        slices=found.slices.assign(method=found.slices["method"].map(slots)),
        trainings=found.trainings.rename(columns=slots),
        single=single_curves(methods),
        roc={slot: method.roc() for slot, method in methods.items()},
        precision_recall={slot: method.precision_recall() for slot, method in methods.items()},
        reliability={slot: method.reliability() for slot, method in methods.items()},
        confusion={slot: method.confusion() for slot, method in methods.items()},
    )
    return page.render_judged(results, {slot: name for name, slot in slots.items()})


def _comparison(found: Judged, slots: Mapping[str, str]) -> dict[str, Any]:
    """As `metrics/comparison.json` has it, with what belongs to a detector under its slot."""
    numbers: dict[str, Any] = found.to_metrics()
    auc = numbers["verdict"]["auc"]
    if auc and (again := auc["trainings"]):
        scatter = {slots.get(name, name): each for name, each in again["scatter"].items()}
        auc["trainings"] = {**again, "scatter": scatter, "ahead": slots[again["ahead"]]}
    winners = {better(name): slot for name, slot in slots.items()}
    return {**numbers, "better": winners.get(found.verdict.answer)}


def _provenance(found: Judged, source: Path) -> dict[str, str]:
    """The file by its name and content, what its scores were taken for, and the versions."""
    with source.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "table": printable(source.name),
        "its SHA-256": digest,
        **{f"scores of {name}": scale for name, scale in found.scales.items()},
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in _PACKAGES},
    }
