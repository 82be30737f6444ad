"""Kinds that no network has seen, through the stages: split, train and compare, on tiny pictures and networks."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from facevalue.common.errors import SplitError
from facevalue.common.methods import TRAINED
from stages.shared import paths
from stages.split import split
from stages.train import train
from stages.unseen import judge_unseen

ROOT = Path(__file__).parents[2]
TINY = {"backbone": "test_resnet", "pretrained": False, "image_size": 32, "epochs": 1, "batch_size": 8}
KINDS = ("Deepfakes", "<b>Face2Face</b>", "FaceSwap")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What sample and crop leave of twenty people, each faked in every way; no face is found in two pictures."""
    chance = np.random.default_rng(0)
    rows = [
        (f"{number:02}_{person:02}.png", "real" if kind == "original" else "fake", kind, f"id{person:02}")
        for person in range(20)
        for number, kind in enumerate(("original", *KINDS))
    ]
    sampled = pd.DataFrame(rows, columns=["path", "label", "kind", "group"])
    sampled = sampled.assign(source=sampled["path"], part="", video="", identities=sampled["group"], look="")
    cropped = sampled.drop(index=[4, 41]).assign(picture=lambda rows: rows["path"], face_share=0.5, confidence=0.99)
    for folder, table in (("sampled", sampled), ("cropped", cropped)):
        (tmp_path / "data" / folder).mkdir(parents=True)
        for path in table["path"]:
            Image.fromarray(chance.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(
                tmp_path / "data" / folder / path
            )
        table.to_csv(tmp_path / "data" / folder / "catalogue.csv", index=False)
    monkeypatch.chdir(tmp_path)
    settings("by_kind")
    return tmp_path


def settings(unseen: str, repeats: int = 2) -> None:
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content["split"] |= {"unseen": unseen, "repeats": repeats}
    content["train"] |= TINY
    Path("params.yaml").write_text(yaml.safe_dump(content))


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_no_fake_of_a_kind_is_learnt_from_and_all_are_tested(project: Path) -> None:
    """Looked at from outside: the tables alone."""
    said = "3 kinds are left out in turn, 6 further trainings of each method"
    assert split().endswith(f"; 20 groups, none on two sides; {said}")
    for method, key in (("full", "path"), ("crop", "picture")):
        folder, usual = paths.UNSEEN[method], paths.SPLITS[method]
        kinds = pd.read_csv(folder / "kinds.csv")
        assert sorted(kinds["kind"]) == sorted(KINDS)
        for kind in kinds.to_dict("records"):
            for repeat in ("repeat_01", "repeat_02"):
                for part in ("train", "val", "test"):
                    of_all = pd.read_csv(usual / repeat / f"{part}.csv")
                    found = pd.read_csv(folder / kind["folder"] / repeat / f"{part}.csv")
                    expected = of_all if part == "test" else of_all[of_all["kind"] != kind["kind"]]
                    assert found[key].tolist() == expected[key].tolist()
                    assert (kind["kind"] in set(found["kind"])) == (part == "test")


def test_it_is_trained_and_judged_and_taken_back(project: Path) -> None:
    split()
    for method in TRAINED:
        assert train(method, "unseen").startswith("6 trainings, 1 epochs: mean val_loss ")
        networks = tree(project / "models/unseen" / method)
        assert len({content for name, content in networks.items() if name.endswith("model.safetensors")}) == 6
        assert {name.split("/")[0] for name in networks} == {"kind_01", "kind_02", "kind_03"}
    said = judge_unseen()
    assert said.startswith("on kinds of fakes that neither had seen, no difference shown: AUC 0.")
    found = json.loads(Path("metrics/unseen.json").read_text())
    assert found["sentence"] == said
    tested = pd.read_csv("data/unseensplits/crop/kind_01/repeat_01/test.csv")
    assert found["pictures"] == len(tested)
    assert set(tree(project / "metrics/unseen")) == {"full.json", "crop.json", "ensemble.json"}
    matrix = pd.read_csv("plots/unseen/matrix.csv")
    assert len(matrix) == 9
    assert set(matrix["kind"]) == {"Deepfakes", "FaceSwap", "‹b›Face2Face‹/b›"}

    settings("none")
    assert split().endswith("; 20 groups, none on two sides")
    for method in TRAINED:
        assert train(method, "unseen") == "nothing to train, split.unseen is none"
        assert tree(project / "models/unseen" / method) == tree(project / "plots/training/unseen" / method) == {}
    assert judge_unseen() == "no kind is left out, split.unseen is none"
    assert tree(project / "metrics/unseen") == {}
    assert json.loads(Path("metrics/unseen.json").read_text()) == {"sentence": judge_unseen()}
    assert {name: len(pd.read_csv(f"plots/unseen/{name}.csv")) for name in ("matrix", "kinds")} == {
        "matrix": 0,
        "kinds": 0,
    }


def test_where_no_kind_can_be_left_out_what_was_there_stays(project: Path) -> None:
    split()
    before = tree(project / "data")
    catalogue = pd.read_csv("data/sampled/catalogue.csv")
    catalogue.assign(kind=catalogue["label"]).to_csv("data/sampled/catalogue.csv", index=False)
    with pytest.raises(SplitError, match=r"split\.unseen is by_kind, and no kind of fakes can be left out"):
        split()
    after = tree(project / "data")
    assert {name: content for name, content in after.items() if "splits" in name} == {
        name: content for name, content in before.items() if "splits" in name
    }


def test_method_1_takes_the_side_at_which_it_sees_the_face_as_method_2_does(project: Path) -> None:
    table = Path("data/cropped/catalogue.csv")
    box = {"box_left": 8.0, "box_top": 8.0, "box_right": 24.0, "box_bottom": 24.0, "square_side": 16}
    pd.read_csv(table).assign(**box).to_csv(table, index=False)  # of pictures of 32 px, half of their side
    settings("none", repeats=1)
    assert "Method 1 takes" not in split()
    assert json.loads(paths.MATCHED.read_text()) == {"image_size": None}
    content = yaml.safe_load(paths.PARAMS.read_text())
    content["train_full"]["image_size"] = "match_face"
    paths.PARAMS.write_text(yaml.safe_dump(content))
    assert split().endswith(
        "; Method 1 takes 64 px, at which the median face is at least as large as in Method 2: 4.0 times its pixels"
    )
    for method, side in zip(TRAINED, (64, 32), strict=True):
        train(method)
        config = json.loads((paths.model(method) / "config.json").read_text())
        assert config["pretrained_cfg"]["input_size"] == [3, side, side]
