import re
from pathlib import Path

import numpy as np
import pytest
import torch

from facevalue.common.errors import TrainingError
from facevalue.exporting.trained import Trained
from facevalue.predicting.predictor import Predictor
from tests.facevalue.exporting.conftest import SIDE
from tests.tiny_networks import saved


def test_repeats_count_alike_and_in_each_its_folds(tmp_path: Path) -> None:
    folder, folds = tmp_path / "crop", {"repeat_01": 3, "repeat_02": 1}
    for repeat, count in folds.items():
        for fold in range(count):
            saved(folder / repeat / (f"fold_{fold + 1:02}" if count > 1 else ""), SIDE, 10 * count + fold)
    trained = Trained.load(folder)
    assert trained.names == ["repeat_01/fold_01", "repeat_01/fold_02", "repeat_01/fold_03", "repeat_02"]
    squares = np.random.default_rng(0).integers(0, 256, (20, SIDE, SIDE, 3), dtype=np.uint8)
    apart = [
        Predictor.load(sorted((folder / "repeat_01").iterdir()), "cpu"),
        Predictor.load([folder / "repeat_02"], "cpu"),
    ]
    wanted = np.mean([each.logits(squares) for each in apart], axis=0)
    each = trained.each(squares)
    np.testing.assert_allclose(trained.average(each), wanted, atol=1e-6)
    with torch.inference_mode():
        together = trained.averaged().eval()(torch.from_numpy(squares))
    np.testing.assert_allclose(together, wanted, atol=1e-5)
    assert np.abs(each.mean(axis=1) - wanted).max() > 1e-3


def test_one_network_is_its_own_mean(tmp_path: Path) -> None:
    trained = Trained.load(saved(tmp_path / "crop", SIDE))
    assert trained.names == ["."]
    squares = np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), dtype=np.uint8)
    np.testing.assert_array_equal(trained.average(trained.each(squares)), trained.predictor.logits(squares))


def test_the_fill_is_the_colour_that_pads(tmp_path: Path) -> None:
    trained = Trained.load(saved(tmp_path / "crop", SIDE))
    corner = trained.predictor.letterbox(np.zeros((10, 40, 3), np.uint8))[0, 0]
    assert trained.fill == "#" + bytes(corner).hex()


def test_what_no_example_can_do_is_refused(tmp_path: Path) -> None:
    folder = saved(tmp_path / "crop", SIDE)
    config = folder / "config.json"
    config.write_text(re.sub(r'"interpolation": "\w+"', '"interpolation": "random"', config.read_text()))
    with pytest.raises(TrainingError, match="interpolation 'random'"):
        Trained.load(folder)
