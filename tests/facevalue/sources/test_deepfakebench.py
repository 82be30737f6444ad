"""Trees as DeepfakeBench rearranges them, with the JSONs that its `preprocessing/rearrange.py` writes, and without."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from facevalue.common.errors import SourceError
from facevalue.sources import read

FF = "FaceForensics++"
REAL = f"{FF}/original_sequences/youtube/c23/frames"
FAKE = f"{FF}/manipulated_sequences"


def make(root: Path, paths: Iterable[str], **tables: object) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    folder = root / "preprocessing/dataset_json"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in tables.items():
        (folder / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return root


def video(label: str, folder: str, before: str = "", count: int = 2) -> dict[str, dict[str, object]]:
    """The entry of a video, with masks as the script adds them."""
    frames = [f"{before}{folder}/{number:03}.png" for number in range(count)]
    return {folder.split("/")[-1]: {"label": label, "frames": frames, "masks": [frames[0].replace("frames", "masks")]}}


def frames(*folders: str, count: int = 2) -> list[str]:
    return [f"{folder}/{number:03}.png" for folder in folders for number in range(count)]


def refusal(source: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read.read_source(source)
    assert str(caught.value).isprintable()
    return str(caught.value)


BEFORE = ("", "/data/zhiyuan/datasets/rgb/", "./datasets/")


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("home", ["", "datasets/rgb/"])
@pytest.mark.parametrize("windows", [False, True])
def test_faceforensics_has_parts_and_compressions(tmp_path: Path, before: str, home: str, windows: bool) -> None:
    folders = [f"{REAL}/{name}" for name in ("000", "003", "071")]
    folders += [f"{FAKE}/{method}/c23/frames/000_003" for method in ("Deepfakes", "Face2Face")]
    folders += [f"{FAKE}/Deepfakes/c23/frames/071_054"]
    content = {
        FF: {
            "FF-real": {
                "train": {"c23": video("FF-real", folders[0], before) | video("FF-real", folders[1], before)},
                "test": {"c23": {}},
                "val": {"c23": video("FF-real", folders[2], before)},
            },
            "FF-DF": {
                "train": {"c23": video("FF-DF", folders[3], before)},
                "test": {"c23": {}},
                "val": {"c23": video("FF-DF", folders[5], before)},
            },
            "FF-F2F": {"train": {"c23": video("FF-F2F", folders[4], before)}, "test": {}, "val": {}},
        }
    }
    text = json.dumps(content)
    text = text.replace("/", "\\\\") if windows else text
    make(tmp_path, [home + path for path in frames(*folders)], **{FF: text, "FF-DF": text})
    offer = read.read_source(tmp_path)
    assert offer.layout == "deepfakebench"
    pictures = offer.pictures.drop_duplicates("video")
    assert pictures[["video", "label", "kind", "part", "compression"]].values.tolist() == [
        [home + folders[3], "fake", "Deepfakes", "train", "c23"],
        [home + folders[5], "fake", "Deepfakes", "val", "c23"],
        [home + folders[4], "fake", "Face2Face", "train", "c23"],
        [home + folders[0], "real", "real", "train", "c23"],
        [home + folders[1], "real", "real", "train", "c23"],
        [home + folders[2], "real", "real", "val", "c23"],
    ]
    assert len(offer.pictures) == 12
    groups = pictures["group"].tolist()
    assert groups[0] == groups[2] == groups[3] == groups[4] != groups[1] == groups[5]


def test_the_training_part_of_celeb_df_holds_its_tests(tmp_path: Path) -> None:
    real, fake = "Celeb-DF-v2/Celeb-real/frames", "Celeb-DF-v2/Celeb-synthesis/frames"
    reals = video("CelebDFv2_real", f"{real}/id0_0000") | video("CelebDFv2_real", f"{real}/id5_0000")
    fakes = video("CelebDFv2_fake", f"{fake}/id0_id1_0000") | video("CelebDFv2_fake", f"{fake}/id5_id6_0000")
    tested = [video("CelebDFv2_real", f"{real}/id5_0000"), video("CelebDFv2_fake", f"{fake}/id5_id6_0000")]
    content = {
        "Celeb-DF-v2": {
            "CelebDFv2_real": {"train": reals, "val": tested[0], "test": tested[0]},
            "CelebDFv2_fake": {"train": fakes, "val": tested[1], "test": tested[1]},
        }
    }
    folders = (f"{real}/id0_0000", f"{real}/id5_0000", f"{fake}/id0_id1_0000", f"{fake}/id5_id6_0000")
    pictures = read.read_source(make(tmp_path, frames(*folders), **{"Celeb-DF-v2": content})).pictures
    assert pictures.drop_duplicates("video")[["video", "label", "part", "group"]].values.tolist() == [
        [folders[0], "real", "train", pictures["group"].iloc[0]],
        [folders[1], "real", "test", pictures["group"].iloc[2]],
        [folders[2], "fake", "train", pictures["group"].iloc[0]],
        [folders[3], "fake", "test", pictures["group"].iloc[2]],
    ]


def test_what_stands_in_each_part_has_none(tmp_path: Path) -> None:
    real = video("UADFV_Real", "UADFV/real/frames/0000")
    fake = video("UADFV_Fake", "UADFV/fake/frames/0000_fake")
    content = {"UADFV": {name: dict.fromkeys(("train", "test", "val"), one) for name, one in
                         (("UADFV_Real", real), ("UADFV_Fake", fake))}}  # fmt: skip
    paths = frames("UADFV/real/frames/0000", "UADFV/fake/frames/0000_fake")
    pictures = read.read_source(make(tmp_path, paths, UADFV=content)).pictures
    assert set(pictures["part"]) == {""}
    assert pictures["group"].nunique() == 1


@pytest.mark.parametrize(
    ("label", "read_as"),
    [
        *(("FF-real", "real"), ("DFD_real", "real"), ("CelebDFv1_real", "real"), ("DFDCP_Real", "real")),
        *(("DFDC_Real", "real"), ("DF_real", "real"), ("UADFV_Real", "real")),
        *(("FF-DF", "fake"), ("FF-F2F", "fake"), ("FF-FS", "fake"), ("FF-NT", "fake"), ("FF-FH", "fake")),
        *(("DFD_fake", "fake"), ("CelebDFv2_fake", "fake"), ("DFDCP_FakeA", "fake"), ("DFDCP_FakeB", "fake")),
        *(("DFDC_Fake", "fake"), ("DF_fake", "fake"), ("UADFV_Fake", "fake")),
    ],
)
def test_labels_by_their_words(tmp_path: Path, label: str, read_as: str) -> None:
    content = {"set": {label: {"train": video(label, "x/frames/0")}, "0": {"train": video("0", "y/frames/0")}}}
    offer = read.read_test_set(make(tmp_path, frames("x/frames/0", "y/frames/0"), one=content))
    assert set(offer.pictures["label"]) == {read_as}
    assert "videos whose label is neither real nor fake, left out: 1, e.g. '0'" in offer.remarks


def test_a_frame_of_another_method_is_not_taken_for_one_that_is_absent(tmp_path: Path) -> None:
    content = {
        FF: {
            "FF-real": {"train": {"c23": video("FF-real", f"{REAL}/000")}},
            "FF-F2F": {"train": {"c23": video("FF-F2F", f"{FAKE}/Face2Face/c23/frames/000_003")}},
        }
    }
    make(tmp_path, frames(f"{REAL}/000", f"{FAKE}/Deepfakes/c23/frames/000_003"), **{FF: content})
    assert "has no fake pictures" in (message := refusal(tmp_path))
    assert f"frames in the JSON that are not there: 2, e.g. '{FAKE}/Face2Face/c23/frames/000_003/000.png'" in message


def test_the_nearest_of_several_trees_is_meant(tmp_path: Path) -> None:
    folders = [f"{home}/{label}/frames/{label[0]}" for home in ("UADFV", "Mine") for label in ("real", "fake")]
    content = {"UADFV": {"UADFV_Real": {"train": video("UADFV_Real", "/x/UADFV/real/frames/r")},
                         "UADFV_Fake": {"train": video("UADFV_Fake", "/x/UADFV/fake/frames/f")}}}  # fmt: skip
    offer = read.read_source(make(tmp_path, frames(*folders), UADFV=content))
    assert set(offer.pictures["video"]) == {"UADFV/real/frames/r", "UADFV/fake/frames/f"}
    assert "pictures or videos that stand outside the layout: 4, e.g. 'Mine/fake/frames/f/000.png'" in offer.remarks


def test_what_two_tables_say_against_each_other_is_refused(tmp_path: Path) -> None:
    one = {"a": {"a_real": {"train": video("a_real", "x/frames/0")}}}
    other = {"b": {"b_fake": {"train": video("b_fake", "x/frames/0")}}}
    assert "says that 'x/frames/0/000.png' is 'b_fake'" in refusal(make(tmp_path, frames("x/frames/0"), a=one, b=other))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": {"a_real": {"train": {', "is no JSON that can be read"),
        ('{"a": {"a_real": {"train": {"v": ' + "[" * 100_000, "is no JSON that can be read"),
        ('{"a": {"a_real": {"train": {"v": 3, "w": {"frames": 3}, "x": {"frames": [3, null, "../../etc/passwd"]}}}}}',
         "has no real and no fake pictures"),
        ('{"a": {"a_real": {"train": {}, "val": {"label": "a_real", "frames": ["x/frames/0/000.png"]}}, "b": 3}}',
         "has no real and no fake pictures"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused(tmp_path: Path, text: str, message: str) -> None:
    assert message in refusal(make(tmp_path, frames("x/frames/0"), a=text))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": {"b": {"c": 1}}}', '{"a.mp4": {"label": "REAL"}}'])
def test_another_projects_json_is_none(tmp_path: Path, text: str) -> None:
    make(tmp_path, ["real/a.jpg", "fake/b.jpg"], other=text)
    assert read.read_source(tmp_path).layout == "folders"


def test_without_a_json_a_set_is_what_it_was_made_from(tmp_path: Path) -> None:
    fake = f"{FAKE}/Deepfakes/c23/frames/000_003"
    paths = frames(f"{REAL}/000", fake, fake.replace("frames", "masks"), fake.replace("frames", "landmarks"))
    make(tmp_path / "a", paths)
    (tmp_path / f"a/{FF}/train.json").write_text('[["000", "003"]]')
    offer = read.read_source(tmp_path / "a" / FF)
    assert (offer.layout, len(offer.pictures), set(offer.pictures["part"])) == ("ff++", 4, {"train"})
    assert offer.pictures["group"].nunique() == 1
    celeb = ("Celeb-real/frames/id0_0000", "YouTube-real/frames/00170", "Celeb-synthesis/frames/id0_id1_0000")
    make(tmp_path / "b", frames(*(f"Celeb-DF-v2/{folder}" for folder in celeb)))
    offer = read.read_source(tmp_path / "b/Celeb-DF-v2")
    assert (offer.layout, len(offer.pictures), offer.pictures["video"].nunique()) == ("celeb-df", 6, 3)
    assert offer.pictures["group"].nunique() == 2
