"""What a saved model's `config.json` may say: a stranger's file until it is read."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from timm.models import is_model

from facevalue.model.transforms import Preprocessing

Side = Annotated[int, Field(ge=1, le=4096)]  # px
_Share = Annotated[float, Field(ge=0, le=1)]
_Spread = Annotated[float, Field(gt=0, le=10)]
_MOST_BYTES = 2**20


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)


class _Input(_Strict):
    """How a picture becomes the network's input; timm keeps more there, which is of no account."""

    input_size: Annotated[list[int], Field(min_length=3, max_length=3)]
    interpolation: Literal["bilinear", "bicubic", "nearest", "box", "hamming", "lanczos", "random"]
    mean: Annotated[list[_Share], Field(min_length=3, max_length=3)]
    std: Annotated[list[_Spread], Field(min_length=3, max_length=3)]
    crop_pct: Annotated[float, Field(gt=0, le=1)]
    crop_mode: Literal["border", "center", "squash"]


class _Arguments(_Strict):
    """What its constructor is given, and nothing else: what it costs stands in its weights."""

    model_config = ConfigDict(extra="forbid")

    num_classes: Literal[1]
    in_chans: Literal[3] = 3
    global_pool: Annotated[str, Field(max_length=20)] = ""
    img_size: Side | Annotated[list[Side], Field(min_length=2, max_length=2)] | None = None


class Config(_Strict):
    """Of a network with one logit."""

    architecture: Annotated[str, Field(max_length=100)]
    num_classes: Literal[1]
    model_args: _Arguments
    pretrained_cfg: _Input

    @classmethod
    def read(cls, file: Path) -> "Config":
        """Read and check it.

        Raises:
            OSError: it cannot be read.
            ValueError: it is not what it should be; the first line says what.
        """
        if not file.is_file():  # a pipe would keep its reader waiting
            raise FileNotFoundError(f"no {file.name} there")
        with file.open("rb") as stream:
            text = stream.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise ValueError(f"{file.name} has more than {_MOST_BYTES:,} bytes")
        try:
            config = cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"{file.name}: {where}{': ' if where else ''}{first['msg']}") from None
        channels, *sides = config.pretrained_cfg.input_size
        if channels != 3 or not all(16 <= side <= 4096 for side in sides):
            raise ValueError(f"{file.name}: an input of {config.pretrained_cfg.input_size} is none of this pipeline")
        if not is_model(config.architecture):
            raise ValueError(f"{file.name}: timm has no such architecture")
        return config

    @property
    def preprocessing(self) -> Preprocessing:
        """How a picture becomes the network's input."""
        given = self.pretrained_cfg
        channels, height, width = given.input_size
        mean, spread = ((each[0], each[1], each[2]) for each in (given.mean, given.std))
        return Preprocessing(
            (channels, height, width), given.interpolation, mean, spread, given.crop_pct, given.crop_mode
        )
