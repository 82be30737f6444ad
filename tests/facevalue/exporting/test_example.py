"""The example, a stand-in for ONNX Runtime below it: what it shows the network is what the pipeline shows it."""

import runpy
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facevalue.common import images
from facevalue.exporting.export import EXAMPLE_FILE
from facevalue.exporting.trained import Trained
from tests.tiny_networks import saved


@dataclass
class Runtime:
    """One network, that remembers what it was shown."""

    told: dict[str, str]
    side: int
    shown: list[NDArray[np.uint8]] = field(default_factory=list)

    def get_modelmeta(self) -> Any:
        return SimpleNamespace(custom_metadata_map=self.told)

    def get_inputs(self) -> Any:
        return [SimpleNamespace(shape=["pictures", self.side, self.side, 3])]

    def run(self, _: None, given: dict[str, NDArray[np.uint8]]) -> Any:
        self.shown.append(given["pixels"][0])
        return [np.zeros(1, np.float32)]


Ask = Callable[..., NDArray[np.uint8]]


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    return Trained.load(saved(tmp_path / "crop", 48))


@pytest.fixture
def ask(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What the network is shown when the example is given a file."""
    runtime = Runtime({"interpolation": trained.preprocessing.interpolation, "fill": trained.fill}, 48)
    module = ModuleType("onnxruntime")
    module.InferenceSession = lambda path: runtime  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "onnxruntime", module)
    probability = runpy.run_path(str(EXAMPLE_FILE))["probability"]

    def asked(*arguments: str) -> NDArray[np.uint8]:
        assert probability(*arguments) == 0.5
        return runtime.shown[-1]

    return asked


def test_it_has_thirty_lines_at_the_most() -> None:
    assert len(EXAMPLE_FILE.read_text().splitlines()) <= 30


@pytest.mark.parametrize("size", [(48, 48), (100, 75), (75, 100), (20, 31), (301, 77), (47, 46), (640, 40), (1, 16)])
@pytest.mark.parametrize(
    "kind", ["noise.png", "noise.jpg", "turned.jpg", "grey.png", "clear.png", "palette.png", "cmyk.jpg"]
)
def test_it_shows_the_network_what_the_pipeline_shows_it(
    trained: Trained, ask: Ask, tmp_path: Path, size: tuple[int, int], kind: str
) -> None:
    random = np.random.default_rng(0)
    picture = Image.fromarray(random.integers(0, 256, (*size, 4), dtype=np.uint8), "RGBA")
    mode = {"grey.png": "L", "clear.png": "RGBA", "palette.png": "P", "cmyk.jpg": "CMYK"}.get(kind, "RGB")
    exif = Image.Exif()
    exif[0x0112] = 6 if kind == "turned.jpg" else 1
    picture.convert("RGB").convert(mode).save(tmp_path / kind, exif=exif) if mode != "RGBA" else picture.save(
        tmp_path / kind
    )
    wanted = trained.predictor.letterbox(images.read(tmp_path / kind))
    np.testing.assert_array_equal(ask(str(tmp_path / kind)), wanted)


def test_a_part_is_what_is_cut_out(trained: Trained, ask: Ask, tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    images.write_png(tmp_path / "a.png", picture)
    wanted = trained.predictor.letterbox(picture[10:80, 30:100])
    np.testing.assert_array_equal(ask(str(tmp_path / "a.png"), "30", "10", "100", "80"), wanted)
