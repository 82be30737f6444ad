"""Folders per generator, with the names that the sets' owners give them."""

from pathlib import Path

import pytest

from facevalue.sources import read


def make(root: Path, paths: list[str]) -> read.Offer:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    return read.read_source(root)


CATEGORIES = ["airplane", "bicycle", "train"]


@pytest.mark.parametrize(
    ("paths", "kinds", "parts"),
    [
        (  # ForenSynths, for training
            [f"{c}/{label}/{n:05}.png" for c in CATEGORIES for label in ("0_real", "1_fake") for n in range(3)],
            set(CATEGORIES),
            {""},
        ),
        (  # and for testing
            [f"{g}/{label}/{n}.png" for g in ("biggan", "deepfake") for label in ("0_real", "1_fake") for n in range(3)]
            + [f"cyclegan/{c}/{label}/{n}.png" for c in CATEGORIES for label in ("0_real", "1_fake") for n in range(3)],
            {"biggan", "deepfake", "cyclegan"},
            {""},
        ),
        (  # and as its repository lays it out
            [f"{part}/progan/{c}/{label}/{n}.png" for part in ("train", "val") for c in CATEGORIES
             for label in ("0_real", "1_fake") for n in range(3)]
            + [f"test/{g}/{label}/{n}.png" for g in ("biggan", "gaugan") for label in ("0_real", "1_fake")
               for n in range(3)],
            {"progan", "biggan", "gaugan"},
            {"train", "val", "test"},
        ),
        (  # GenImage, as unpacked
            [f"{g}/{inner}/{part}/{label}/{n}.png" for g, inner in (("BigGAN", "imagenet_ai_0419_biggan"),
             ("Midjourney", "imagenet_midjourney")) for part in ("train", "val") for label in ("ai", "nature")
             for n in range(3)],
            {"BigGAN", "Midjourney"},
            {"train", "val"},
        ),
    ],
    ids=["ForenSynths train", "ForenSynths test", "ForenSynths repository", "GenImage"],
)  # fmt: skip
def test_every_picture_is_read_with_its_generator(
    tmp_path: Path, paths: list[str], kinds: set[str], parts: set[str]
) -> None:
    offer = make(tmp_path, paths)
    assert offer.layout == "generators"
    assert not any("outside" in remark for remark in offer.remarks)
    pictures = offer.pictures
    assert sorted(pictures["path"]) == sorted(paths)
    assert set(pictures["kind"][pictures["label"] == "fake"]) == kinds
    assert set(pictures["part"]) == parts
    assert set(pictures["label"]) == {"real", "fake"}


def test_samples_beside_a_split_are_no_generators(tmp_path: Path) -> None:
    split = [f"{part}/{label}/{n}.jpg" for part in ("train", "test") for label in ("real", "fake") for n in range(3)]
    offer = make(tmp_path, [*split, "samples/real/0.jpg", "samples/fake/0.jpg"])
    assert offer.layout == "splits"
    assert any(remark.startswith("pictures or videos that stand outside the layout: 2") for remark in offer.remarks)
