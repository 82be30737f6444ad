"""Proposed CSVs of folders that no layout recognises, by published names, and what a reader makes of them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from facevalue.common.errors import SourceError
from facevalue.sources import read
from facevalue.sources.proposing.proposal import COLUMNS, Proposal, propose
from facevalue.sources.proposing.words import told


def touch(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"")
    return root


def rows(proposal: Proposal, *columns: str) -> list[list[str]]:
    return proposal.rows[["path", *columns]].values.tolist()


def read_back(folder: Path, proposal: Proposal, fill: str = "") -> pd.DataFrame:
    """What is read of a proposal that lies in its folder, its empty labels filled; each row is one of it."""
    filled = proposal.rows.assign(label=proposal.rows["label"].where(proposal.rows["label"] != "", fill))
    filled.to_csv(folder / "catalogue.csv", index=False, quoting=1)
    offer = read.read_source(folder)
    assert offer.layout == "csv"
    assert (
        offer.pictures[["path", "label", "part"]].values.tolist() == filled[["path", "label", "split"]].values.tolist()
    )
    return offer.pictures


def together(pictures: pd.DataFrame, paths: Sequence[str]) -> bool:
    return pictures.set_index("path").loc[list(paths), "group"].nunique() == 1


def test_fakeavceleb(tmp_path: Path) -> None:
    """Names and header as in https://github.com/DASH-Lab/FakeAVCeleb: a table whose last column has no name."""
    home = "African/men/id00076"
    paths = [
        f"RealVideo-RealAudio/{home}/00109.mp4",
        f"RealVideo-FakeAudio/{home}/00109_fake.mp4",
        f"FakeVideo-RealAudio/{home}/00109_1.mp4",
        f"FakeVideo-FakeAudio/{home}/00109_10_id00476_wavtolip.mp4",
    ]
    other = "FakeVideo-FakeAudio/African/women/id00220/00027_id00220_wavtolip.mp4"
    touch(tmp_path, *paths, other)
    without = propose(tmp_path)
    assert sorted(rows(without, "label")) == sorted(
        [[path, "real" if path.startswith("RealVideo") else "fake"] for path in [*paths, other]]
    )
    assert together(read_back(tmp_path, without), paths)
    lines = ["source,target1,target2,method,category,type,race,gender,path,"]
    for path, method, category in zip(paths, ("real", "rtvc", "faceswap", "wav2lip"), "ABCD", strict=True):
        folder, name = path.rsplit("/", 1)
        kind = folder.split("/")[0]
        lines.append(f"id00076,-,-,{method},{category},{kind},African,men,{name},FakeAVCeleb/{folder}")
    (tmp_path / "meta_data.csv").write_text("\n".join(lines))
    proposal = propose(tmp_path)
    kinds = dict(rows(proposal, "kind"))
    assert [kinds[path] for path in paths] == ["", "", "faceswap", "wav2lip"]
    remarks = dict(rows(proposal, "remark"))
    assert remarks[paths[1]] == "label from meta_data.csv; its sound is fake"
    assert "meta_data.csv names 4 of them by `path`" in proposal.notes
    assert proposal.notes[0] == "catalogue.csv that is there already was not read"
    pictures = read_back(tmp_path, proposal)
    assert together(pictures, paths)
    assert not together(pictures, [paths[0], other])


def test_deeperforensics(tmp_path: Path) -> None:
    """https://github.com/EndlessSora/DeeperForensics-1.0/blob/master/dataset/README.md: its source videos are not the
    real part; that are the targets, `original_sequences` of FaceForensics++. Fakes are called TARGET_SOURCE."""
    source = "source_videos/M101/light_up/surprise/camera_down/M101_light_up_surprise_camera_down.mp4"
    fakes = [
        "manipulated_videos/end_to_end/000_M101.mp4",
        "manipulated_videos/end_to_end_level_1/000_M101.mp4",
        "manipulated_videos/reenact_postprocess/741_M101.mp4",
    ]
    women = ["manipulated_videos/end_to_end/103_W018.mp4", "manipulated_videos/reenact_postprocess/104_W018.mp4"]
    touch(tmp_path, source, *fakes, *women, "original_sequences/youtube/c23/videos/000.mp4")
    proposal = propose(tmp_path)
    labels, kinds = dict(rows(proposal, "label")), dict(rows(proposal, "kind"))
    assert {labels[path] for path in [*fakes, *women]} == {"fake"}
    assert [kinds[path] for path in fakes] == ["end_to_end", "end_to_end_level_1", "reenact_postprocess"]
    assert labels["original_sequences/youtube/c23/videos/000.mp4"] == "real"
    assert labels[source] == ""
    assert proposal.notes[-1] == (
        f"fill in the label of 1 of 7 rows, real or fake, e.g. row 8 ('{source}': no word and no table tells the label)"
    )
    with pytest.raises(SourceError, match="carry a label other than real or fake"):
        read_back(tmp_path, proposal)
    pictures = read_back(tmp_path, propose(tmp_path), fill="real")
    assert together(pictures, [source, *fakes, "original_sequences/youtube/c23/videos/000.mp4"])
    assert together(pictures, women)
    assert not together(pictures, [source, women[0]])


def test_deepfake_eval_2024(tmp_path: Path) -> None:
    """https://huggingface.co/datasets/nuriachandra/Deepfake-Eval-2024: Filename, Ground Truth, Finetuning Set."""
    touch(tmp_path, *(f"image-data/{i}.jpg" for i in range(4)))
    (tmp_path / "image-metadata-publish.csv").write_text(
        "Filename,Finetuning Set,Ground Truth\n"
        "0.jpg,Train,Real\n1.jpg,Test,Fake\n2.jpg,Train,Fake\n3.jpg,Test,Unknown\n"
    )
    proposal = propose(tmp_path)
    assert rows(proposal, "label", "split") == [
        ["image-data/0.jpg", "real", "train"],
        ["image-data/1.jpg", "fake", "test"],
        ["image-data/2.jpg", "fake", "train"],
        ["image-data/3.jpg", "", "test"],
    ]
    assert "row 5 ('image-data/3.jpg': `Ground Truth` is 'Unknown' in image-metadata" in proposal.notes[-1]
    assert set(read_back(tmp_path, proposal, fill="real")["label"]) == {"real", "fake"}


def test_df40(tmp_path: Path) -> None:
    """https://github.com/YZY-stack/DF40: fakes alone, a folder of frames per video; the reals are FaceForensics++'s."""
    real = "FaceForensics++/original_sequences/youtube/c23/frames"
    videos = [f"{real}/000", f"{real}/003", "simswap/ff/frames/000_003", "facedancer/ff/frames/003_000"]
    touch(tmp_path, *(f"{video}/{i:03}.png" for video in videos for i in range(2)))
    proposal = propose(tmp_path)
    assert dict(rows(proposal, "video")) == {f"{video}/{i:03}.png": video for video in videos for i in range(2)}
    kinds = dict(rows(proposal, "kind"))
    assert [kinds[f"{video}/000.png"] for video in videos] == ["", "", "simswap", "facedancer"]
    assert together(read_back(tmp_path, proposal), [f"{video}/{i:03}.png" for video in videos for i in range(2)])


def test_openforensics(tmp_path: Path) -> None:
    """https://zenodo.org/records/5528418: COCO's structure, several faces in a picture, categories Real and Fake."""
    touch(tmp_path, "Train/a.jpg", "Train/b.jpg", "Val/c.jpg", "Test-Dev/d.jpg")
    of_part: dict[str, dict[str, list[int]]] = {"Train": {"a.jpg": [0, 1], "b.jpg": [0]}, "Val": {"c.jpg": [1]}}
    for part, faces in of_part.items():
        content = {
            "categories": [{"id": 0, "name": "Real"}, {"id": 1, "name": "Fake"}],
            "images": [{"id": i, "file_name": f"Images/{part}/{name}"} for i, name in enumerate(faces)],
            "annotations": [{"image_id": i, "category_id": of} for i, name in enumerate(faces) for of in faces[name]],
        }
        (tmp_path / f"{part}_poly.json").write_text(json.dumps(content))
    proposal = propose(tmp_path)
    assert rows(proposal, "label", "split", "remark") == [
        ["Test-Dev/d.jpg", "", "test", "no word and no table tells the label"],
        [
            "Train/a.jpg",
            "fake",
            "train",
            "label from Train_poly.json; faces in it are Fake and Real: which is cropped?",
        ],
        ["Train/b.jpg", "real", "train", "label from Train_poly.json"],
        ["Val/c.jpg", "fake", "val", "label from Val_poly.json"],
    ]
    read_back(tmp_path, proposal, fill="fake")


def test_forgerynet(tmp_path: Path) -> None:
    """https://github.com/yinanhe/ForgeryNet: numbered folders, and lists of a name and three numbers."""
    touch(tmp_path, "Training/image/train_release/1/a/0.jpg", "Training/image/train_release/16/b/1.jpg")
    touch(tmp_path, "Training/image_list.txt")
    (tmp_path / "Training/image_list.txt").write_text("train_release/1/a/0.jpg 1 1 1\ntrain_release/16/b/1.jpg 0 0 0\n")
    proposal = propose(tmp_path)
    assert set(proposal.rows["label"]) == {""}
    assert proposal.notes[-1].startswith("fill in every label, real or fake, e.g. row 2 (")
    unread = "label is 0 or 1 in Training/image_list.txt, `column 2`: which is real?"
    assert set(proposal.rows["remark"]) == {unread}


@pytest.mark.parametrize(
    ("name", "text", "labels", "remark"),
    [
        ("labels.csv", "filename,is_fake\na.jpg,1\nb.jpg,0\n", ["fake", "real"], "label from labels.csv"),
        ("labels.csv", "filename;IsReal\na.jpg;0\nb.jpg;1\n", ["fake", "real"], "label from labels.csv"),
        ("train.csv", "id,is fake\na,True\nb,False\n", ["fake", "real"], "label from train.csv"),
        ("x.tsv", "image\tclass\nimgs/a.jpg\tSynthetic\nimgs/b.jpg\tPristine\n", ["fake", "real"], "label from x.tsv"),
        (
            "x.csv",
            "photo,label\nC:\\me\\imgs\\A.JPG,Fake\nC:\\me\\imgs\\B.JPG,Real\n",
            ["fake", "real"],
            "label from x.csv",
        ),
        ("x.csv", "file,label\na.jpg,stylegan2\nb.jpg,ffhq\n", ["fake", "real"], "label from x.csv"),
        ("x.json", '{"a.jpg": "fake", "b.jpg": "real"}', ["fake", "real"], "label from x.json"),
        ("x.csv", "file,label\na.jpg,0\nb.jpg,1\n", ["", ""], "label is 0 or 1 in x.csv, `label`: which is real?"),
        ("x.csv", "file,target\na.jpg,0\nb.jpg,1\n", ["", ""], "label is 0 or 1 in x.csv, `target`: which is real?"),
        ("x.csv", "file,label\nc.jpg,fake\nd.jpg,real\n", ["", ""], "no word and no table tells the label"),
        ("x.csv", "file,label\na.jpg,fake\na.jpg,real\nb.jpg,\n", ["", ""], ""),
        ("x.csv", '"', ["", ""], "no word and no table tells the label"),
        ("x.json", "[" * 100_000, ["", ""], "no word and no table tells the label"),
    ],
)
def test_what_a_table_tells(tmp_path: Path, name: str, text: str, labels: list[str], remark: str) -> None:
    touch(tmp_path, "imgs/a.jpg", "imgs/b.jpg")
    (tmp_path / name).write_text(text)
    proposal = propose(tmp_path)
    assert proposal.rows["label"].tolist() == labels
    assert remark in ("", *proposal.rows["remark"])


def test_a_table_against_folders_and_another_table_for_groups(tmp_path: Path) -> None:
    touch(tmp_path, "swaps/a.mp4", "swaps/b.mp4", "youtube/c.mp4", "youtube/d.mp4")
    (tmp_path / "facts.csv").write_text(
        "video,label,original,person,source\na,fake,c.mp4,anna,web\nb,real,-,,web\nc,real,,bo; cy,web\n"
    )
    proposal = propose(tmp_path)
    assert proposal.rows[[*COLUMNS[:4], "remark"]].values.tolist() == [
        ["swaps/a.mp4", "fake", "swaps", "c;anna", "label from facts.csv"],
        ["swaps/b.mp4", "real", "", "", "label from facts.csv; folder or name says fake"],
        ["youtube/c.mp4", "real", "", "bo;cy;c", "label from facts.csv"],
        ["youtube/d.mp4", "real", "", "", "label from the folder 'youtube'"],
    ]
    assert together(read_back(tmp_path, proposal), ["swaps/a.mp4", "youtube/c.mp4"])


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("FakeVideo-RealAudio", "fake"),
        ("RealVideo-FakeAudio", "real"),
        ("Celeb-real", "real"),
        ("SimSwap_v2", "fake"),
        ("stylegan2-ffhq", "fake"),
        ("FaceSwap", "fake"),
        ("face2face", "fake"),
        ("latent-diffusion", "fake"),
        ("CelebA-HQ", "real"),
        ("ffhq_512", "real"),
        ("DeepFakeDetection", "fake"),
        ("img_fake12", "fake"),
        ("real_vs_fake", ""),
        ("real and fake", ""),
        ("non_fake", ""),
        ("deepfake_dataset", ""),
        ("0", ""),
        ("morgan_freeman", ""),
        ("Ai_Weiwei_01", ""),
        ("realm", ""),
        ("really", ""),
        ("real_estate", ""),
        ("pics_of_real_estate", ""),
        ("RealEstate", ""),
        ("fake_news", ""),
        ("fake_tan", ""),
        ("Real-Madrid-2024", ""),
        ("my_real_pics", "real"),
        ("real_faces_2", "real"),
        ("set1_fake", "fake"),
        ("fakes-from-app", "fake"),
        ("fake_v2", "fake"),
        ("real_train_images", "real"),
        ("fake_stylegan3", "fake"),
        ("fake_news_deepfakes", "fake"),
        ("real_world_fakes", "fake"),
        ("", ""),
    ],
)
def test_a_word_tells_a_class(name: str, label: str) -> None:
    assert told(name).label == label


def test_a_layout_that_fits_is_written_down(tmp_path: Path) -> None:
    home = "Celeb-DF/v2"
    touch(tmp_path, f"{home}/Celeb-real/id0_0000.mp4", f"{home}/Celeb-synthesis/id0_id1_0000.mp4")
    proposal = propose(tmp_path)
    assert rows(proposal, "label", "kind", "group", "remark") == [
        [f"{home}/Celeb-real/id0_0000.mp4", "real", "", "id0", "layout celeb-df"],
        [f"{home}/Celeb-synthesis/id0_id1_0000.mp4", "fake", "", "id0;id1", "layout celeb-df"],
    ]
    assert proposal.notes == ("2 rows: 1 real, 1 fake; a group for 2, a video for 2", "layout celeb-df")
    before = read.read_source(tmp_path).pictures
    after = read_back(tmp_path, proposal)
    assert after[["label", "kind", "media"]].equals(before[["label", "kind", "media"]])
    with pytest.raises(SourceError, match=r"is not laid out as ff\+\+"):
        propose(tmp_path, "ff++")


def test_a_group_that_a_layout_reads_stays_one(tmp_path: Path) -> None:
    touch(tmp_path, *(f"{label}/{name}/{i}.png" for label in ("real", "fake") for name in ("000", "003") for i in "12"))
    before = read.read_source(tmp_path).pictures
    after = read_back(tmp_path, propose(tmp_path))
    assert (before.groupby("group").ngroup() == after.groupby("group").ngroup()).all()
    assert before["group"].nunique() == 2
    assert after["video"].equals(before["video"])


def test_paths_come_back_as_they_are(tmp_path: Path) -> None:
    names = ["=cmd|'A1'.jpg", "+1.jpg", "-rf.jpg", "@x.jpg", " a.jpg", 'a "b", c;d.jpg', "é.jpg", "#.jpg", "NA.jpg"]
    touch(tmp_path, *(f"{folder}/{name}" for folder in ("a swap", "b;ffhq") for name in names))
    proposal = propose(tmp_path)
    assert set(proposal.rows["label"]) == {"real", "fake"}
    assert read_back(tmp_path, proposal)["path"].tolist() == sorted(proposal.rows["path"])


@pytest.mark.parametrize("home", ["imgs", "fake"])
def test_columns_of_a_table_that_disagree_tell_nothing(tmp_path: Path, home: str) -> None:
    touch(tmp_path, *(f"{home}/{name}.jpg" for name in "abc"))
    (tmp_path / "labels.csv").write_text("file,label,is_fake\na.jpg,real,1\nb.jpg,fake,1\nc.jpg,,0\n")
    assert rows(propose(tmp_path), "label", "remark") == [
        [f"{home}/a.jpg", "", "labels.csv says `is_fake` is '1', `label` is 'real'"],
        [f"{home}/b.jpg", "fake", "label from labels.csv"],
        [f"{home}/c.jpg", "real", "label from labels.csv" + ("; folder or name says fake" if home == "fake" else "")],
    ]


@pytest.mark.parametrize("home", ["imgs", "fake"])
def test_rows_of_a_table_that_disagree_tell_nothing(tmp_path: Path, home: str) -> None:
    touch(tmp_path, f"{home}/a.jpg", f"{home}/b.jpg")
    (tmp_path / "x.csv").write_text("file,label\na.jpg,fake\na.jpg,real\nb.jpg,fake\n")
    assert rows(propose(tmp_path), "label", "kind", "remark")[0] == [
        *(f"{home}/a.jpg", "", "", "x.csv tells both classes of it")
    ]


@pytest.mark.parametrize("home", ["imgs", "fake"])
def test_tables_that_disagree_tell_nothing(tmp_path: Path, home: str) -> None:
    touch(tmp_path, f"{home}/a.jpg", f"{home}/b.jpg")
    for name, label in (("a.csv", "real"), ("b.csv", "fake"), ("c.csv", "fake")):
        (tmp_path / name).write_text(f"file,label\na.jpg,{label}\nb.jpg,fake\n")
    assert rows(propose(tmp_path), "label", "remark") == [
        [f"{home}/a.jpg", "", "a.csv says real, b.csv says fake"],
        [f"{home}/b.jpg", "fake", "label from c.csv"],
    ]


def test_a_table_in_another_encoding_is_said(tmp_path: Path) -> None:
    touch(tmp_path, "set/a.jpg", "set/b.jpg")
    (tmp_path / "labels.csv").write_text("file,label\na.jpg,fake\n", encoding="utf-16")
    assert "tables that are not in UTF-8: 1, e.g. 'labels.csv'" in propose(tmp_path).notes


def test_numbered_folders_and_masks(tmp_path: Path) -> None:
    touch(tmp_path, "set/0/a.jpg", "set/1/b.jpg", "set/1/masks/b.jpg")
    proposal = propose(tmp_path)
    assert rows(proposal, "label") == [["set/0/a.jpg", ""], ["set/1/b.jpg", ""]]
    assert "masks and landmarks, left out: 1, e.g. 'set/1/masks/b.jpg'" in proposal.notes


def test_one_class_alone_is_said(tmp_path: Path) -> None:
    assert propose(touch(tmp_path, "fake/a.jpg", "fake/b.jpg")).notes[-1] == (
        "no row is real; a comparison takes both classes"
    )


def test_a_folder_with_nothing_to_list_is_refused(tmp_path: Path) -> None:
    for place, message in (("none", "does not exist"), ("notes.txt", "is a file"), ("empty", "holds no file that is")):
        touch(tmp_path, "notes.txt", "empty/notes.txt")
        with pytest.raises(SourceError, match=message):
            propose(tmp_path / place)
    touch(tmp_path, "pictures/a.jpg")
    (tmp_path / "pictures/b.jpg").symlink_to(tmp_path / "notes.txt")
    with pytest.raises(SourceError, match="leads out of"):
        propose(tmp_path / "pictures")


def test_a_table_outside_is_not_read(tmp_path: Path) -> None:
    touch(tmp_path, "set/a.jpg", "set/b.jpg")
    (tmp_path / "labels.csv").write_text("file,label\na.jpg,fake\nb.jpg,real\n")
    (tmp_path / "set/labels.csv").symlink_to(tmp_path / "labels.csv")
    assert set(propose(tmp_path / "set").rows["label"]) == {""}
