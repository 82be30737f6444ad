import pytest
import timm
import torch
from torch import nn

from facevalue.model.folded import folded


def trained(name: str) -> nn.Module:
    """A network whose norms are those of no untrained one, so that folding them wrongly shows."""
    torch.manual_seed(0)
    network: nn.Module = timm.create_model(name, num_classes=1)
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.normal_(0, 0.1)  # type: ignore[union-attr]
            part.running_var.uniform_(0.5, 1.5)  # type: ignore[union-attr]
            nn.init.uniform_(part.weight, 0.5, 1.5)
    return network.eval()


def norms(network: nn.Module) -> int:
    return sum(isinstance(part, nn.BatchNorm2d) for part in network.modules())


@pytest.mark.parametrize("name", ["test_resnet", "test_efficientnet", "test_byobnet", "mobilenetv3_small_050"])
@torch.inference_mode()
def test_no_norm_is_left_and_the_logits_stay(name: str) -> None:
    network = trained(name)
    assert norms(network) > 0
    inputs = torch.randn(4, 3, 64, 64)
    before, weights = network(inputs), {key: value.clone() for key, value in network.state_dict().items()}
    quick = folded(network, (3, 64, 64))
    assert norms(quick) == 0
    torch.testing.assert_close(quick(inputs), before, rtol=1e-4, atol=1e-5)
    assert torch.equal(network(inputs), before)  # what is folded is a copy
    assert all(torch.equal(value, weights[key]) for key, value in network.state_dict().items())


@torch.inference_mode()
def test_a_norm_that_follows_another_layer_than_it_seems_is_left_alone() -> None:
    class Turned(nn.Module):
        """Its norm stands behind the convolution, and is used before it."""

        def __init__(self) -> None:
            super().__init__()
            self.convolution, self.norm = nn.Conv2d(3, 3, 3), nn.BatchNorm2d(3)
            self.norm.running_mean.normal_()  # type: ignore[union-attr]

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            seen: torch.Tensor = self.convolution(self.norm(inputs))
            return seen.relu().mean((1, 2, 3))[:, None]

    network = Turned()
    assert folded(network, (3, 16, 16)) is network


def test_without_norms_there_is_nothing_to_fold() -> None:
    network = timm.create_model("test_vit", num_classes=1, img_size=32)
    assert folded(network, (3, 32, 32)) is network
