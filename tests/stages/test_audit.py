"""The audit of what `sample` wrote, on files that give themselves away."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from facevalue.auditing import shortcut
from facevalue.common import catalogue
from facevalue.common.catalogue import PARTS
from stages.audit import audit_sample
from stages.sample import sample

ROOT = Path(__file__).parents[2]
PICTURES = 24  # per class


def scene(seed: int) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((80, 80), Image.Resampling.BICUBIC)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder whose reals were saved at quality 75 and whose fakes at 95; nothing else tells them apart."""
    for number in range(PICTURES):
        for offset, (label, quality) in enumerate({"real": 75, "fake": 95}.items()):
            path = tmp_path / f"mine/{label}/{number:02}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            scene(2 * number + offset).save(path, quality=quality)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shortcut, "_TREES", 20)
    return tmp_path


def run(recode: object = "none") -> tuple[str, dict[str, Any]]:
    """The audit's last line and its metrics, after `sample` and a split in three parts."""
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content |= {"source": "mine", "sample": {"size": "all", "frames_per_video": 1, "seed": 0, "recode": recode}}
    Path("params.yaml").write_text(yaml.safe_dump(content))
    sample()
    write_parts(lambda number: PARTS[number % 3])
    return audit_sample(), json.loads(Path("metrics/audit.json").read_text())


def write_parts(part_of: Callable[[int], str], folder: str = "data/sampledsplits") -> None:
    pictures = catalogue.read(Path("data/sampled/catalogue.csv"))
    part = pd.Series([part_of(number) for number in range(len(pictures))])
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        pictures[part == name].to_csv(f"{folder}/{name}.csv", index=False)


def test_files_that_tell_are_warned_of(project: Path) -> None:
    line, metrics = run()
    assert line.startswith("file facts alone tell real from fake here: AUC 1.00 (95 % interval 0.9")
    assert "); the networks may have learnt the files, not the faces; " in line
    assert line == f"{metrics['warning']}; no duplicates"
    assert metrics["pictures"] == metrics["after"]["pictures"] == 2 * PICTURES
    assert metrics["after"]["auc"] == 1.0
    assert metrics["before"] is None
    assert {fact["fact"]: fact["auc"] for fact in metrics["after"]["facts"]}["luma_quantisation"] == 1.0
    assert metrics["after"]["facts"][0]["auc"] == 1.0
    assert metrics["after"]["facts"][-1]["auc"] == 0.5
    with Image.open("plots/duplicates.jpg") as sheet:
        assert sheet.height < 100


def test_recoding_is_the_remedy_and_its_effect_a_number(project: Path) -> None:
    line, metrics = run({"quality": 75, "max_side": 64})
    assert metrics["before"]["auc"] == 1.0
    assert metrics["after"]["auc"] < 0.75
    assert metrics["warning"] is None
    assert line.startswith("file facts alone do not tell real from fake here: AUC 0.")
    assert line.endswith("; AUC 1.00 before recoding; no duplicates")


def test_pictures_that_stand_twice_are_counted_and_shown(project: Path) -> None:
    (project / "mine/fake/copy.jpg").write_bytes((project / "mine/real/03.jpg").read_bytes())
    with Image.open("mine/real/05.jpg") as picture:
        picture.save("mine/real/saved_again.png")
    line, metrics = run()
    duplicates = metrics["duplicates"]
    assert (duplicates["exact"], duplicates["near"]) == (1, 1)
    assert (duplicates["within_real"], duplicates["within_fake"], duplicates["across_classes"]) == (1, 0, 1)
    sources = catalogue.read(Path("data/sampled/catalogue.csv")).set_index("path")["source"]
    assert sorted([sources[one], sources[other], bits] for one, other, bits in duplicates["examples"]) == [
        ["fake/copy.jpg", "real/03.jpg", 0],
        ["real/05.jpg", "real/saved_again.png", 0],
    ]
    assert "; 1 exact and 1 near duplicates (1 across classes, " in line
    with Image.open("plots/duplicates.jpg") as sheet:
        assert sheet.height > 400


def test_in_cross_fitting_the_parts_are_the_folds_that_test(project: Path) -> None:
    (project / "mine/fake/copy.jpg").write_bytes((project / "mine/fake/03.jpg").read_bytes())
    run()
    pictures = catalogue.read(Path("data/sampled/catalogue.csv"))["source"]
    for name in PARTS:
        Path(f"data/sampledsplits/{name}.csv").unlink()
    fold_of_copy = {"fake/copy.jpg": 1, "fake/03.jpg": 0}
    folds = [fold_of_copy.get(path, number % 2) for number, path in enumerate(pictures)]
    for fold in (0, 1):
        tested = ["test" if number == fold else "train" for number in folds]
        write_parts(tested.__getitem__, f"data/sampledsplits/fold_0{fold + 1}")
    audit_sample()
    assert json.loads(Path("metrics/audit.json").read_text())["duplicates"]["across_parts"] == 1


def test_what_stands_in_no_part_is_no_duplicate_of_what_does(project: Path) -> None:
    for label in ("real", "fake"):
        (project / f"mine/{label}/copy.jpg").write_bytes((project / f"mine/{label}/00.jpg").read_bytes())
    _, found = run()
    assert found["duplicates"]["exact"] == 2
    for part in PARTS:
        table = catalogue.read(Path(f"data/sampledsplits/{part}.csv"))
        table[~table["source"].str.endswith("copy.jpg")].to_csv(f"data/sampledsplits/{part}.csv", index=False)
    audit_sample()
    found = json.loads(Path("metrics/audit.json").read_text())
    assert (found["pictures"], found["duplicates"]["exact"]) == (2 * PICTURES + 2, 0)


def test_too_few_groups_are_said_to_be_too_few(project: Path) -> None:
    rows = [f"{label}/{number:02}.jpg,{label},{label}" for label in ("real", "fake") for number in range(PICTURES)]
    (project / "mine/catalogue.csv").write_text("path,label,group\n" + "\n".join(rows) + "\n")
    line, metrics = run()
    assert line == "too few groups of real or of fake pictures to ask what file facts tell; no duplicates"
    assert metrics["warning"] is None
    assert metrics["after"] | {"facts": []} == {
        "auc": None,
        "interval": None,
        "beats_chance": False,
        "grade": None,
        "pictures": 2 * PICTURES,
        "facts": [],
    }


def test_the_same_sample_gives_the_same_audit(project: Path) -> None:
    run()
    written = [Path("metrics/audit.json").read_bytes(), Path("plots/duplicates.jpg").read_bytes()]
    run()
    assert [Path("metrics/audit.json").read_bytes(), Path("plots/duplicates.jpg").read_bytes()] == written
