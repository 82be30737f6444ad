"""The section `crop`."""

from typing import Annotated, Literal

from pydantic import Field

from facevalue.common.params import Number, Probability, Section

Precision = Literal["32-true", "bf16-true"]
MaxSide = Annotated[int, Field(ge=32, le=8192)] | Literal["none"]  # px


class CropParams(Section):
    """How the face is found and cut."""

    KEY = "crop"

    detector: Literal["mtcnn", "retinaface"]
    min_confidence: Probability
    detect_side: Annotated[int, Field(ge=32, le=8192)]  # px, the longer side while searching
    margin: Annotated[Number, Field(ge=0, le=4)]  # fraction of the box's longer side
    keep: Literal["largest", "most_confident"]
    max_side: MaxSide  # a larger face is stored reduced to it
    precision: Precision  # in which RetinaFace computes
