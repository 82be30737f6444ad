"""The whole of `params.yaml`: every package's section, no unknown key, and networks that there are."""

import re
from importlib.util import find_spec
from pathlib import Path

from facevalue.common import engine, params
from facevalue.common.errors import ParameterError
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED
from facevalue.control.params import ControlParams
from facevalue.cropping.params import CropParams
from facevalue.evaluating.params import EvaluateParams
from facevalue.external.params import ExternalParams
from facevalue.robustness.params import RobustnessParams
from facevalue.sampling.params import DataParams, SampleParams
from facevalue.sources.params import SourceParams
from facevalue.splitting.params import SplitParams
from facevalue.training.params import EMBEDDED, METHOD_PARAMS, TrainParams

SECTIONS: tuple[type[params.Section], ...] = (
    SourceParams,
    SampleParams,
    DataParams,
    CropParams,
    SplitParams,
    TrainParams,
    *METHOD_PARAMS.values(),
    ControlParams,
    EvaluateParams,
    RobustnessParams,
    ExternalParams,
    MachineParams,
)

_REGISTERED = re.compile(r"@register_model\s+def (\w+)\(")


def check(path: Path) -> None:
    """Check a parameter file from end to end, so that a mistake for a late stage stops the run before the first.

    Raises:
        ParameterError: a key, type or value is wrong, timm has no such backbone, or the engine is not installed; the
            text names the first.
    """
    content = params.read(path)
    params.check(content, SECTIONS, path.name)
    engine.check(MachineParams.parse(content, path.name), path.name)
    shared = TrainParams.parse(content, path.name)
    check_backbone(shared)
    of_methods = {method: METHOD_PARAMS[method].parse(content, path.name) for method in TRAINED}
    _check_face_side(CropParams.parse(content, path.name), of_methods["crop"], path.name)
    for train in of_methods.values():
        if (train.backbone, train.pretrained) != (shared.backbone, shared.pretrained):
            check_backbone(train)


def check_backbone(train: TrainParams) -> None:
    """Refuse a backbone that timm does not have; the message names its section.

    A plain name is looked up in timm's source, which takes milliseconds; for the rest, a name that is not there, has
    a tag, or wants weights that are in no wheel, timm itself is asked, whose import takes seconds.

    Raises:
        ParameterError: there is none of that name, or no weights for it where they are wanted.
    """
    if train.backbone in (EMBEDDED if train.pretrained else architectures()):
        return
    from facevalue.training import backbone

    backbone.check_backbone(train.backbone, train.pretrained, train.KEY)


def _check_face_side(crop: CropParams, train: TrainParams, file: str) -> None:
    if crop.max_side != "none" and crop.max_side < train.image_size:
        raise ParameterError(
            f"{file}: crop.max_side is {crop.max_side}, and the face's network takes {train.image_size} px "
            f"(train.image_size, or train_crop's own); faces would be reduced and then enlarged. Set crop.max_side to "
            f"{train.image_size} or more, or to none."
        )


def architectures() -> set[str]:
    """The names under which timm registers its networks, read from its source."""
    timm = find_spec("timm")
    assert timm is not None
    assert timm.origin is not None
    modules = (Path(timm.origin).parent / "models").glob("*.py")
    return {name for module in modules for name in _REGISTERED.findall(module.read_text(encoding="utf-8"))}
