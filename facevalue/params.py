"""The knobs of the pipeline: `params.yaml`, checked and frozen.

One class per section. Reading never touches anything but the file; whether a picture or a network of
that name exists is for the stage that needs it to say.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from facevalue.errors import ParameterError
from facevalue.mistakes import explain

Method = Literal["full", "crop"]
METHODS: tuple[Method, ...] = get_args(Method)
# `facevalue.layouts.NAMES`, spelled out, so that reading parameters loads no reader
Layout = Literal["auto", "csv", "ff++", "celeb-df", "dfdc", "ciplab", "dffd", "splits", "folders"]


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


class Section(BaseModel):
    """A frozen section of a parameter file that knows its keys and refuses others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Recode(Section):
    """One JPEG encoding for the pictures of both classes."""

    quality: Annotated[int, Field(ge=1, le=100)]
    max_side: Annotated[int, Field(ge=32, le=8192)]  # px; a larger picture is reduced to it


class SampleParams(Section):
    """Which pictures are drawn from the source."""

    size: Annotated[int, Field(ge=2), AfterValidator(_even)] | Literal["all"]  # pictures, or videos
    frames_per_video: Count
    seed: Seed
    recode: Recode | Literal["none"]


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
    test: Fraction  # of no account where there are folds
    folds: Annotated[int, Field(ge=1, le=50)]  # from 2 on, every picture is tested once
    official: Literal["auto"] | bool  # whether the dataset's own split is used; auto: where there is one
    seed: Seed

    @property
    def tested(self) -> float:
        """The fraction of the pictures in one test part."""
        return self.test if self.folds == 1 else 1 / self.folds


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


class Perturbations(Section):
    """The levels of each change that pictures meet on their way, applied one at a time."""

    jpeg: list[Annotated[int, Field(ge=1, le=100)]]  # quality
    blur: list[Annotated[Number, Field(gt=0, le=100)]]  # px: the Gaussian's standard deviation
    resize: list[Annotated[Number, Field(gt=0, lt=1)]]  # factor: down to it and up again
    noise: list[Annotated[Number, Field(gt=0, le=255)]]  # of 255: the Gaussian's standard deviation


class EvaluateParams(Section):
    """How the two methods are compared."""

    threshold: Probability | Literal["val"]  # a picture is called fake from this probability on
    perturbations: Perturbations
    external: Name  # a folder or a CSV


class Params(Section):
    """The whole of `params.yaml`."""

    source: Name  # a folder or a CSV
    layout: Layout
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
        raise ParameterError(f"{name}: {explain(error, Params)}") from None
    if params.split.val + params.split.tested >= 1:
        tested = "split.test" if params.split.folds == 1 else f"1 / {params.split.folds} (split.folds)"
        raise ParameterError(
            f"{name}: split.val + {tested} is {params.split.val + params.split.tested:g}; "
            "it must be below 1, the rest is for training."
        )
    if params.split.folds > 1 and params.split.official is True:
        raise ParameterError(
            f"{name}: split.official is true, and split.folds is {params.split.folds}; a dataset's own split is one "
            "split. Set split.folds to 1, or split.official to false."
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
