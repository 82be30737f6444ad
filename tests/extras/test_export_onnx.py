"""What ONNX Runtime makes of exported networks is what torch makes of them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch

from facevalue import __main__ as command_line
from facevalue.common import images
from facevalue.exporting import graph
from facevalue.exporting.export import MOST_APART, export
from facevalue.exporting.trained import Trained
from facevalue.model.saved import save
from facevalue.model.transforms import preprocessing_of
from facevalue.predicting.predictor import Predictor

pytestmark = pytest.mark.extras
NETWORKS = {
    "tf_efficientnet_lite0": 64,
    "resnet10t": 64,
    "test_vit": 48,
    "test_vit4": 48,  # of which torch's earlier exporter lacks an operator
    "test_convnext": 48,
}
THREE_PACKAGES = """
import runpy, sys
for name in ("torch", "torchvision", "timm", "cv2", "pandas", "scipy", "onnx", "onnxscript", "facevalue"):
    sys.modules[name] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def trained(folder: Path, name: str, side: int, count: int) -> Path:
    """So many networks of random weights that tell pictures apart."""
    for number in range(count):
        torch.manual_seed(number)
        arguments: dict[str, Any] = {"img_size": side} if "vit" in name else {}
        network = timm.create_model(name, num_classes=1, **arguments)
        random = torch.Generator().manual_seed(number)
        for part in network.modules():
            if isinstance(part, torch.nn.BatchNorm2d):  # as if it had seen pictures
                part.running_mean = torch.randn(part.num_features, generator=random) * 0.1
                part.running_var = torch.rand(part.num_features, generator=random) + 0.5
        where = folder / f"repeat_{number + 1:02}" if count > 1 else folder
        save(network, preprocessing_of(network, side), where)
    return folder


@pytest.mark.parametrize("name", NETWORKS)
def test_every_kind_of_network_gives_the_same_logits(tmp_path: Path, name: str) -> None:
    side = NETWORKS[name]
    models = trained(tmp_path / "crop", name, side, 2)
    found = export(models, tmp_path / "out", "crop")
    assert found.difference <= MOST_APART
    predictors = [Predictor.load([models / repeat], "cpu") for repeat in ("repeat_01", "repeat_02")]
    squares = np.random.default_rng(5).integers(0, 256, (7, side, side, 3), dtype=np.uint8)
    wanted = np.mean([predictor.logits(squares) for predictor in predictors], axis=0)
    assert np.ptp(wanted) > 1e-3  # they tell pictures apart
    for count in (1, 2, 7):  # dynamic
        logits = graph.logits(tmp_path / "out/model.onnx", squares[:count])
        np.testing.assert_allclose(logits, wanted[:count], atol=MOST_APART)


def test_the_file_tells_what_it_takes(tmp_path: Path) -> None:
    import onnx

    export(trained(tmp_path / "full", "test_resnet", 32, 1), tmp_path / "out", "full")
    model = onnx.load(tmp_path / "out/model.onnx")
    onnx.checker.check_model(model, full_check=True)
    assert [(each.domain, each.version) for each in model.opset_import if not each.domain] == [("", graph.OPSET)]
    told = {each.key: each.value for each in model.metadata_props}
    assert told == {"method": "full", "interpolation": "bilinear", "fill": "#808080", "networks": "1"}
    assert b"site-packages" not in (tmp_path / "out/model.onnx").read_bytes()  # no path of this machine
    assert not [path for path in (tmp_path / "out").iterdir() if path.suffix == ".data"]
    listed = json.loads((tmp_path / "out/export.json").read_text())
    assert set(listed["versions"]) == {"onnx", "onnxruntime", "onnxscript", "timm", "torch"}
    assert "README.md" in listed["files"]


def test_networks_that_share_all_but_the_classifier_are_stored_once(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network: Any = timm.create_model("test_resnet", num_classes=1)
    for number in range(3):
        torch.nn.init.normal_(network.get_classifier().weight)
        save(network, preprocessing_of(network, 32), tmp_path / f"crop/repeat_{number + 1:02}")
    shared = export(tmp_path / "crop", tmp_path / "out", "crop").onnx_bytes
    assert shared < 1.5 * export(tmp_path / "crop/repeat_01", tmp_path / "one", "crop").onnx_bytes


def test_the_example_needs_three_packages_and_says_what_predict_says(tmp_path: Path) -> None:
    models = trained(tmp_path / "full", "test_resnet", 32, 2)
    export(models, tmp_path / "out", "full")
    picture = np.random.default_rng(0).integers(0, 256, (60, 45, 3), dtype=np.uint8)
    images.write_png(tmp_path / "a.png", picture)
    loaded = Trained.load(models)
    logit = loaded.average(loaded.each(loaded.predictor.letterbox(picture)[None]))[0]
    command = [sys.executable, "-c", THREE_PACKAGES, str(tmp_path / "out/predict.py"), str(tmp_path / "a.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert float(done.stdout) == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-4)


def test_the_command_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trained(tmp_path / "full", "test_resnet", 32, 1)
    assert command_line.main(["export", str(tmp_path / "full"), "--to", str(tmp_path / "out")]) == 0
    out, err = capsys.readouterr()
    assert f"opset {graph.OPSET}) differs from torch by " in out
    assert (out.count("\n"), err) == (1, "")
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}
    assert command_line.main(["export", str(tmp_path / "full"), "--to", str(tmp_path / "out")]) == 0
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")} == before
