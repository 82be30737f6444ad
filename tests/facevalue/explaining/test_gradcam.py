from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from facevalue.common.errors import TrainingError
from facevalue.explaining import gradcam as module
from facevalue.explaining.gradcam import attention
from facevalue.model.saved import SavedModel, save
from facevalue.model.transforms import Preprocessing, preprocessing_of
from tests.tiny_networks import saved

SIDE = 64  # px, the hand-made networks' square
PLAIN = Preprocessing((3, SIDE, SIDE), "bicubic", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 1.0, "border")


class HandMade(nn.Module):
    """Its features are the brightness of 8 x 8 places, once per channel; its logit weighs the channels' means."""

    num_features = 2

    def __init__(self, seen: Tensor, weights: tuple[float, float], layout: str = "NCHW") -> None:
        super().__init__()
        self.seen = seen  # (2, 8, 8): what each channel sees
        self.weights = torch.tensor(weights)
        self.layout = layout

    def forward_features(self, squares: Tensor) -> object:
        features = nn.functional.avg_pool2d(squares.mean(1, keepdim=True), SIDE // 8) * self.seen
        forms = {
            "NHWC": features.permute(0, 2, 3, 1),
            "tokens": features.flatten(2).mT,
            "odd": features[:, :, :5],
            "odd tokens": features.flatten(2).mT[:, :50],
            "list": [features, features],
            "flat": features.mean((2, 3)),
        }
        return forms.get(self.layout, features)

    def forward_head(self, features: Tensor) -> Tensor:
        if isinstance(features, list):
            features = features[0]
        places: dict[str, tuple[int, ...]] = {"NHWC": (1, 2), "tokens": (1,), "odd tokens": (1,)}
        means = features if self.layout == "flat" else features.mean(places.get(self.layout, (2, 3)))
        return (means @ self.weights)[:, None]

    def forward(self, squares: Tensor) -> Tensor:
        return self.forward_head(self.forward_features(squares))  # type: ignore[arg-type]


Hand = Callable[..., None]


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    """Lets `attention` find a hand-made network in place of a saved one."""

    def give(seen: Tensor, weights: tuple[float, float] = (1.0, 1.0), layout: str = "NCHW") -> None:
        model = SavedModel(HandMade(seen, weights, layout).eval(), PLAIN)
        monkeypatch.setattr(module, "load", lambda _: model)

    return give


def quadrants(first: tuple[int, int], second: tuple[int, int]) -> Tensor:
    """One 4 x 4 corner of the 8 x 8 places per channel, by row and column."""
    seen = torch.zeros(2, 8, 8)
    for channel, (row, column) in enumerate((first, second)):
        seen[channel, 4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = 1
    return seen


def noise(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(100, 256, (height, width, 3), dtype=np.uint8)


def one(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    (found,) = attention(Path("any"), [picture])
    assert found is not None
    return found


@pytest.mark.parametrize("layout", ["NCHW", "NHWC", "tokens"])
@pytest.mark.parametrize("corner", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_the_map_lies_where_the_network_looks(hand: Hand, corner: tuple[int, int], layout: str) -> None:
    hand(quadrants(corner, corner), layout=layout)
    found = one(noise(100, 100))
    assert found.shape == (SIDE, SIDE)
    assert found.dtype == np.float32
    assert (found.min(), found.max()) == (0, 1)
    half = SIDE // 2
    row, column = corner
    there = found[row * half : (row + 1) * half, column * half : (column + 1) * half]
    assert there.sum() > 0.9 * found.sum()


@pytest.mark.parametrize(("weights", "corner"), [((3.0, -1.0), (0, 0)), ((1.0, -3.0), (1, 1))])
def test_it_is_evidence_for_what_the_network_says(
    hand: Hand, weights: tuple[float, float], corner: tuple[int, int]
) -> None:
    hand(quadrants((0, 0), (1, 1)), weights)  # above, left: a sign of fakes; below, right: of reals
    rows, columns = np.nonzero(one(noise(64, 64)) > 0.5)
    assert (rows.mean() > SIDE / 2, columns.mean() > SIDE / 2) == corner


@pytest.mark.parametrize(
    ("height", "width", "shape"),
    [
        (64, 64, (64, 64)),
        (128, 256, (32, 64)),
        (300, 200, (64, 43)),
        (99, 101, (63, 64)),
        (41, 400, (7, 64)),
        (30, 20, (64, 43)),
    ],
)
def test_the_padding_is_taken_off(hand: Hand, height: int, width: int, shape: tuple[int, int]) -> None:
    hand(torch.ones(2, 8, 8))
    picture = np.full((height, width, 3), 255, dtype=np.uint8)
    picture[:, : width // 2] = 0
    found = one(picture)
    assert found.shape == shape
    assert found[:, -4:].mean() > 10 * found[:, :4].mean()


def test_the_border_is_where_timm_puts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pixel a place of its own: a row of padding, black, would show in a map of white pictures."""

    class EachPixel(nn.Module):
        def forward_features(self, squares: Tensor) -> Tensor:
            return squares

        def forward_head(self, features: Tensor) -> Tensor:
            return features.mean((2, 3)).sum(1, keepdim=True)

        def forward(self, squares: Tensor) -> Tensor:
            return self.forward_head(self.forward_features(squares))

    monkeypatch.setattr(module, "load", lambda _: SavedModel(EachPixel(), PLAIN))
    for height, width in [(64, 33), (33, 64), (640, 331), (47, 200), (200, 47), (64, 63), (150, 149), (5, 80)]:
        picture = np.full((height, width, 3), 255, dtype=np.uint8)
        picture[0, 0] = 0  # so that something stands out
        found = one(picture)
        assert found[-1].min() > 0.9
        assert found[:, -1].min() > 0.9
        assert found[0, -1] > 0.9
        assert found[-1, 0] > 0.9
        assert max(found.shape) == SIDE


@pytest.mark.parametrize("layout", ["odd", "odd tokens", "list", "flat"])
def test_features_without_places_give_no_map(hand: Hand, layout: str) -> None:
    hand(quadrants((0, 0), (0, 0)), layout=layout)
    assert attention(Path("any"), [noise(64, 64), noise(64, 64, 1)]) == [None, None]


def test_nothing_that_stands_out_gives_no_map(hand: Hand) -> None:
    hand(torch.zeros(2, 8, 8))
    assert attention(Path("any"), [noise(64, 64)]) == [None]
    hand(torch.ones(2, 8, 8))
    assert attention(Path("any"), [np.full((64, 64, 3), 9, dtype=np.uint8)]) == [None]
    hand(torch.full((2, 8, 8), torch.nan))
    assert attention(Path("any"), [noise(64, 64)]) == [None]


def built(backbone: str, **options: Any) -> nn.Module:
    torch.manual_seed(0)
    network: nn.Module = timm.create_model(backbone, num_classes=1, **options)
    return network


BACKBONES: list[tuple[str, int, dict[str, Any]]] = [
    ("test_resnet", 96, {}),
    ("test_convnext", 96, {}),
    ("test_efficientnet", 96, {}),
    ("test_nfnet", 96, {}),
    ("test_mambaout", 96, {}),  # channels last
    ("swin_tiny_patch4_window7_224", 64, {"img_size": 64, "embed_dim": 12, "depths": (1, 1, 1), "window_size": 4}),
    ("test_vit", 96, {"img_size": 96}),  # the head reads the class token
    ("test_vit", 96, {"img_size": 96, "reg_tokens": 4}),
    ("test_vit_relpos", 96, {"img_size": 96}),  # no class token
    ("xcit_nano_12_p16_224", 64, {"img_size": 64, "embed_dim": 32, "depth": 2}),  # a class token that joins late
]


@pytest.mark.parametrize(("backbone", "side", "options"), BACKBONES)
def test_backbones_of_all_sorts_have_maps(
    backbone: str, side: int, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, network = Path("any"), built(backbone, **options)
    ready = SavedModel(network.eval(), preprocessing_of(network, side))  # what is made smaller so is no model of ours
    monkeypatch.setattr("facevalue.explaining.gradcam.load", lambda folder: ready)
    pictures = [noise(120, 160, seed) for seed in range(3)]
    found = attention(model, pictures)
    maps = [one for one in found if one is not None]
    assert maps, "none of three pictures has a map"
    for one in maps:
        assert one.shape == (round(side * 0.75), side)
        assert one.min() >= 0
        assert one.max() == 1
        assert one.std() > 0
    again = attention(model, pictures[::-1])[::-1]
    for first, second in zip(found, again, strict=True):
        np.testing.assert_equal(first, second)  # whatever stands beside it


def test_a_list_of_features_gives_no_map(tmp_path: Path) -> None:
    network = built("coat_tiny", img_size=64)
    save(network, preprocessing_of(network, 64), tmp_path)
    assert attention(tmp_path, [noise(64, 64)]) == [None]


def test_no_pictures_no_maps_and_a_missing_model_is_named(tmp_path: Path) -> None:
    assert attention(saved(tmp_path / "model"), []) == []
    with pytest.raises(TrainingError, match="no model of this pipeline"):
        attention(tmp_path / "nothing", [])


def test_the_seam_does_not_change_what_the_network_says(tmp_path: Path) -> None:
    for backbone, side, options in BACKBONES:
        torch.manual_seed(0)
        network = timm.create_model(backbone, num_classes=1, **options).eval()
        squares = torch.rand(2, 3, side, side)
        before = network(squares)
        after, _ = module._seamed(network)
        torch.testing.assert_close(after(squares), before, rtol=1e-5, atol=1e-6)
