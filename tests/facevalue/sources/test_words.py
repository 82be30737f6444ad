"""What people call the two classes and the parts of a set, and what is no such word."""

from pathlib import Path

import pytest

from facevalue.sources import read
from facevalue.sources.base import label_of, part_of, remark

REAL = """
real REAL reals 0_real 1_real 0-real real_images Real_faces real-videos original Originals original_videos authentic
pristine genuine bonafide bona_fide nature Realism RealArt unaltered
"""
FAKE = """
fake FAKE 1_fake 0_fake fake_images Fake-Faces manipulated manipulated_videos synthetic synthetic_images ai AI_images
AI_generated ai-generated AI-generated_images aigenerated generated generated_faces artificial deepfake Deepfakes
deepfake_images AiArtData forged tampered
"""
NEITHER = """
0 1 2 0000_fake 000_fake training_real training_fake real_train live spoof cats Face2Face stylegan2 realistic faker
fake2 images faces DeepFakeDetection images_of_fakes
"""


@pytest.mark.parametrize(
    ("label", "names"), [("real", REAL), ("fake", FAKE), ("", NEITHER)], ids=["real", "fake", "neither"]
)
def test_a_word_decides(label: str, names: str) -> None:
    assert {name: label_of(name) for name in names.split()} == dict.fromkeys(names.split(), label)


def test_spaces_and_length() -> None:
    assert (label_of("AI generated images"), label_of("Real Faces")) == ("fake", "real")
    assert label_of("real" + "_" * 10_000_000) == label_of("") == label_of("_") == ""
    assert part_of("t" * 10_000_000) == ""


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("train", "train Train TRAINING training_set trainset train-data"),
        ("val", "val valid Validation validation_set"),
        ("test", "test Testing test_set"),
        ("", "dev trainer tests set data training_real"),
    ],
)
def test_parts(part: str, names: str) -> None:
    assert {name: part_of(name) for name in names.split()} == dict.fromkeys(names.split(), part)


@pytest.mark.parametrize(
    ("fake", "real"),
    [
        ("AiArtData", "RealArt"),  # https://www.kaggle.com/datasets/cashbowman/ai-generated-images-vs-real-images
        ("Deepfake", "Real"),  # https://huggingface.co/datasets/prithivMLmods/AI-vs-Deepfake-vs-Real
        ("0_fake", "1_real"),
        ("1_fake", "0_real"),
        ("ai_generated", "bonafide"),
    ],
)
def test_folders_and_parts_are_read_by_their_words(tmp_path: Path, fake: str, real: str) -> None:
    labels = {f"{fake}/a.jpg": "fake", f"{real}/b.jpg": "real"}
    for path in labels:
        for part in ("Testing", "Training_set"):
            (tmp_path / part / path).parent.mkdir(parents=True)
            (tmp_path / part / path).touch()
    offer = read.read_source(tmp_path / "Testing")
    assert offer.layout == "folders"
    assert dict(zip(offer.pictures["path"], offer.pictures["label"], strict=True)) == labels
    offer = read.read_source(tmp_path)
    assert offer.layout == "splits"
    assert dict(zip(offer.pictures["path"], offer.pictures["label"], strict=True)) == {
        f"{part}/{path}": label for part in ("Testing", "Training_set") for path, label in labels.items()
    }
    assert set(offer.pictures["part"]) == {"train", "test"}


def test_deepfakes_may_be_a_method_that_holds_both_classes(tmp_path: Path) -> None:
    for path in ("Deepfakes/real/a.jpg", "Deepfakes/fake/b.jpg", "Face2Face/real/c.jpg", "Face2Face/fake/d.jpg"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()
    pictures = read.read_source(tmp_path).pictures
    assert pictures[["path", "label", "kind"]].values.tolist() == [
        ["Deepfakes/fake/b.jpg", "fake", "Deepfakes"],
        ["Deepfakes/real/a.jpg", "real", "real"],
        ["Face2Face/fake/d.jpg", "fake", "Face2Face"],
        ["Face2Face/real/c.jpg", "real", "real"],
    ]


def test_what_a_remark_shows_of_a_file_that_is_no_text_can_be_printed() -> None:
    (said,) = remark("lines that do not parse", ["\N{REPLACEMENT CHARACTER}PNG"])
    assert said == "lines that do not parse: 1, e.g. ' PNG'"
