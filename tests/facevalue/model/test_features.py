from typing import Any

import pytest
import timm
import torch
from torch import Tensor, nn

from facevalue.model.features import inside, layer_of
from facevalue.model.together import Together

SIZE = (3, 32, 32)


def network(name: str, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    made: nn.Module = timm.create_model(name, num_classes=1)
    return made.eval()


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("test_resnet", 3),
        ("test_efficientnet", 3),
        ("test_convnext", 2),
        ("tf_efficientnet_lite0", 3),
        ("resnet10t", 3),
    ],
)
@torch.inference_mode()
def test_a_layer_is_three_quarters_of_the_way_and_the_logits_stay_what_they_are(name: str, layer: int) -> None:
    made = network(name)
    assert layer_of(made, SIZE) == layer
    inputs = torch.randn(3, *SIZE)
    final, features = inside(made, inputs, layer)
    assert torch.equal(made.forward_head(final), made(inputs))  # type: ignore[operator]
    channels = made.forward_intermediates(inputs)[1][layer]  # type: ignore[operator]
    width = channels.shape[1]
    assert features.shape == (3, 2 * width)
    torch.testing.assert_close(features[:, 0], channels[:, 0].mean((1, 2)))
    torch.testing.assert_close(features[:, width], channels[:, 0].flatten(1).std(1, correction=0))


@torch.inference_mode()
def test_a_transformers_layers_are_its_blocks() -> None:
    made: nn.Module = timm.create_model("test_vit", num_classes=1, img_size=64).eval()
    layer = layer_of(made, (3, 64, 64))
    assert layer is not None
    assert layer == round(0.75 * (len(made.blocks) - 1))  # type: ignore[arg-type]
    inputs = torch.randn(2, 3, 64, 64)
    assert torch.equal(made.forward_head(inside(made, inputs, layer)[0]), made(inputs))  # type: ignore[operator]


@torch.inference_mode()
def test_together_networks_say_and_see_what_each_does() -> None:
    networks = [network("test_resnet"), network("test_resnet", 1), network("test_resnet")]
    torch.manual_seed(2)
    networks[2].get_classifier().reset_parameters()  # type: ignore[operator]  # like the first but for that
    inputs = torch.randn(3, *SIZE)
    logits, seen = Together(networks).look(inputs, 3)
    assert torch.equal(logits, torch.cat([each(inputs) for each in networks], dim=1))
    assert all(torch.equal(features, inside(each, inputs, 3)[1]) for features, each in zip(seen, networks, strict=True))
    assert seen[0] is seen[2]


class Doubled(nn.Module):
    """A network that makes something of its logits."""

    def __init__(self, made: nn.Module) -> None:
        super().__init__()
        self.made = made

    def __getattr__(self, name: str) -> Any:
        return super().__getattr__(name) if name == "made" else getattr(self.made, name)

    def forward(self, inputs: Tensor) -> Tensor:
        return 2 * self.made(inputs)  # type: ignore[no-any-return]


@pytest.mark.parametrize("made", [nn.Linear(3, 1), Doubled(network("test_resnet")).eval()])
def test_a_network_that_shows_nothing_or_does_more_after_it_has_no_layer(made: nn.Module) -> None:
    assert layer_of(made, SIZE) is None
