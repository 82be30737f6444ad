"""A model card in Hugging Face's form: what the networks are, what they are worth, and where nobody has tried them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

from facevalue.common.methods import TrainedMethod
from facevalue.common.words import printable, shortened
from facevalue.cropping.params import CropParams
from facevalue.exporting.results import Results, Values
from facevalue.predicting import record
from facevalue.reporting import wording
from facevalue.sampling.params import SampleParams
from facevalue.sources.params import SourceParams
from facevalue.training.params import METHOD_PARAMS

NAME = "README.md"
_TASK = "image-classification"
_SHOWN = 20  # kinds
_LONGEST = 80  # characters of a kind or a name
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~$&!@]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
_METRICS = {"auc": ("roc_auc", "AUC"), "accuracy": ("accuracy", "Accuracy"), "recall_fake": ("recall", "Fakes found")}
"""Of a measure, what the hub calls it, and its name."""


@dataclass(frozen=True)
class About:
    """What is known of an export besides results.

    Attributes:
        method: what its networks look at.
        networks: the folder of each, of those of one repeat after the other.
        architectures: timm's names.
        size: height and width of the input, px.
        interpolation: how a picture is resized.
        fill: the colour beside it.
        opset: of ONNX.
        ports: what `model.onnx` takes and gives.
        difference: of the logits that ONNX Runtime and torch give, at the most.
        tried: on which pictures.
        compared: whether the recorded scores of single pictures are those that these networks give.
    """

    method: TrainedMethod
    networks: Sequence[str]
    architectures: Sequence[str]
    size: tuple[int, int]
    interpolation: str
    fill: str
    opset: int
    ports: tuple[str, str]
    difference: float
    tried: str
    compared: bool


def render(about: About, results: Results) -> str:
    """The card; the same results give the same text. Names of kinds and sources are text, never markup."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # no HTML: `finalize` escapes for Markdown
        finalize=as_text,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template("card.md").render(**_facts(about, results))
    return re.sub(r"\n{3,}", "\n\n", text)


def as_text(value: object) -> object:
    """A value as text without a meaning in Markdown or HTML, in one line; ours is left as it is."""
    if isinstance(value, Markup | int | float):
        return value
    return _MARKUP.sub(r"\\\g<0>", printable(str(value)))


def _facts(about: About, results: Results) -> dict[str, Any]:
    given = results.parameters
    recode = SampleParams.parse(given).recode if given else "none"
    auc_of = results.trainings if len(results.trainings) == len(about.networks) else []
    average = _average(about.method, results)
    names = [f"`{name}`" for name in dict.fromkeys(about.architectures)]
    return {
        "front": Markup(_front(about, results)),
        "method": about.method,
        "networks": [
            {"place": Markup(name), "auc": wording.number(auc)}
            for name, auc in zip(about.networks, auc_of or [None] * len(about.networks), strict=True)
        ],
        "single": bool(auc_of),
        "architectures": Markup(", ".join(names)),
        "crop": CropParams.parse(given) if given else None,
        "recode": recode if recode != "none" else None,
        "interpolation": about.interpolation,
        "height": about.size[0],
        "width": about.size[1],
        "fill": Markup(f"`{about.fill}`"),
        "kinds": [{**row, "kind": shortened(str(row["kind"]), _LONGEST)} for row in results.kinds.to_dict("records")],
        "most": _SHOWN,
        "source": _source(given),
        "audit": results.audit.get("sentence", "").removesuffix("."),
        "lines": _lines(results.metrics),
        "pictures": wording.count(results.metrics.get("pictures")),
        "trainings": int(results.metrics.get("trainings", 1)),
        "compared": about.compared,
        "average": average,
        "verdict": results.comparison.get("verdict", {}).get("sentence", ""),
        "untested": _untested(about.method, results),
        "opset": about.opset,
        "pixels": Markup(about.ports[0]),
        "logit": Markup(about.ports[1]),
        "difference": f"{about.difference:.1e}",
        "tried": about.tried,
        "pretrained": bool(given) and METHOD_PARAMS[about.method].parse(given).pretrained,
    }


def _front(about: About, results: Results) -> str:
    """The YAML before the text."""
    tags = [_TASK, "timm", "onnx", "deepfake-detection", "facevalue", f"facevalue-{about.method}"]
    front: dict[str, Any] = {
        "license": "mit",
        "library_name": "timm",
        "pipeline_tag": _TASK,
        "tags": tags,
    }
    if found := _measured(about, results):
        front["metrics"] = sorted({each["type"] for each in found})
        dataset = {
            "type": "private",
            "name": shortened(printable(_source(results.parameters)), _LONGEST),
            "split": "test",
        }
        entry = {"task": {"type": _TASK, "name": "Deepfake detection"}, "dataset": dataset, "metrics": found}
        front["model-index"] = [{"name": f"facevalue-{about.method}", "results": [entry]}]
    return yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=10_000).strip()


def _measured(about: About, results: Results) -> list[dict[str, Any]]:
    """What the hub shows: of the mean of all networks, and of each of them on the average."""
    found = []
    if average := results.comparison.get("averaged"):
        estimate = average[about.method]
        name = f"AUC of all networks together{_ends(estimate['interval'])}"
        found.append({"type": "roc_auc", "name": name, "value": estimate["auc"]})
    for key, (kind, name) in _METRICS.items():
        value = results.metrics.get(key)
        if value is not None:
            single = ", mean of single networks" if results.metrics.get("trainings", 1) > 1 else ""
            interval = _ends([results.metrics.get(f"{key}_{end}") for end in ("low", "high")])
            found.append({"type": kind, "name": f"{name}{single}{interval}", "value": value})
    return found


def _ends(interval: Sequence[float | None] | None) -> str:
    if not interval or None in interval:
        return ""
    low, high = interval
    return f" (95 % interval {low:.3f} to {high:.3f})"


def _average(method: TrainedMethod, results: Results) -> dict[str, str] | None:
    averaged = results.comparison.get("averaged")
    if not averaged:
        return None
    estimate = averaged[method]
    ends = map(wording.number, estimate["interval"] or (None, None))
    return {"auc": wording.number(estimate["auc"]), "interval": _between(*ends) or "interval not known"}


def _lines(metrics: Values) -> list[dict[str, str]]:
    """Of each measure that is known its name, value, interval, and what it says."""
    return [
        {
            "name": line.name,
            "value": _formed(line, metrics[line.key]),
            "interval": _between(*(_formed(line, metrics.get(f"{line.key}_{end}")) for end in ("low", "high"))),
            "says": line.says,
        }
        for line in wording.LINES
        if metrics.get(line.key) is not None
    ]


def _formed(line: wording.Line, value: float | None) -> str:
    return str(wording.FILTERS["count_words" if line.form == "count" else line.form](value))


def _between(low: str, high: str) -> str:
    return "" if wording.ABSENT in (low, high) else f"{low} to {high}"


def _source(given: Values) -> str:
    """What the pictures' source is called."""
    return shortened(record.called(SourceParams.parse(given).source), _LONGEST) if given else "an unknown source"


def _untested(method: TrainedMethod, results: Results) -> list[str]:
    """A sentence each; of what was tested, what came out."""
    said = []
    fakes = [
        shortened(str(kind), _LONGEST) for label, kind in results.kinds[["label", "kind"]].to_numpy() if label == "fake"
    ]
    if _source(results.parameters) == record.DRAWN:
        said.append(
            "Photographs. These pictures show people that a program has drawn, and a score says nothing of others."
        )
    if fakes:
        more = f" and {len(fakes) - _SHOWN} more" if fakes[_SHOWN:] else ""
        said.append(f"Fakes of other kinds than {', '.join(fakes[:_SHOWN])}{more}. {_unseen(results)}".strip())
    said += [
        f"Of pictures from elsewhere, {name}: {each.get('sentence', '')}" for name, each in results.external.items()
    ]
    if not results.external:
        said.append("Pictures from any other source than its training pictures.")
    if not results.videos.get("videos"):
        said.append("Videos.")
    if not results.slices.get("columns"):
        said.append(
            "People of one kind against those of another (age, skin tone, sex): whom it wrongs more often is not known."
        )
    if method == "crop":
        said.append("Pictures without a face, and faces that were cut out in another way.")
    return said


def _unseen(results: Results) -> str:
    tested = results.unseen.get("verdict") or results.unseen.get("kinds")
    return f"On kinds that were left out of training: {results.unseen['sentence']}" if tested else ""
