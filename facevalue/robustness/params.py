"""What of the section `evaluate` says how pictures are made worse."""

from typing import Annotated

from pydantic import Field

from facevalue.common.params import Excerpt, Keys, Number


class Perturbations(Keys):
    """The levels of each change that pictures meet on their way, applied one at a time."""

    jpeg: list[Annotated[int, Field(ge=1, le=100)]]  # quality
    blur: list[Annotated[Number, Field(gt=0, le=100)]]  # px: the Gaussian's standard deviation
    resize: list[Annotated[Number, Field(gt=0, lt=1)]]  # factor: down to it and up again
    noise: list[Annotated[Number, Field(gt=0, le=255)]]  # of 255: the Gaussian's standard deviation


class RobustnessParams(Excerpt):
    """On what pictures the methods are scored again."""

    KEY = "evaluate"

    perturbations: Perturbations
    robustness_pictures: Annotated[int, Field(ge=2)]  # of all folds' test pictures, at the most
    robustness_trainings: Annotated[int, Field(ge=1)]  # of each method, the first so many
