from collections.abc import Callable

import pytest
import timm
import torch
from torch import nn

from facevalue.model.together import Together


def network(seed: int, classifier: int | None = None) -> nn.Module:
    """Drawn from a seed, its classifier from another."""
    torch.manual_seed(seed)
    made: nn.Module = timm.create_model("test_resnet", num_classes=1)
    if classifier is not None:
        torch.manual_seed(classifier)
        made.get_classifier().reset_parameters()  # type: ignore[operator]
    return made.eval()


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pictures each pass through a network's body had."""
    passes: list[int] = []
    kind = type(network(0))
    forward: Callable[..., torch.Tensor] = getattr(kind, "forward_features")  # noqa: B009

    def counted(self: nn.Module, inputs: torch.Tensor) -> torch.Tensor:
        passes.append(len(inputs))
        return forward(self, inputs)

    monkeypatch.setattr(kind, "forward_features", counted)
    return passes


@torch.inference_mode()
def test_each_column_is_what_its_network_says(looked: list[int]) -> None:
    networks = [network(0, 1), network(2), network(0, 3), network(0, 1), network(4)]
    inputs = torch.randn(3, 3, 32, 32)
    alone = torch.cat([each(inputs) for each in networks], dim=1)
    looked.clear()
    together = Together(networks)(inputs)
    assert torch.equal(together, alone)
    assert looked == [3, 3, 3]  # three of the five are one but for the classifier
    assert torch.equal(together[:, 0], together[:, 3])
    assert len({float(value) for value in together[0]}) == 4


@torch.inference_mode()
def test_one_weight_apart_is_another_network(looked: list[int]) -> None:
    networks = [network(0), network(0)]
    next(networks[1].parameters()).view(-1)[0] += 1
    looked.clear()
    Together(networks)(torch.randn(1, 3, 32, 32))
    assert looked == [1, 1]


@torch.inference_mode()
def test_a_buffer_apart_is_another_network(looked: list[int]) -> None:
    networks = [network(0), network(0)]
    dict(networks[1].named_buffers())["bn1.running_mean"][0] += 1
    looked.clear()
    Together(networks)(torch.randn(1, 3, 32, 32))
    assert looked == [1, 1]


@torch.inference_mode()
def test_other_kinds_of_networks_go_side_by_side() -> None:
    networks = [network(0), timm.create_model("test_vit", num_classes=1, img_size=32).eval()]
    inputs = torch.randn(2, 3, 32, 32)
    assert torch.equal(Together(networks)(inputs), torch.cat([each(inputs) for each in networks], dim=1))
