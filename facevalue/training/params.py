"""The sections `train`, `train_full` and `train_crop`."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from facevalue.common.methods import TrainedMethod
from facevalue.common.params import Content, Count, Name, Number, Section, Seed

EMBEDDED = ("tf_efficientnet_lite0",)
"""Backbones whose pretrained weights are installed with the requirements."""

MATCH_FACE = "match_face"
LARGEST_SIDE = 2048

Side = Annotated[int, Field(ge=16, le=LARGEST_SIDE)]
Precision = Literal["32-true", "16-mixed", "bf16-mixed", "16-true", "bf16-true", "64-true", "transformer-engine"]


class TrainParams(Section):
    """How one network is trained."""

    KEY = "train"

    backbone: Name  # any timm name
    pretrained: bool
    tune: Literal["all", "head"]  # whether all weights are learnt, or only the classifier on fixed features
    image_size: Side  # px, of the network's square input
    epochs: Count
    batch_size: Annotated[int, Field(ge=1, le=65_536)]  # of all devices together
    learning_rate: Annotated[Number, Field(gt=0, le=10)]
    weight_decay: Annotated[Number, Field(ge=0, le=100)]
    patience: Count  # epochs without a lower validation loss
    precision: Precision
    seed: Seed
    augment: Literal["none", "light", "strong"]

    @model_validator(mode="after")
    def _features_that_tell(self) -> Self:
        if self.tune == "head" and not self.pretrained:
            raise ValueError(
                f"{self.KEY}.tune is head, and {self.KEY}.pretrained is false; a network that has learnt nothing has "
                f"no features to go by. Set {self.KEY}.pretrained to true, or {self.KEY}.tune to all"
            )
        return self


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

    # match_face: such that the median face has as many pixels as in Method 2; `split` finds it
    image_size: Side | Literal["match_face"]  # type: ignore[assignment]  # a number by the time that it is trained


class TrainCropParams(_MethodParams):
    """How Method 2's network is trained."""

    KEY = "train_crop"


METHOD_PARAMS: dict[TrainedMethod, type[TrainParams]] = {"full": TrainFullParams, "crop": TrainCropParams}
