"""A background that gives all kinds of fakes away but one: from training to both sentences, on tiny pictures."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from facevalue.common import catalogue, files
from facevalue.common.methods import TRAINED
from stages.control import control
from stages.evaluate import evaluate
from stages.shared import paths
from stages.split import split
from stages.squares import squares
from stages.train import train
from stages.unseen import judge_unseen
from tests.stages.cued_pictures import FOUND, INSIDE, in_background, noise, settings, without_warning, write

HEAD = {
    **{"tune": "head", "image_size": 64, "augment": "none"},  # quick, and trained again they differ little
    **{"epochs": 20, "learning_rate": 0.01, "patience": 20},
}
RED = {"real": 0.0, "morph": 2.0, "swap": 2.0, "paint": 0.0}  # of the background, in the mean; it scatters by a third
BLUE = {"real": 0.0, "morph": 1.1, "swap": 1.1, "paint": 1.1}  # of the face, in the mean; it scatters by 1
BLUER = np.array([-2.5, -4.5, 30])  # and no brighter, nor redder
PARTS = {"train": 20, "val": 6, "test": 60}  # pictures of every kind of fakes; of reals there are twice as many


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What sample and crop leave, and what nobody warns of."""
    monkeypatch.chdir(tmp_path)
    settings(split={"unseen": "by_kind", "repeats": 3}, train=HEAD)
    chance = np.random.default_rng(1)
    rows = []
    for kind in RED:
        for part, count in PARTS.items():
            for number in range(2 * count if kind == "real" else count):
                picture = in_background(noise(chance), chance.normal(RED[kind], 0.3))
                picture[INSIDE] += chance.normal(BLUE[kind]) * BLUER
                path = f"{kind}/{part}_{number}.png"
                write(path, picture)
                rows.append((path, "real" if kind == "real" else "fake", kind, part))
    pictures = pd.DataFrame(rows, columns=["path", "label", "kind", "part"]).assign(video="", look="")
    pictures = pictures.assign(**dict.fromkeys(("group", "source", "identities"), pictures["path"]))
    files.write_csv(pictures, paths.SAMPLED / catalogue.FILE_NAME)
    files.write_csv(pictures.assign(picture=pictures["path"], **FOUND), paths.CROPPED / catalogue.FILE_NAME)
    files.write_csv(pictures[["path"]], paths.FURTHER)
    without_warning("audit", "interventions")
    squares()
    control()


@pytest.mark.usefixtures("project")
def test_of_unseen_kinds_the_one_without_the_cue_is_named() -> None:
    """By the means the whole picture is better, on seen kinds and on unseen ones; on that one it is near chance."""
    split()
    for method in TRAINED:
        train(method)
        train(method, "unseen")
    assert evaluate().startswith("full is better: AUC ")
    said = judge_unseen()
    assert said.startswith("on kinds of fakes that neither had seen, full is better: AUC ")
    assert "; by kind, full is better on 'morph' and 'swap', crop is better on 'paint' (Holm's p below 0.05); " in said
    found = json.loads((paths.METRICS / "unseen.json").read_text())["by_kind"]
    assert found["paint"]["full"] < 0.6
    assert found["paint"]["crop"] > found["paint"]["full"] + 0.1
    assert max(each["p_adjusted"] for each in found.values()) < 0.01
