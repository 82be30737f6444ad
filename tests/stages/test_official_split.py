"""A dataset's own split that tears an identity apart, through the stages, as a user meets it."""

import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from facevalue.common import images
from tests.stages.test_bad_input import stage, write_params

LINE = "groups on two sides of the official split: 1 (4 pictures), e.g. 'anna' in train and test"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Ten people with a picture of each class, divided by their dataset; Anna's are in train and in test."""
    rows = ["path,label,group,split"]
    for number in range(20):
        for label in ("real", "fake"):
            person = "anna" if number in (0, 19) else f"person {number}"
            part = "train" if number < 12 else "test"
            pixels = np.random.default_rng([number, label == "fake"]).integers(0, 256, (16, 16, 3), np.uint8)
            path = f"{label}/{number}.png"
            (tmp_path / "mine" / label).mkdir(parents=True, exist_ok=True)
            images.write_png(tmp_path / "mine" / path, pixels)
            rows.append(f"{path},{label},{person},{part}")
    (tmp_path / "mine/catalogue.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def split(project: Path, official: object) -> subprocess.CompletedProcess[str]:
    write_params(project, sample={"size": "all"}, split={"official": official, "repeats": 1})
    assert stage("sample", project).returncode == 0
    (project / "data/cropped").mkdir(exist_ok=True)
    sampled = pd.read_csv(project / "data/sampled/catalogue.csv", keep_default_na=False)
    crops = sampled.assign(picture=sampled["path"], path=sampled["path"] + ".png")
    crops.to_csv(project / "data/cropped/catalogue.csv", index=False)
    return stage("split", project)


def parts(project: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_csv(project / f"data/sampledsplits/{name}.csv") for name in ("train", "val", "test")}


def test_it_stops_with_a_count_and_an_example(project: Path) -> None:
    done = split(project, "auto")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"split: {LINE}. Set split.official to true to use the dataset's split all the same, or to false to divide "
        "anew, in params.yaml.\n"
    )
    assert not (project / "data/sampledsplits").exists()


def test_it_goes_on_where_that_is_said(project: Path) -> None:
    done = split(project, True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "split: 16 train, 8 val, 16 test; the dataset's own split, as asked; the dataset has no val; it is taken from "
        f"train; {LINE}\n"
    )
    for name, table in parts(project).items():
        assert set(table["part"]) == {"test" if name == "test" else "train"}
        assert "anna" in set(table["group"]) or name == "val"


def test_or_is_divided_anew(project: Path) -> None:
    done = split(project, False)
    assert done.stdout == "split: 20 train, 8 val, 12 test; 19 groups, none on two sides\n"
    groups = [set(table["group"]) for table in parts(project).values()]
    assert sum(map(len, groups)) == len(set.union(*groups)) == 19


def test_a_picture_that_stands_in_train_and_test_is_found_by_its_look(tmp_path: Path) -> None:
    for part, first in (("train", 0), ("test", 7)):
        for label in ("real", "fake"):
            (tmp_path / f"mine/{part}/{label}").mkdir(parents=True)
            for number in range(first, first + 8):  # number 7 stands in both
                pixels = np.random.default_rng([number, label == "fake"]).integers(0, 256, (8, 8, 3), np.uint8)
                images.write_png(tmp_path / f"mine/{part}/{label}/{number}.png", pixels.repeat(8, 0).repeat(8, 1))
    done = split(tmp_path, "auto")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "split: groups on two sides of the official split: 2 (4 pictures), e.g. 'test/fake/7.png' in train and test."
    )
