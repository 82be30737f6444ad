import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from facevalue.common import images
from facevalue.common.errors import SourceError
from facevalue.common.methods import METHODS
from facevalue.cropping.finding import Found
from facevalue.cropping.geometry import Square
from facevalue.external import judge
from facevalue.external.judge import ExternalSet
from facevalue.external.overlap import Overlap
from facevalue.predicting.both_methods import Prediction

HALF = dict.fromkeys(METHODS, 0.5)
NAN = float("nan")


def scored(
    *, face: bool = True, label: str = "real", problem: str = "", count: int = 6
) -> tuple[ExternalSet, list[Prediction]]:
    """Pictures, every other one fake unless `label` is empty or `fake`, that both methods score rightly."""
    labels = [("fake" if i % 2 else "real") if label == "real" else label for i in range(count)]
    rows = [(f"{i}.png", labels[i], labels[i], f"{i}.png") for i in range(count)]
    found = Found((0.0, 0.0, 9.0, 9.0), ((0.0, 0.0),) * 5, 0.99, 1, 0.5, Square(0, 0, 9)) if face else None
    logits = [NAN if problem else 2.0 * (i % 2) - 1 for i in range(count)]
    scores = [
        Prediction(f"{i}.png", problem, found, (logit,), (logit if face else NAN,)) for i, logit in enumerate(logits)
    ]
    return ExternalSet(Path(), pd.DataFrame(rows, columns=["path", "label", "kind", "group"])), scores


def draw(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        images.write_png(file, np.zeros((8, 8, 3), np.uint8))


def test_folders_of_both_classes_are_labelled(tmp_path: Path) -> None:
    draw(tmp_path / "real/b.png", tmp_path / "fake/swap/a.png")
    found = judge.read(tmp_path)
    assert found.labelled
    assert found.pictures[["path", "label", "kind"]].to_numpy().tolist() == [
        ["fake/swap/a.png", "fake", "swap"],
        ["real/b.png", "real", "real"],
    ]


def test_one_class_is_enough(tmp_path: Path) -> None:
    draw(tmp_path / "fake/a.png")
    found = judge.read(tmp_path)
    assert found.labelled
    assert found.pictures["label"].tolist() == ["fake"]


def test_any_other_folder_gives_all_its_pictures_without_labels(tmp_path: Path) -> None:
    draw(tmp_path / "holiday/b.png", tmp_path / "a.png")
    (tmp_path / "notes.txt").write_text("no picture")
    found = judge.read(tmp_path)
    assert not found.labelled
    assert found.root == tmp_path
    paths = ["a.png", "holiday/b.png"]
    assert found.pictures.to_numpy().tolist() == [[path, "", "", path] for path in paths]


@pytest.mark.parametrize(("header", "row", "labelled"), [("path", "a.png", False), ("path,label", "a.png,Fake", True)])
def test_a_table_may_have_labels(tmp_path: Path, header: str, row: str, labelled: bool) -> None:
    draw(tmp_path / "a.png")
    (tmp_path / "mine.csv").write_text(f"{header}\n{row}\n")
    found = judge.read(tmp_path / "mine.csv")
    assert found.labelled is labelled
    assert found.pictures["label"].tolist() == ["fake" if labelled else ""]


def test_a_folder_without_pictures_is_an_empty_set(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("put pictures here")
    found = judge.read(tmp_path)
    assert len(found.pictures) == 0
    assert not found.labelled


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("path,label\nb.png,real\n", "1 of 1 rows of .* name no file"),
        ("path,label\na.png,maybe\n", "carry a label other than real or fake"),
        ("path\n../a.png\n", "leads out of"),
        ("name\na.png\n", "has no column path"),
        ("", "is not a CSV with a header"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, content: str, message: str) -> None:
    draw(tmp_path / "a.png")
    (tmp_path / "mine.csv").write_text(content)
    with pytest.raises(SourceError, match=message):
        judge.read(tmp_path / "mine.csv")


def test_a_missing_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"'.*' does not exist"):
        judge.read(tmp_path / "nowhere")


def test_a_labelled_set_has_its_own_rows_and_verdict() -> None:
    found = judge.judge(*scored(), HALF)
    rows = [found[row] for row in METHODS]
    assert [row["auc"] for row in rows if isinstance(row, dict)] == [1, 1, 1]
    assert str(found["sentence"]).startswith("6 pictures, 6 with a face; no difference shown: AUC 1.000 (crop)")
    assert json.dumps(found, allow_nan=False)


def test_videos_are_left_out_and_said(tmp_path: Path) -> None:
    draw(tmp_path / "real/a.png")
    (tmp_path / "real/film.mp4").write_bytes(b"")
    found = judge.read(tmp_path)
    assert found.pictures["path"].tolist() == ["real/a.png"]
    (remark,) = found.remarks
    assert remark == "videos are not scored here, name a folder of their frames: 1, e.g. 'real/film.mp4'"
    for label in ("real", ""):
        given, scores = scored(label=label)
        said = judge.judge(replace(given, remarks=found.remarks), scores, HALF)["sentence"]
        assert remark in str(said)


@pytest.mark.parametrize("label", ["real", ""])
def test_pictures_that_the_networks_knew_count_and_are_said(label: str) -> None:
    given, scores = scored(label=label)
    paths = given.pictures["path"]
    plain, known = (
        judge.judge(given, scores, HALF, overlap=Overlap(paths, pd.Series([part, ""] * 3))) for part in ("", "learnt")
    )
    assert (plain["overlap"], known["overlap"]) == ({"learnt": 0, "tested": 0}, {"learnt": 3, "tested": 0})
    assert "pictures that the networks learnt from, or near-duplicates of such" in known["sentence"]
    assert "3 of 6, e.g. '0.png'" in known["sentence"]
    assert [plain[method] for method in METHODS] == [known[method] for method in METHODS]


def test_without_labels_there_are_scores_only() -> None:
    found = judge.judge(*scored(label=""), HALF)
    assert found["sentence"] == "6 pictures, 6 with a face; without labels, so scores only"
    assert [found[row] for row in (*METHODS, "verdict", "drop")] == [None] * 5


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ({"face": False}, "6 pictures, 0 with a face; nothing to compare"),
        ({"label": "fake"}, "6 pictures, 6 with a face; no difference shown; no AUC: all 6 test pictures are fake"),
        ({"face": False, "problem": "zero bytes"}, "6 pictures, 0 with a face, 6 unreadable; nothing to compare"),
        ({"count": 0}, "no pictures"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(case: dict[str, Any], words: str) -> None:
    found = judge.judge(*scored(**case), HALF)
    assert str(found["sentence"]).startswith(words)
    assert json.dumps(found, allow_nan=False)
