"""The knobs of the pipeline: `params.yaml`, checked and frozen.

One class per section. Reading never touches anything but the file; whether a picture or a network of
that name exists is for the stage that needs it to say.
"""

import difflib
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from facevalue.errors import ParameterError

Method = Literal["full", "crop"]
METHODS: tuple[Method, ...] = get_args(Method)


def _number(value: object) -> object:
    """YAML 1.1 reads `1e-3` as text, and so does what DVC writes back (`1e-05`)."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("even (half real, half fake)")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("the path of a folder or a CSV, or a name")
    return value


Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Fraction = Annotated[Number, Field(gt=0, lt=1)]
Probability = Annotated[Number, Field(ge=0, le=1)]
Name = Annotated[str, AfterValidator(_not_blank)]
Precision = Literal["32-true", "16-mixed", "bf16-mixed", "16-true", "bf16-true", "64-true", "transformer-engine"]


_PLAIN_WORDS = {
    "greater than or equal to": "at least",
    "less than or equal to": "at most",
    "greater than": "above",
    "less than": "below",
    "valid integer": "whole number",
    "valid boolean": "true or false",
    "a true or false": "true or false",
    "valid ": "",
}


class Section(BaseModel):
    """A frozen section of a parameter file that knows its keys and refuses others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SampleParams(Section):
    """Which pictures are drawn from the source."""

    size: Annotated[int, Field(ge=2), AfterValidator(_even)] | Literal["all"]
    seed: Seed


class CropParams(Section):
    """How the face is found and cut."""

    detector: Literal["mtcnn", "retinaface"]
    min_confidence: Probability
    detect_side: Annotated[int, Field(ge=32, le=8192)]  # px, the longer side while searching
    margin: Annotated[Number, Field(ge=0, le=4)]  # fraction of the box's longer side
    keep: Literal["largest", "most_confident"]


class SplitParams(Section):
    """Which share of the pictures validates and which tests."""

    val: Fraction
    test: Fraction
    seed: Seed


class TrainParams(Section):
    """How one network is trained."""

    backbone: Name  # any timm name
    pretrained: bool
    image_size: Annotated[int, Field(ge=16, le=4096)]  # px, the side of the network's square input
    epochs: Count
    batch_size: Count
    learning_rate: Annotated[Number, Field(gt=0)]
    weight_decay: Annotated[Number, Field(ge=0)]
    patience: Count  # epochs without a lower validation loss
    precision: Precision
    accelerator: Literal["auto", "cpu", "gpu", "cuda", "mps", "tpu"]
    devices: Literal["auto"] | int | list[int]
    workers: Annotated[int, Field(ge=0)]
    seed: Seed
    augment: Literal["none", "light", "strong"]


class EvaluateParams(Section):
    """How the two methods are compared."""

    threshold: Probability  # a picture is called fake from this probability on


class Params(Section):
    """The whole of `params.yaml`."""

    source: Name  # a folder or a CSV
    sample: SampleParams
    crop: CropParams
    split: SplitParams
    train: TrainParams
    train_full: TrainParams  # `train` with the method's own keys laid over it
    train_crop: TrainParams
    evaluate: EvaluateParams

    def train_for(self, method: Method) -> TrainParams:
        """The method's own training parameters."""
        return {"full": self.train_full, "crop": self.train_crop}[method]


def load(path: Path) -> Params:
    """Read and check a parameter file.

    Raises:
        ParameterError: the file is missing, is not YAML, or a key, type or value in it is wrong.
    """
    return parse(read_yaml(path), path.name)


def parse(content: object, name: str = "params.yaml") -> Params:
    """Check what was read; `name` is how messages call the file.

    Raises:
        ParameterError: a key, type or value is wrong; the text names the first.
    """
    if not isinstance(content, Mapping):
        raise ParameterError(f"{name}: it must hold sections such as `sample:`; found {type(content).__name__}.")
    try:
        params = Params.model_validate(_overridden({str(key): value for key, value in content.items()}))
    except ValidationError as error:
        raise ParameterError(_explain(error, name)) from None
    if params.split.val + params.split.test >= 1:
        raise ParameterError(
            f"{name}: split.val + split.test is {params.split.val + params.split.test:g}; "
            "it must be below 1, the rest is for training."
        )
    return params


def read_yaml(path: Path) -> object:
    """The content of a YAML file.

    Raises:
        ParameterError: there is no such file or it is not YAML; the text gives the line.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ParameterError(f"{path}: no such file; run from the project's root.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not text in UTF-8"
        raise ParameterError(f"{path.name}{where}: not valid YAML ({problem}).") from None


def _overridden(content: dict[str, Any]) -> dict[str, Any]:
    """`train` laid under the keys of `train_full` and `train_crop`; there, null means as in `train`."""
    train = content.get("train")
    for section in (f"train_{method}" for method in METHODS):
        own = content.get(section) or {}
        if isinstance(own, Mapping) and isinstance(train, Mapping):
            own = {**train, **{key: value for key, value in own.items() if value is not None}}
        content = content | {section: own}
    return content


def _explain(error: ValidationError, name: str) -> str:
    details = error.errors(include_url=False)
    first = details[0]
    if first["type"] == "extra_forbidden":
        return f"{name}: {_unknown([str(part) for part in first['loc']])}"
    if first["type"] == "missing":
        return f"{name}: {_key(first)} is missing."
    rules = dict.fromkeys(_rule(detail) for detail in details if _key(detail) == _key(first))
    return f"{name}: {_key(first)} is {_shown(first['input'])}; it must be {' or '.join(rules)}."


def _key(detail: ErrorDetails) -> str:
    """`sample.size` for every branch of a union on that key."""
    section, *rest = (str(part) for part in detail["loc"])
    return ".".join([section, *rest[:1]])


def _unknown(path: list[str]) -> str:
    *parents, key = path
    known = Params.model_fields
    if parents:
        section = known[parents[0]].annotation
        assert isinstance(section, type)
        assert issubclass(section, BaseModel)
        known = section.model_fields
    closest = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f"Closest: {closest[0]!r}." if closest else f"Known: {', '.join(known)}."
    return f"{'.'.join(path)} is not a parameter. {hint}"


def _shown(value: object) -> str:
    """As YAML writes it, so that `null` and `true` look as they do in the file."""
    return repr(value) if isinstance(value, str) else yaml.safe_dump(value, default_flow_style=True).split("\n")[0]


def _rule(detail: ErrorDetails) -> str:
    if detail["type"] == "literal_error":
        return str(detail["ctx"]["expected"])
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    if detail["type"] in ("model_type", "model_attributes_type"):
        return "a section of keys"
    rule = detail["msg"].removeprefix("Input should be ")
    return functools.reduce(lambda text, words: text.replace(*words), _PLAIN_WORDS.items(), rule)
