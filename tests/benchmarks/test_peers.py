"""Both sides of the comparisons, on a few small pictures."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import torch
import yaml

from benchmarks.peers import mtcnn, projects, retinaface, side, training
from demo.drawing.cast import cast
from demo.drawing.draw import photograph
from demo.drawing.params import Params

COUNT = 12
TINY = {"backbone": "test_resnet", "pretrained": False, "image_size": 32, "epochs": 2, "patience": 2, "batch_size": 8}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of small drawn pictures, sampled and divided."""
    project, params = tmp_path_factory.mktemp("project"), Params(pictures=COUNT, side=128, seed=20)
    shots = cast(params)
    for shot in shots:
        file = project / "data/sampled" / shot.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(photograph(shot, params))
    columns = ["path", "label", "kind", "group"]
    table = pd.DataFrame([[shot.path, shot.label, shot.kind, shot.path] for shot in shots], columns=columns)
    table.assign(source=table["path"], part="", video="", identities="", look="").to_csv(
        project / "data/sampled/catalogue.csv", index=False
    )
    settings = projects.parameters(Path("unused"), COUNT, folds=1)
    settings["train"] |= TINY
    settings["crop"]["min_confidence"] = 0.5
    (project / "params.yaml").write_text(yaml.safe_dump(settings))
    projects.split(project)
    (project / "peer").mkdir()
    return project


@pytest.fixture(autouse=True)
def inside(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(made)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_both_crop_and_agree(made: Path) -> None:
    assert mtcnn.ours("single")["pictures"] == mtcnn.peer("batches")["pictures"] == COUNT
    assert list(made.glob("peer/*.png"))
    found = mtcnn.agreement("single")
    assert found["of"] == COUNT
    assert found["same"] >= COUNT - 1


def test_both_train_on_the_same_pictures() -> None:
    ours, peer = training.ours("full"), training.peer("full")
    assert ours["pictures"] == peer["pictures"] == 2 * len(pd.read_csv("data/sampledsplits/train.csv"))
    assert 0 <= ours["auc"] <= 1
    assert 0 <= peer["auc"] <= 1


def test_random_weights_find_a_handful_of_boxes_and_both_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retinaface, "DETECT_SIDE", 256)
    few = side.pictures()[:3]
    monkeypatch.setattr(side, "pictures", lambda: few)
    retinaface.write_weights("float32")
    found = retinaface.agreement("float32")
    assert 1 <= found["boxes"] <= 40
    assert found["mean_iou"] > 0.9
