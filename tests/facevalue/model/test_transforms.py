from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import timm
import torch
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image
from timm.data.config import resolve_model_data_config
from timm.data.transforms_factory import create_transform

from facevalue.model.saved import save
from facevalue.model.transforms import Normalise, Preprocessing, letterbox, preprocessing_of
from facevalue.training.backbone import build
from facevalue.training.params import TrainParams
from tests.tiny_networks import predict

PLAIN = Preprocessing((3, 32, 32), "bicubic", (0.5, 0.4, 0.3), (0.2, 0.2, 0.2), 1.0, "border")


@given(st.integers(4, 90), st.integers(4, 90))
@examples(max_examples=25, deadline=None)
def test_every_shape_becomes_the_square(height: int, width: int) -> None:
    boxed = letterbox(PLAIN)(np.zeros((height, width, 3), np.uint8))
    assert boxed.shape == (32, 32, 3)
    assert boxed.dtype == np.uint8


def test_the_whole_picture_stays_between_borders_of_the_mean_colour() -> None:
    picture = np.full((20, 80, 3), 200, np.uint8)
    picture[:, :8], picture[:, -8:] = 10, 250
    boxed = letterbox(PLAIN)(picture)
    assert (boxed[:12] == [128, 102, 76]).all()  # 255 times the mean
    assert (boxed[20:] == [128, 102, 76]).all()
    assert (boxed[12:20, 1] < 40).all()
    assert (boxed[12:20, -2] > 230).all()


def test_shrinking_does_not_alias() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8)[None, :, None], (256, 128, 3))
    assert np.ptp(letterbox(PLAIN)(stripes)[4:-4, 4:-4]) < 8


def test_normalise_standardises_each_channel() -> None:
    batch = torch.tensor([[[[255, 102, 0]]]], dtype=torch.uint8)
    assert torch.allclose(Normalise(PLAIN)(batch).flatten(), torch.tensor([2.5, 0.0, -1.5]))


def test_values_stay_channels_last_for_the_convolutions() -> None:
    batch = torch.zeros(2, 5, 5, 3, dtype=torch.uint8)
    assert Normalise(PLAIN)(batch).is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("backbone", ["test_resnet", "test_vit"])
def test_timm_alone_gives_the_same_scores(
    backbone: str,
    tmp_path: Path,
    root: Path,
    table: Callable[[int, int], pd.DataFrame],
    settings: Callable[..., TrainParams],
) -> None:
    torch.manual_seed(0)
    network = build(settings(backbone=backbone))
    save(network, preprocessing_of(network, 32), tmp_path / "model")
    pictures = table(0, 4)

    alone = timm.create_model(f"local-dir:{tmp_path / 'model'}", pretrained=True).eval()
    transform = create_transform(**resolve_model_data_config(alone))  # type: ignore[no-untyped-call]
    inputs = torch.stack([transform(Image.open(root / path)) for path in pictures["path"]])
    expected = alone(inputs).squeeze(1).detach().numpy()

    assert inputs.shape == (8, 3, 32, 32)
    assert np.ptp(expected) > 1e-3
    np.testing.assert_allclose(predict(tmp_path / "model", pictures, root), expected, atol=1e-5)
