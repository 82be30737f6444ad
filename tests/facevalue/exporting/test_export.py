"""The whole folder, torch standing in for ONNX; tests/extras has the real one."""

import hashlib
import json
import resource
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file
from timm.data.config import resolve_model_data_config
from timm.data.transforms_factory import create_transform

from facevalue import __main__ as command_line
from facevalue.common.errors import FacevalueError, OutputError, TrainingError
from facevalue.exporting import export as exporting
from facevalue.exporting import graph
from facevalue.exporting.export import export
from facevalue.predicting.predictor import Predictor
from tests.facevalue.exporting.conftest import SIDE
from tests.tiny_networks import saved

pytestmark = pytest.mark.usefixtures("without_onnx")


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_everything_lies_there_and_the_networks_stay(project: Path, models: Path, tmp_path: Path) -> None:
    before = contents(project)
    found = export(models, tmp_path / "out", "crop")
    networks = [f"repeat_{n:02}/{name}" for n in (1, 2, 3) for name in ("config.json", "model.safetensors")]
    own = contents(tmp_path / "out")
    assert set(own) == {"README.md", "export.json", "model.onnx", "predict.py", *networks}
    assert json.loads((tmp_path / "out/export.json").read_text())["files"] == {
        name: digest for name, digest in own.items() if name != "export.json"
    }
    assert contents(project) == before
    assert (found.networks, found.tried) == (3, "12 test pictures and 38 drawn pictures")
    assert found.difference < 1e-5
    assert not (tmp_path / "out.partial").exists()


def test_timm_gives_the_scores_of_predict(project: Path, models: Path, tmp_path: Path) -> None:
    export(models, tmp_path / "out", "crop")
    picture = np.random.default_rng(1).integers(0, 256, (50, 30, 3), dtype=np.uint8)
    for name in ("repeat_01", "repeat_03"):
        predictor = Predictor.load([models / name], "cpu")
        network = timm.create_model(f"local-dir:{tmp_path / 'out' / name}", pretrained=True).eval()
        transform = create_transform(**resolve_model_data_config(network))  # type: ignore[no-untyped-call]
        with torch.inference_mode():
            logit = network(transform(Image.fromarray(picture))[None])[0, 0].item()
        assert logit == pytest.approx(predictor.logits(predictor.letterbox(picture)[None])[0], abs=1e-5)


@pytest.mark.parametrize("wrong", [2e-4, float("nan")])
def test_another_logit_than_torch_gives_is_told_and_nothing_written(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    right: Callable[..., NDArray[np.float64]] = graph.logits

    def logits(path: Path, squares: NDArray[np.uint8]) -> NDArray[np.float64]:
        return right(path, squares) + np.where(np.arange(len(squares)) == 7, wrong, 0)

    monkeypatch.setattr(graph, "logits", logits)
    with pytest.raises(TrainingError, match=r"other logits than torch, by (0\.0002|nan) where 0\.0001 is the most"):
        export(models, tmp_path / "out", "crop")
    assert not list(tmp_path.glob("out*"))


def test_results_of_other_networks_are_refused(project: Path, models: Path, tmp_path: Path) -> None:
    saved(models / "repeat_01", SIDE, 9)
    with pytest.raises(TrainingError, match=r"results are of other networks, which gave '.*jpg' 0\.\d+ and not 0\.\d+"):
        export(models, tmp_path / "out", "crop")
    assert not (tmp_path / "out").exists()


def test_without_the_run_s_scores_the_card_says_so(project: Path, models: Path, tmp_path: Path) -> None:
    (project / "plots/evaluate/scores.csv").unlink()
    export(models, tmp_path / "out", "crop")
    assert "not at hand to compare" in (tmp_path / "out/README.md").read_text()
    shutil.rmtree(project / "data")
    assert export(models, tmp_path / "out", "crop").tried == "50 drawn pictures"


def test_a_training_alone_has_no_results(project: Path, models: Path, tmp_path: Path) -> None:
    found = export(models / "repeat_02", tmp_path / "out", "crop")
    assert found.networks == 1
    assert (tmp_path / "out/model.safetensors").read_bytes() == (models / "repeat_02/model.safetensors").read_bytes()
    card = (tmp_path / "out/README.md").read_text()
    assert "None are known" in card
    assert "model-index" not in card
    assert "local-dir:." in card


def damage(network: Path) -> None:
    (network / "model.safetensors").write_bytes((network / "model.safetensors").read_bytes()[:-100])


def no_number(network: Path) -> None:
    weights = load_file(network / "model.safetensors")
    next(value for value in weights.values() if value.is_floating_point()).view(-1)[0] = float("nan")
    save_file(weights, network / "model.safetensors")


def other_input(network: Path) -> None:
    saved(network, 48)


def cropped(network: Path) -> None:
    for config in network.parent.glob("*/config.json"):
        config.write_text(config.read_text().replace('"border"', '"center"'))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (damage, "no model of this pipeline"),
        (no_number, "holds what is no number"),
        (other_input, "another input than"),
        (cropped, "crop_mode 'center'"),
        (shutil.rmtree, "no model of this pipeline"),
    ],
)
def test_a_harmed_network_is_one_line_and_nothing_is_written(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], harm: Callable[[Path], Any], said: str
) -> None:
    harm(models / "repeat_02")
    (models / "repeat_02").mkdir(exist_ok=True)
    with pytest.raises(FacevalueError, match=said) as caught:
        export(models, tmp_path / "out", "crop")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.glob("out*"))


def test_a_full_disk_leaves_the_last_export(models: Path, tmp_path: Path) -> None:
    export(models, tmp_path / "out", "crop")
    before = contents(tmp_path / "out")
    bound, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, most))  # bytes of a file
    try:
        with pytest.raises(OutputError, match=r"out' cannot be written \(File too large\)\.$"):
            export(models, tmp_path / "out", "crop")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bound, most))
    assert contents(tmp_path / "out") == before
    assert not (tmp_path / "out.partial").exists()


def test_an_interrupt_leaves_nothing_half_done(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        assert (tmp_path / "out.partial/model.onnx").exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "_copy", interrupted)
    monkeypatch.setattr("facevalue.commands.export._NEEDED", ())
    assert command_line.main(["export", str(models), "--to", str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err == "facevalue: interrupted.\n"
    assert not list(tmp_path.glob("out*"))


def test_the_command_tells_what_it_wrote_and_replaces_it(
    project: Path, models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("facevalue.commands.export._NEEDED", ())
    monkeypatch.chdir(project)
    for _ in range(2):
        assert command_line.main(["export", "models/crop", "--to", "../mine"]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("export: ../mine: model.onnx (the mean of 3 networks, ")
        assert (out.count("\n"), err) == (1, "")
    (project.parent / "mine/README.md").write_text("My own words.")
    assert command_line.main(["export", "models/crop", "--to", "../mine"]) == 1
    assert "'README.md' was added or in which it was changed" in capsys.readouterr().err
    assert (project.parent / "mine/README.md").read_text() == "My own words."
    assert command_line.main(["export", "models/crop", "--to", "../mine", "--force"]) == 0
    assert "Deepfake" in (project.parent / "mine/README.md").read_text()


def test_packages_that_are_missing_are_named_with_the_remedy(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("onnx", "onnxruntime", "onnxscript"):
        monkeypatch.setitem(sys.modules, name, None)
    assert command_line.main(["export", str(models), "--to", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == (
        "export: it needs what is not installed here: onnx, onnxruntime, onnxscript. Run `make export-tools`, once.\n"
    )
