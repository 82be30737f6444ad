from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from facevalue.common import files, images
from facevalue.common.methods import TRAINED
from facevalue.explaining import gradcam
from stages import explain
from stages.shared import paths
from tests.tiny_networks import saved

pytestmark = pytest.mark.javascript

KINDS = ("real", "real", "real", "identity_swap", "identity_swap", "synthesis")
OUTPUTS = ("errors.jpg", "attention.jpg", "histograms.svg")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six wide pictures with a face each, all of them test pictures, and two networks without training."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    sampled = pd.DataFrame({"path": [f"{i}.jpg" for i in range(6)], "kind": KINDS})
    sampled["label"] = np.where(sampled["kind"] == "real", "real", "fake")
    sampled["group"] = sampled["path"]
    square = {"square_left": 30.0, "square_top": 5.0, "square_side": 40.0}
    cropped = sampled.assign(picture=sampled["path"], path=sampled["path"] + ".png", **square)
    for picture in sampled["path"]:
        pixels = random.integers(0, 256, (60, 90, 3), dtype=np.uint8)
        images.write_png(paths.SAMPLED / picture, pixels)
        images.write_png(paths.CROPPED / f"{picture}.png", pixels[5:45, 30:70])
    files.write_csv(cropped, paths.CROPPED / "catalogue.csv")
    for method, tables in (("full", sampled), ("crop", cropped)):
        files.write_csv(tables, paths.SPLITS[method] / "test.csv")
    for seed, method in enumerate(TRAINED):
        saved(paths.model(method), 64, seed)
    write_scores(full=[0.1, 0.9, 0.4, 0.2, 0.7, 0.8], crop=[0.2, 0.3, 0.6, 0.9, 0.8, 0.1])
    return tmp_path


def write_scores(full: list[float], crop: list[float]) -> None:
    scores = pd.read_csv(paths.CROPPED / "catalogue.csv")[["picture", "label", "kind", "group"]]
    for row, probabilities in (("full", full), ("crop", crop), ("ensemble", np.mean([full, crop], axis=0))):
        scores = scores.assign(
            **{row: probabilities, f"called_{row}": np.where(np.array(probabilities) < 0.5, "real", "fake")}
        )
    files.write_csv(scores, paths.TABLES / "scores.csv")


def written(project: Path) -> list[bytes]:
    return [(project / "plots" / name).read_bytes() for name in OUTPUTS]


def drawn_from(sheet: Path) -> bool:
    """Whether it is a picture on which something stands out."""
    with Image.open(sheet) as image:
        low, high = image.convert("L").getextrema()
    return bool(high - low > 100)  # type: ignore[operator]


def test_it_writes_two_sheets_and_the_histograms(project: Path) -> None:
    assert explain.explain() == "whole picture: 2 of 6 wrong; face: 2 of 6 wrong"
    for name in OUTPUTS[:2]:
        with Image.open(project / "plots" / name) as sheet:
            assert sheet.format == "JPEG"
            assert 900 < sheet.width < 1500
        assert (project / "plots" / name).stat().st_size < 500_000
    assert (project / "plots/histograms.svg").read_text().startswith("<svg")
    assert sorted(path.name for path in (project / "plots").iterdir()) == sorted([*OUTPUTS, "evaluate"])


def test_the_same_scores_give_the_same_bytes_in_any_order(project: Path) -> None:
    explain.explain()
    before = written(project)
    scores = pd.read_csv(paths.TABLES / "scores.csv")
    files.write_csv(scores[::-1], paths.TABLES / "scores.csv")
    explain.explain()
    assert written(project) == before


@pytest.mark.parametrize("right", [True, False])
def test_without_errors_or_successes_the_sheets_are_still_there(project: Path, right: bool) -> None:
    probabilities = [float(right == (kind != "real")) for kind in KINDS]
    write_scores(probabilities, probabilities)
    wrong = 0 if right else 6
    assert explain.explain() == f"whole picture: {wrong} of 6 wrong; face: {wrong} of 6 wrong"
    assert drawn_from(project / "plots/errors.jpg")
    assert drawn_from(project / "plots/attention.jpg")
    assert (project / "plots/histograms.svg").read_text().count("<svg") == 1


def test_a_picture_is_explained_by_the_network_that_was_tested_on_it(project: Path) -> None:
    rows = pd.read_csv(paths.SPLITS["crop"] / "test.csv")
    for fold, part in enumerate((rows[::2], rows[1::2]), start=1):
        files.write_csv(part, paths.SPLITS["crop"] / f"fold_{fold:02}/test.csv")
        saved(paths.model("crop") / f"fold_{fold:02}", 64, seed=10 + fold)
    maps = explain.attention("crop", rows["picture"][1:4])
    assert set(maps) == {"1.jpg", "2.jpg", "3.jpg"}
    for picture, found in maps.items():
        own, other = (1, 2) if int(picture[0]) % 2 == 0 else (2, 1)
        seen = images.read(paths.CROPPED / f"{picture}.png")
        expected, wrong = (
            gradcam.attention(paths.model("crop") / f"fold_{fold:02}", [seen])[0] for fold in (own, other)
        )
        np.testing.assert_equal(found, expected)
        assert not np.array_equal(found, wrong)  # type: ignore[arg-type]
