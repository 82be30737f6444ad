"""The report: everything that a run found, on one page that needs nothing but itself."""

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup
from PIL import Image

from facevalue.common.methods import METHODS, NAMES
from facevalue.drawing import charts
from facevalue.reporting import wording

Values = Mapping[str, Any]
Tables = Mapping[str, pd.DataFrame]

LARGEST_PICTURE = 250_000  # bytes, so that the page stays small enough to be mailed
PARTS = {"whole": "whole picture", "face_hidden": "face hidden", "background_hidden": "background hidden"}
PICTURES = ("methods", "errors", "attention", "duplicates")


@dataclass(frozen=True)
class Results:
    """What the stages wrote, unchanged; a part without data is empty, and the page says so.

    `metrics` holds a flat mapping per method; `roc`, `precision_recall`, `reliability` and `confusion` a table each;
    `trainings` has a row per training, with the AUC of each method; `single` the curves of each, `roc` and `pr`.
    `gaps` is `metrics/slices.json`; `external` what was found of each named set; `robustness` one per change;
    `rests` and `interventions` what the answer rests on; `control` what remains of the face's lead beside another
    square; `losses` one per trained method (`step`, `train`, `val`, and `training`, 0 for the mean);
    `unseen_tables` two of unseen kinds, `matrix` and `kinds`; `pictures` JPEG files by name (`PICTURES`);
    `provenance` what made it, hashes and versions.
    """

    metrics: Mapping[str, Values]
    comparison: Values
    videos: Values
    audit: Values
    external: Mapping[str, Values]
    rests: Mapping[str, Values]
    interventions: Values
    parameters: object
    provenance: Mapping[str, str]
    scores: pd.DataFrame = field(default_factory=pd.DataFrame)
    slices: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["by", "value"]))
    gaps: Values = field(default_factory=dict)
    trainings: pd.DataFrame = field(default_factory=pd.DataFrame)
    single: Tables = field(default_factory=dict)
    roc: Tables = field(default_factory=dict)
    precision_recall: Tables = field(default_factory=dict)
    reliability: Tables = field(default_factory=dict)
    confusion: Tables = field(default_factory=dict)
    robustness: Tables = field(default_factory=dict)
    losses: Tables = field(default_factory=dict)
    control: Values = field(default_factory=dict)
    unseen: Values = field(default_factory=dict)
    unseen_tables: Tables = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def render(results: Results) -> str:
    """The page as HTML; the same results give the same bytes. Names of kinds and paths are text, never markup."""
    return _page(
        "report.html",
        results,
        NAMES,
        titles={method: name.capitalize() for method, name in NAMES.items()},
        changes=charts.CHANGES,
        made_worse=made_worse(results),
        single_losses=any((table["training"] > 0).any() for table in results.losses.values()),
        unseen={name: plain(table) for name, table in results.unseen_tables.items()},
        pictures={name: embedded(jpeg) for name, jpeg in results.pictures.items()},
        parameters=flat(results.parameters),
    )


def render_judged(results: Results, names: Mapping[str, str]) -> str:
    """The page of two detectors, by the names that their table has; they are text, never markup.

    Args:
        results: of them under `TRAINED`, whose colours and symbols they have; nothing of networks.
        names: of each, what it is called.
    """
    return _page("judged.html", results, names, titles=names)


def _page(template: str, results: Results, names: Mapping[str, str], **more: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= wording.FILTERS
    return environment.get_template(template).render(
        results=results,
        methods=tuple(names),
        names=names,
        lines=wording.LINES,
        charts=draw(results, names),
        confusion={method: counts(table) for method, table in results.confusion.items() if len(table)},
        slices=by_part(results.slices),
        gaps={column["by"]: column["sentences"] for column in results.gaps.get("columns", ())},
        headline=wording.headline,
        **more,
    )


def draw(results: Results, names: Mapping[str, str] = NAMES) -> dict[str, dict[str, Markup]]:
    """Every chart for which there are data, by section and name; `names` are what the methods are called."""
    parts = {str(by): counted(part) for by, part in results.slices.groupby("by", sort=False)}
    ranked = {name: part.dropna(subset="auc") for name, part in parts.items()}
    kinds = {name: part for name, part in parts.items() if name == "kind"}
    own = {name: part for name, part in parts.items() if name not in wording.SLICES}
    alarms = {name: part.dropna(subset="false_alarms") for name, part in own.items()}
    levels = {name: table.dropna(subset=list(METHODS), how="all") for name, table in results.robustness.items()}
    trainings = results.trainings.dropna() if len(results.trainings) > 1 else results.trainings.head(0)

    def single(name: str) -> list[pd.DataFrame]:
        return [results.single[name]] if name in results.single else []

    return {
        "trainings": _drawn({"all": trainings}, lambda table, _: charts.trainings(table, names)),
        "roc": _drawn({"all": _filled(results.roc)}, lambda tables, _: charts.roc(tables, *single("roc"))),
        "pr": _drawn(
            {"all": _filled(results.precision_recall)}, lambda tables, _: charts.precision_recall(tables, *single("pr"))
        ),
        "reliability": _drawn(results.reliability, charts.reliability),
        "histograms": _drawn(dict.fromkeys(names, results.scores), charts.histogram),
        "slices": _drawn(ranked, lambda part, _: charts.forest(part, "auc", "AUC", chance=0.5)),
        "alarms": _drawn(alarms, lambda part, _: charts.forest(part, "false_alarms", "share of reals called fake")),
        "called": _drawn(kinds, lambda part, _: charts.forest(part, "accuracy", "share called right")),
        "robustness": _drawn(levels, charts.robustness),
        "unseen": _drawn(unseen_parts(results.unseen_tables), lambda part, _: charts.forest(part, "auc", "AUC", 0.5)),
        "rests": _drawn(
            {"all": hidden(results.rests)}, lambda parts, _: charts.forest(parts, "auc", "AUC", chance=0.5)
        ),
        "losses": _drawn(results.losses, charts.losses),
    }


def made_worse(results: Results) -> dict[str, tuple[int, int]]:
    """How many `pictures` and `trainings` robustness is of, and how many there are; what it is all of is not there."""
    found = {}
    for noun in ("pictures", "trainings"):
        used = max((int(table[noun].max()) for table in results.robustness.values() if len(table)), default=0)
        there = int(results.metrics["full"][noun])
        if 0 < used < there:
            found[noun] = (used, there)
    return found


def hidden(rests: Mapping[str, Values]) -> pd.DataFrame:
    """The AUC of Method 1 on whole pictures and on their parts, as slices; without a line where it is not defined."""
    lines = [
        {
            "value": words,
            "count": "",
            "method": "full",
            **{f"auc{end}": rests.get(part, {}).get(f"auc{end}") for end in ("", "_low", "_high")},
        }
        for part, words in PARTS.items()
    ]
    return pd.DataFrame(lines).dropna(subset="auc")


def _drawn(data: Mapping[str, Any], chart: Callable[[Any, str], str]) -> dict[str, Markup]:
    """The charts of what is not empty; Vega has escaped their text."""
    return {name: Markup(chart(given, name)) for name, given in data.items() if len(given)}


def _filled(tables: Tables) -> Tables:
    return {method: table for method, table in tables.items() if len(table)}


def counted(part: pd.DataFrame) -> pd.DataFrame:
    """The same slices with their pictures in words."""
    words = [_words(fakes, reals) for fakes, reals in zip(part["fakes"], part["reals"], strict=True)]
    return part.assign(count=words)


def _words(fakes: int, reals: int) -> str:
    return ", ".join(f"{number:,} {label}" for number, label in ((fakes, "fake"), (reals, "real")) if number)


def by_part(slices: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """For `kind`, `face size`, `confidence` and own columns: a line per slice with its counts, a mapping per method."""
    found: dict[str, list[dict[str, Any]]] = {}
    for (by, value), lines in slices.groupby(["by", "value"], sort=False):
        first = lines.iloc[0]
        shared = {"value": value, "reals": int(first["reals"]), "fakes": int(first["fakes"])}
        found.setdefault(str(by), []).append({**shared, **{line["method"]: line for line in plain(lines)}})
    return found


def plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The lines of a table; what is empty is None."""
    return table.astype(object).where(table.notna(), None).to_dict("records")  # type: ignore[return-value]  # its names


def unseen_parts(tables: Tables) -> dict[str, pd.DataFrame]:
    """For a forest plot, the AUC of every kind by networks that had not seen it, `unseen`, and that had, `seen`."""
    kinds = tables.get("kinds", pd.DataFrame())
    parts = {}
    for name, prefix in (("unseen", ""), ("seen", "seen_")) if len(kinds) else ():
        lines = [
            pd.DataFrame(
                {
                    "value": kinds["kind"],
                    "count": [_words(*pair) for pair in zip(kinds["fakes"], kinds["reals"], strict=True)],
                    "method": method,
                    **{f"auc{end}": kinds[f"{prefix}{method}{end}"] for end in ("", "_low", "_high")},
                }
            )
            for method in METHODS
        ]
        parts[name] = pd.concat(lines, ignore_index=True).dropna(subset="auc")
    return parts


def counts(confusion: pd.DataFrame) -> dict[str, dict[str, int]]:
    """How many pictures of each label (outer key) were called what (inner key)."""
    pairs = list(zip(confusion["actual"], confusion["predicted"], strict=True))
    labels = ("real", "fake")
    return {actual: {called: pairs.count((actual, called)) for called in labels} for actual in labels}


def embedded(jpeg: bytes) -> dict[str, Any]:
    """A JPEG as data URI (`source`) with its size in pixels; one above `LARGEST_PICTURE` is reduced until it fits."""
    picture: Image.Image = Image.open(io.BytesIO(jpeg))
    while len(jpeg) > LARGEST_PICTURE:
        picture = picture.resize((max(1, picture.width * 4 // 5), max(1, picture.height * 4 // 5)))
        buffer = io.BytesIO()
        picture.save(buffer, format="JPEG", quality=82)
        jpeg = buffer.getvalue()
    source = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
    return {"source": source, "width": picture.width, "height": picture.height}


def flat(parameters: object, key: str = "") -> list[tuple[str, str]]:
    """Nested parameters as lines of a dotted key and its value in words."""
    if not isinstance(parameters, Mapping):
        return [(key, wording.value(parameters))]
    inner = [(f"{key}.{name}" if key else str(name), value) for name, value in parameters.items()]
    return [line for name, value in inner for line in flat(value, name)]
