"""Every layout on a generated miniature tree: which one is recognised, and what it makes of each file."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from facevalue.common import catalogue, files
from facevalue.sources import read
from facevalue.sources.tree import scan


@dataclass(frozen=True)
class Case:
    """Files to make, those with a text, and what is read: path to (label, kind, group, part[, kept])."""

    layout: str
    rows: dict[str, tuple[str, ...]]
    texts: dict[str, str] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    home: str = ""  # the folder that holds the structure
    kept: tuple[str, ...] = ()


FF = "manipulated_sequences"
CASES = {
    "folders": Case(
        "folders",
        {
            "fake/plain.jpeg": ("fake", "fake", "fake/plain.jpeg", ""),
            "fake/swap/deep/y.jpg": ("fake", "swap", "fake/swap/deep/y.jpg", ""),
            "real/deep/a.PNG": ("real", "real", "real/deep/a.PNG", ""),
            "real/clip.mp4": ("real", "real", "real/clip.mp4", ""),
        },
        aside=("real/notes.txt", "real/.hidden.jpg", ".cache/real/c.jpg"),
    ),
    "folders, upper case": Case(
        "folders", {"FAKE/a.jpg": ("fake", "fake", "FAKE/a.jpg", ""), "Real/b.jpg": ("real", "real", "Real/b.jpg", "")}
    ),
    "folders, numbered": Case(
        "folders",
        {"0_real/a.jpg": ("real", "real", "0_real/a.jpg", ""), "1_fake/x/b.jpg": ("fake", "x", "1_fake/x/b.jpg", "")},
    ),
    "folders, the alphabet the other way round": Case(
        "folders",
        {"0_fake/a.jpg": ("fake", "fake", "0_fake/a.jpg", ""), "1_real/b.jpg": ("real", "real", "1_real/b.jpg", "")},
    ),
    "140k": Case(
        "splits",
        {
            "test/fake/a.jpg": ("fake", "fake", "test/fake/a.jpg", "test"),
            "test/real/b.jpg": ("real", "real", "test/real/b.jpg", "test"),
            "train/fake/c.jpg": ("fake", "fake", "train/fake/c.jpg", "train"),
            "valid/real/d.jpg": ("real", "real", "valid/real/d.jpg", "val"),
        },
        texts={"train.csv": "", "valid.csv": "", "test.csv": ""},
        home="real_vs_fake/real-vs-fake",
    ),
    "Deepfake and real images": Case(
        "splits",
        {
            "Train/Fake/gan/a.jpg": ("fake", "gan", "Train/Fake/gan/a.jpg", "train"),
            "Train/Real/b.jpg": ("real", "real", "Train/Real/b.jpg", "train"),
            "Validation/Real/c.jpg": ("real", "real", "Validation/Real/c.jpg", "val"),
            "TEST/FAKE/d.jpg": ("fake", "fake", "TEST/FAKE/d.jpg", "test"),
        },
        home="Dataset",
    ),
    "ciplab": Case(
        "ciplab",
        {
            "training_fake/easy_1_1110.jpg": ("fake", "easy", "training_fake/easy_1_1110.jpg", "", "1110"),
            "training_fake/hard_23_0001.jpg": ("fake", "hard", "training_fake/hard_23_0001.jpg", "", "0001"),
            "training_real/real_00001.jpg": ("real", "real", "training_real/real_00001.jpg", "", ""),
        },
        kept=("regions",),
    ),
    "ff++ videos": Case(
        "ff++",
        {
            f"{FF}/Deepfakes/c23/videos/000_003.mp4": ("fake", "Deepfakes", "000", "train", "c23"),
            f"{FF}/Face2Face/c23/videos/003_000.mp4": ("fake", "Face2Face", "000", "train", "c23"),
            f"{FF}/Deepfakes/c23/videos/007_132.mp4": ("fake", "Deepfakes", "007", "val", "c23"),
            f"{FF}/DeepFakeDetection/c23/videos/01_02__a_b__XY.mp4": ("fake", "DeepFakeDetection", "01", "", "c23"),
            "original_sequences/actors/c23/videos/02__a_b.mp4": ("real", "real", "01", "", "c23"),
            "original_sequences/youtube/c23/videos/000.mp4": ("real", "real", "000", "train", "c23"),
            "original_sequences/youtube/c23/videos/003.mp4": ("real", "real", "000", "train", "c23"),
            "original_sequences/youtube/c23/videos/132.mp4": ("real", "real", "007", "val", "c23"),
            "original_sequences/youtube/c23/videos/555.mp4": ("real", "real", "555", "test", "c23"),
        },
        texts={
            "splits/train.json": '[["000", "003"]]',
            "splits/val.json": '[["132", "007"]]',
            "splits/test.json": '[["555", "556"]]',
        },
        aside=(f"{FF}/Deepfakes/masks/videos/000_003.mp4", f"{FF}/Deepfakes/c23/frames/000_003/0001.png"),
        kept=("compression",),
    ),
    "ff++ frames": Case(
        "ff++",
        {
            f"{FF}/FaceSwap/raw/frames/000_003/0001.png": ("fake", "FaceSwap", "000", "test"),
            f"{FF}/FaceSwap/raw/frames/000_003/0002.png": ("fake", "FaceSwap", "000", "test"),
            "original_sequences/youtube/raw/images/003/0000.png": ("real", "real", "000", "test"),
        },
        texts={"test.json": '[["000", "003"]]'},
        home="FaceForensics++",
    ),
    "ff++, a copy of DeepFakeDetection": Case(
        "ff++",
        {
            "DFD_manipulated_sequences/DFD_manipulated_sequences/01_02__exit_phone_room__YVGY8LOK.mp4": (
                *("fake", "DeepFakeDetection", "01", ""),
            ),
            "DFD_original sequences/01__exit_phone_room.mp4": ("real", "real", "01", ""),
            "DFD_original sequences/02__exit_phone_room.mp4": ("real", "real", "01", ""),
            "DFD_original sequences/06__walk_down_hall_angry.mp4": ("real", "real", "06", ""),
        },
    ),
    "celeb-df": Case(
        "celeb-df",
        {
            "Celeb-real/id0_0000.mp4": ("real", "real", "id0", "train"),
            "Celeb-real/id1_0004.mp4": ("real", "real", "id0", "test"),
            "Celeb-real/id9_0000.mp4": ("real", "real", "id9", "train"),
            "Celeb-synthesis/id0_id1_0000.mp4": ("fake", "fake", "id0", "test"),
            "Celeb-synthesis/id2_id3_0007.mp4": ("fake", "fake", "id2", "train"),
            "YouTube-real/00170.mp4": ("real", "real", "YouTube-real/00170.mp4", "test"),
            "YouTube-real/00171.mp4": ("real", "real", "YouTube-real/00171.mp4", "train"),
        },
        texts={
            "List_of_testing_videos.txt": "1 YouTube-real/00170.mp4\n0 Celeb-synthesis/id0_id1_0000.mp4\n"
            "1 Celeb-real/id1_0004.mp4\n\n"
        },
    ),
    "celeb-df frames": Case(
        "celeb-df",
        {
            "celeb-real/id0_0000/0.png": ("real", "real", "id0", ""),
            "celeb-synthesis/frames/id1_id0_0000/000.png": ("fake", "fake", "id0", ""),
            "YouTube-real/00170/1.png": ("real", "real", "YouTube-real/00170", ""),
            "YouTube-real/00170/2.png": ("real", "real", "YouTube-real/00170", ""),
        },
    ),
    "dfdc": Case(
        "dfdc",
        {
            "dfdc_train_part_0/a.mp4": ("fake", "fake", "b", "train"),
            "dfdc_train_part_0/b.mp4": ("real", "real", "b", "train"),
            "dfdc_train_part_1/c.mp4": ("fake", "fake", "elsewhere", "train"),
        },
        texts={
            "dfdc_train_part_0/metadata.json": json.dumps(
                {
                    "a.mp4": {"label": "FAKE", "split": "train", "original": "b.mp4"},
                    "b.mp4": {"label": "REAL", "split": "train", "original": None},
                }
            ),
            "dfdc_train_part_1/metadata.json": json.dumps(
                {"c.mp4": {"label": "FAKE", "split": "train", "original": "elsewhere.mp4"}}
            ),
        },
    ),
    "wilddeepfake": Case(
        "wilddeepfake",
        {
            "fake_test/7/fake/12/31.png": ("fake", "fake", "fake_test/7", "test", "fake_test/7/fake/12"),
            "fake_train/0/0/fake/3/0.png": ("fake", "fake", "fake_train/0", "train", "fake_train/0/0/fake/3"),
            "real_train/1/real/103/0.png": ("real", "real", "real_train/1", "train", "real_train/1/real/103"),
            "real_train/1/real/103/1.png": ("real", "real", "real_train/1", "train", "real_train/1/real/103"),
            "real_train/1/real/104/9.png": ("real", "real", "real_train/1", "train", "real_train/1/real/104"),
            "real test/2/real/5/0.png": ("real", "real", "real test/2", "test", "real test/2/real/5"),
            "real test/frames/6/0.png": ("real", "real", "real test/frames/6", "test", "real test/frames/6"),
        },
        texts={"fake_train/0.tar.gz": ""},
        aside=("real_train/preview.txt",),
        home="deepfake_in_the_wild",
        kept=("video",),
    ),
    "dffd": Case(
        "dffd",
        {
            "ffhq/train/00001.png": ("real", "real", "ffhq/train/00001.png", "train"),
            "ffhq/validation/00002.png": ("real", "real", "ffhq/validation/00002.png", "val"),
            "pggan_v2/test/x.png": ("fake", "pggan_v2", "pggan_v2/test/x.png", "test"),
            "FaceApp/train/y.png": ("fake", "FaceApp", "FaceApp/train/y.png", "train"),
        },
        texts={"_lists/train_real.txt": ""},
    ),
    "imagefolder": Case(
        "imagefolder",
        {
            "test/a.jpg": ("fake", "swap", "id1", "test"),
            "train/deep/0001.png": ("real", "real", "id0", "val"),
            "train/deep/0002.PNG": ("fake", "fake", "id1", "train"),
            "train/0003.png": ("real", "real", "train/0003.png", "train"),
        },
        texts={
            "train/metadata.csv": "file_name,label,group,split,caption\ndeep/0001.png,REAL,id0,val,x\n"
            'deep/0002.png,AI-generated,id1;id2,,"a, b"\n./0003.png,original,,,\n',
            "test/metadata.csv": "file_name,label,kind,group\na.jpg,Fake,swap,id2\n",
        },
    ),
    "imagefolder, lines": Case(
        "imagefolder",
        {
            "train/0001.png": ("real", "real", "train/0001.png", "train"),
            "train/0002.png": ("fake", "Artificial", "train/0002.png", "train"),
            "train/0003.png": ("fake", "Deepfake", "train/0003.png", "train"),
        },
        texts={
            "metadata.jsonl": '{"file_name": "train/0001.png", "label": "Real", "objects": {"bbox": [[1, 2]]}}\n\n'
            '{"file_name": "train/0002.png", "label": "Artificial"}\n'
            '{"label": "Deepfake", "file_name": "train/0003.png", "kind": null}\n'
        },
    ),
    "csv": Case(
        "csv",
        {
            "real/1.jpg": ("real", "real", "anna", "train"),
            "real/2.jpg": ("fake", "swap", "real/2.jpg", "val"),
            "007.jpg": ("fake", "fake", "007.jpg", ""),
        },
        texts={
            "catalogue.csv": "\ufeffpath, label,kind,group,split,note\nreal/1.jpg,REAL,,anna,Train,x\n"
            "./real/2.jpg, fake ,swap,,valid,\n007.jpg,fake,,,,\n"
        },
        aside=("fake/not_in_the_table.jpg",),
    ),
}


def make(root: Path, case: Case) -> Path:
    for path in (*case.rows, *case.aside, *case.texts):
        file = root / case.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(case.texts.get(path, ""), encoding="utf-8")
    return root


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_layout_is_recognised_and_read(tmp_path: Path, case: Case) -> None:
    offer = read.read_source(make(tmp_path, case))
    assert offer.layout == case.layout
    assert offer.root == tmp_path / case.home
    columns = ["label", "kind", "group", "part", *case.kept]
    rows = {row[0]: row[1:] for row in offer.pictures[["path", *columns]].itertuples(index=False, name=None)}
    assert rows == case.rows
    assert offer.pictures["path"].is_monotonic_increasing
    videos = offer.pictures["path"].str.endswith(".mp4")
    assert (offer.pictures["media"] == videos.map({True: "video", False: "picture"})).all()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_other_layout_claims_it_and_forcing_it_changes_nothing(tmp_path: Path, case: Case) -> None:
    root = make(tmp_path, case)
    claims = [layout.NAME for layout in read.LAYOUTS if layout.recognises(scan(root / case.home))]
    assert claims == (["csv", "folders"] if case.layout == "csv" else [case.layout])
    assert read.read_source(root, case.layout).pictures.equals(read.read_source(root).pictures)


def test_frames_and_videos_name_their_video(tmp_path: Path) -> None:
    frames = read.read_source(make(tmp_path / "frames", CASES["ff++ frames"])).pictures
    assert frames["video"].nunique() == 2
    assert frames["video"].iloc[0] == frames["video"].iloc[1] == f"{FF}/FaceSwap/raw/frames/000_003"
    videos = read.read_source(make(tmp_path / "videos", CASES["celeb-df"])).pictures
    assert (videos["video"] == videos["path"]).all()
    pictures = read.read_source(make(tmp_path / "pictures", CASES["140k"])).pictures
    assert (pictures["video"] == "").all()


def test_the_archive_of_ciplab_holds_its_pictures_twice(tmp_path: Path) -> None:
    make(tmp_path / "real_and_fake_face", CASES["ciplab"])
    make(tmp_path / "real_and_fake_face_detection/real_and_fake_face", CASES["ciplab"])
    offer = read.read_source(tmp_path)
    assert (offer.layout, len(offer.pictures)) == ("ciplab", 3)
    assert offer.pictures["path"].iloc[0] == "real_and_fake_face/training_fake/easy_1_1110.jpg"
    assert offer.remarks[0].startswith("pictures or videos that stand outside the layout: 3, e.g.")


def test_a_file_is_a_csv(tmp_path: Path) -> None:
    root = make(tmp_path, CASES["csv"])
    table = (root / "catalogue.csv").rename(root / "mine.csv")
    assert read.read_source(table).layout == "csv"
    assert read.read_source(table).root == root
    assert len(read.read_source(table, "csv").pictures) == 3


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_offered_comes_back_from_a_csv(tmp_path: Path, case: Case) -> None:
    pictures = read.read_source(make(tmp_path, case)).pictures
    files.write_csv(pictures, tmp_path / "written.csv")
    pd.testing.assert_frame_equal(catalogue.read(tmp_path / "written.csv"), pictures)
