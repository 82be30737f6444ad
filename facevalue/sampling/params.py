"""The sections `sample` and `data`."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from facevalue.common.params import Count, Keys, Section, Seed


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("even (half real, half fake)")
    return value


class Recode(Keys):
    """One JPEG encoding for the pictures of both classes."""

    quality: Annotated[int, Field(ge=1, le=100)]
    max_side: Annotated[int, Field(ge=32, le=8192)]  # px; a larger picture is reduced to it


class SampleParams(Section):
    """Which pictures are drawn from the source."""

    KEY = "sample"

    size: Annotated[int, Field(ge=2, le=1_000_000_000), AfterValidator(_even)] | Literal["all"]  # pictures, or videos
    frames_per_video: Count
    seed: Seed
    recode: Recode | Literal["none"]


class DataParams(Section):
    """How what stages write lies on the disk."""

    KEY = "data"

    shards: Annotated[int, Field(ge=0, le=100_000)]  # tars that hold the sample, and the crops; 0: a file per picture
