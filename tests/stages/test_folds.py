"""Cross-fitting through the stages: split and train, on tiny pictures and networks."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from facevalue.common.errors import SplitError, TrainingError
from stages.shared import paths
from stages.split import split
from stages.train import train

ROOT = Path(__file__).parents[2]
TINY = {"backbone": "test_resnet", "pretrained": False, "image_size": 32, "epochs": 2, "batch_size": 8}
PARTS = ("train", "val", "test")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What sample and crop leave of fifteen real and fifteen fake pictures; no face is found in two."""
    chance = np.random.default_rng(0)
    names = [f"{label}/{i}.png" for label in ("real", "fake") for i in range(15)]
    labels = [name.split("/")[0] for name in names]
    sampled = pd.DataFrame({"path": names, "label": labels, "kind": labels, "group": names})
    sampled = sampled.assign(source=names, part="", video="", identities="", look="")
    cropped = sampled.drop(index=[4, 20]).assign(picture=lambda rows: rows["path"], path=lambda rows: rows["path"])
    for folder, table in (("sampled", sampled), ("cropped", cropped)):
        for path in table["path"]:
            file = tmp_path / "data" / folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(chance.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(file)
        table.to_csv(tmp_path / "data" / folder / "catalogue.csv", index=False)
    monkeypatch.chdir(tmp_path)
    settings(folds=3)
    return tmp_path


def settings(folds: int = 1, repeats: int = 1) -> None:
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content["split"] |= {"folds": folds, "repeats": repeats}
    content["train"] |= TINY
    Path("params.yaml").write_text(yaml.safe_dump(content))


def names(fold: Path, part: str, key: str) -> set[str]:
    return set(pd.read_csv(fold / f"{part}.csv")[key])


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_both_methods_have_the_same_folds_and_every_picture_is_tested_once(project: Path) -> None:
    assert split() == "3 folds, each 14 train, 6 val, 10 test; 30 groups, none on two sides"
    full, crop = (paths.trainings(paths.SPLITS[method])[0] for method in ("full", "crop"))
    assert [fold.name for fold in full] == [fold.name for fold in crop] == ["fold_01", "fold_02", "fold_03"]
    tested = [name for fold in full for name in names(fold, "test", "path")]
    assert sorted(tested) == sorted(pd.read_csv(project / "data/sampled/catalogue.csv")["path"])
    lost = {"real/4.png", "fake/5.png"}
    for one, other in zip(full, crop, strict=True):
        assert set(tree(one)) == {"train.csv", "val.csv", "test.csv"}
        for part in PARTS:
            assert names(other, part, "picture") == names(one, part, "path") - lost


def test_one_fold_lies_where_it_always_did_and_replaces_several(project: Path) -> None:
    split()
    settings(folds=1)
    assert split() == "14 train, 6 val, 10 test; 30 groups, none on two sides"
    assert set(tree(paths.SPLITS["crop"])) == {"train.csv", "val.csv", "test.csv"}
    assert paths.trainings(paths.SPLITS["crop"]) == [[paths.SPLITS["crop"]]]


def test_too_many_folds_leave_what_was_there(project: Path) -> None:
    split()
    before = tree(project / "data")
    settings(folds=20)
    with pytest.raises(SplitError, match=r"15 \w+ pictures in 15 groups cannot fill .* of 20 folds.*lower split.folds"):
        split()
    assert tree(project / "data") == before


def test_a_network_per_fold_and_the_mean_of_their_curves(project: Path) -> None:
    split()
    line = train("crop")
    assert line.startswith("3 trainings, 2 epochs: mean val_loss ")
    folds = ["fold_01", "fold_02", "fold_03"]
    models = tree(paths.model("crop"))
    assert set(models) == {
        f"{fold}/{file}" for fold in folds for file in ("config.json", "model.safetensors", "reference.safetensors")
    }
    assert len({models[f"{fold}/model.safetensors"] for fold in folds}) == 3
    curve = "plots/metrics/val/loss.tsv"
    losses = [pd.read_csv(paths.curves("crop") / fold / curve, sep="\t") for fold in folds]
    mean = pd.read_csv(paths.curves("crop") / curve, sep="\t")
    np.testing.assert_allclose(mean["loss"], np.mean([table["loss"] for table in losses], axis=0))
    assert mean["step"].tolist() == [1, 2]

    # The last fold's network is the one that its split gives on its own: no fold marks the next.
    shutil.move(paths.SPLITS["crop"] / "fold_03", project / "third")
    shutil.rmtree(paths.SPLITS["crop"])
    shutil.move(project / "third", paths.SPLITS["crop"])
    assert train("crop").startswith("2 epochs, best ")
    assert tree(paths.model("crop"))["model.safetensors"] == models["fold_03/model.safetensors"]
    assert not list(paths.curves("crop").glob("fold_*"))


def test_a_fold_that_fails_leaves_nothing_of_the_others(project: Path) -> None:
    split()
    table = paths.SPLITS["full"] / "fold_02" / "train.csv"
    pd.read_csv(table).query("label == 'real'").to_csv(table, index=False)
    with pytest.raises(TrainingError, match="training pictures is fake"):
        train("full")
    assert not list(project.glob("models/*"))
    assert not list(project.glob("plots/training/*"))


def test_every_repeat_has_its_own_draw_and_seed_and_one_test_part(project: Path) -> None:
    settings(repeats=3)
    assert split() == "3 repeats, each 14 train, 6 val, 10 test; 30 groups, none on two sides"
    repeats = [folds[0] for folds in paths.trainings(paths.SPLITS["full"])]
    assert [repeat.name for repeat in repeats] == ["repeat_01", "repeat_02", "repeat_03"]
    assert len({frozenset(names(repeat, "test", "path")) for repeat in repeats}) == 1
    assert len({frozenset(names(repeat, "val", "path")) for repeat in repeats}) == 3
    faces = [folds[0] for folds in paths.trainings(paths.SPLITS["crop"])]
    for one, other in zip(repeats, faces, strict=True):  # paired
        assert names(other, "val", "picture") == names(one, "val", "path") - {"real/4.png", "fake/5.png"}
    assert train("crop").startswith("3 trainings, 2 epochs: mean val_loss ")
    three, first_split = tree(paths.model("crop")), tree(repeats[0])

    settings(repeats=2)
    split()
    train("crop")
    two = tree(paths.model("crop"))
    assert set(two) == {name for name in three if not name.startswith("repeat_03")}
    assert all(three[name] == content for name, content in two.items())

    settings()
    split()
    assert tree(paths.SPLITS["full"]) == first_split  # one alone is the first of several


def test_a_repeat_of_folds_is_a_cross_fitting_of_its_own(project: Path) -> None:
    settings(folds=3, repeats=2)
    assert split().startswith("2 repeats of 3 folds, each 14 train, 6 val, 10 test; ")
    first, second = paths.trainings(paths.SPLITS["full"])
    for repeat in (first, second):
        tested = [name for fold in repeat for name in names(fold, "test", "path")]
        assert len(tested) == len(set(tested)) == 30
    assert names(first[0], "test", "path") != names(second[0], "test", "path")
