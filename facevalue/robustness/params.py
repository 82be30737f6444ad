"""What of the section `evaluate` says how pictures are made worse."""

from typing import Annotated

from pydantic import Field

from facevalue.common.params import Excerpt, Keys, Number

_LEVELS = Field(max_length=20)


class Perturbations(Keys):
    """The levels of each change that pictures meet on their way, applied one at a time."""

    jpeg: Annotated[list[Annotated[int, Field(ge=1, le=100)]], _LEVELS]  # quality
    blur: Annotated[list[Annotated[Number, Field(gt=0, le=100)]], _LEVELS]  # px: the Gaussian's standard deviation
    resize: Annotated[list[Annotated[Number, Field(gt=0, lt=1)]], _LEVELS]  # factor: down to it and up again
    noise: Annotated[list[Annotated[Number, Field(gt=0, le=255)]], _LEVELS]  # of 255: the Gaussian's standard deviation
    chain: Annotated[list[Annotated[int, Field(ge=1, le=3)]], _LEVELS]  # strength of being shared twice


class RobustnessParams(Excerpt):
    """On what pictures the methods are scored again."""

    KEY = "evaluate"

    perturbations: Perturbations
    robustness_pictures: Annotated[int, Field(ge=2, le=1_000_000)]  # of all folds' test pictures, at the most
    robustness_trainings: Annotated[int, Field(ge=1, le=4_950)]  # of each method, the first so many
