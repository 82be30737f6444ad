"""The sections `train`, `train_full` and `train_crop`."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from facevalue.common.methods import TrainedMethod
from facevalue.common.params import Content, Count, Name, Number, Section, Seed

Precision = Literal["32-true", "16-mixed", "bf16-mixed", "16-true", "bf16-true", "64-true", "transformer-engine"]


class TrainParams(Section):
    """How one network is trained."""

    KEY = "train"

    backbone: Name  # any timm name
    pretrained: bool
    image_size: Annotated[int, Field(ge=16, le=4096)]  # px, the side of the network's square input
    epochs: Count
    batch_size: Count  # of all devices together
    learning_rate: Annotated[Number, Field(gt=0)]
    weight_decay: Annotated[Number, Field(ge=0)]
    patience: Count  # epochs without a lower validation loss
    precision: Precision
    seed: Seed
    augment: Literal["none", "light", "strong"]


class _MethodParams(TrainParams):
    """`train` with a method's own keys laid over it; there, null means as in `train`."""

    @classmethod
    def _given(cls, content: Content) -> object:
        shared, own = content.get(TrainParams.KEY), content.get(cls.KEY) or {}
        if not (isinstance(own, Mapping) and isinstance(shared, Mapping)):
            return own
        return {**shared, **{key: value for key, value in own.items() if value is not None}}


class TrainFullParams(_MethodParams):
    """How Method 1's network is trained."""

    KEY = "train_full"


class TrainCropParams(_MethodParams):
    """How Method 2's network is trained."""

    KEY = "train_crop"


METHOD_PARAMS: dict[TrainedMethod, type[TrainParams]] = {"full": TrainFullParams, "crop": TrainCropParams}
