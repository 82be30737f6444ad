"""Identities by the names that the owners of sets publish."""

import json
import re
from pathlib import Path

import pytest

from facevalue.common.catalogue import items
from facevalue.sources import read
from tests.facevalue.sources.names.made import FRAMES, SHARED, by, frames, make, published, torn


def test_a_video_file_is_taken_for_its_frames_and_the_others_keep_theirs(tmp_path: Path) -> None:
    of = "original_sequences/youtube/c23"
    paths = [f"{of}/videos/000.mp4", *(frame for n in range(8) for frame in frames(f"{of}/frames/{n:03}"))]
    paths += [
        frame for n in range(8) for frame in frames(f"manipulated_sequences/Deepfakes/c23/frames/{n:03}_{7 - n:03}")
    ]
    pictures = make(tmp_path, paths)
    assert len(items(pictures[pictures["label"] == "real"])) == 8
    assert set(pictures["path"][pictures["media"] == "video"]) == {f"{of}/videos/000.mp4"}
    assert "real are pictures and videos, fake are pictures" in read.read_source(tmp_path).describe()


def test_flat_frames_of_known_sets_belong_to_their_videos(tmp_path: Path) -> None:
    celeb = [f"Celeb-real/id{n}_000{v}_{f}.png" for n in range(6) for v in (0, 1) for f in range(3)]
    celeb += [f"Celeb-synthesis/id{n}_id{(n + 1) % 6}_0000_{f}.png" for n in range(6) for f in range(3)]
    celeb += [f"YouTube-real/0017{n}_{f}.png" for n in range(6) for f in range(3)]
    tests = "1 YouTube-real/00170.mp4\n0 Celeb-synthesis/id0_id1_0000.mp4\n1 Celeb-real/id0_0000.mp4\n"
    pictures = make(tmp_path / "celeb", celeb, {"List_of_testing_videos.txt": tests})
    assert len(items(pictures)) == 24
    assert (pictures["part"] == "test").sum() == 9
    assert torn(pictures, by(r"(id\d+|YouTube-real/\d+)_")) == set()
    plus = [f"{kind}/c23/frames/{n:03}{target}_{f:04}.png" for n in range(6) for f in range(3) for kind, target in
            (("original_sequences/youtube", ""), ("manipulated_sequences/FaceSwap", f"_{(n + 1) % 6:03}"))]  # fmt: skip
    pictures = make(tmp_path / "plus", plus)
    assert len(items(pictures)) == 12
    assert pictures["group"].nunique() == 1  # each is swapped with the next, all around


def test_celeb_df_plus_plus_has_a_kind_for_each_method(tmp_path: Path) -> None:
    paths = [f"Celeb-real/id{n}_0000.mp4" for n in range(6)]
    kinds = ("FaceSwap/SimSwap", "TalkingFace/Hallo2")
    paths += [f"Celeb-synthesis/{of}/id{n}_id{(n + 1) % 6}_0000.mp4" for of in kinds for n in range(6)]
    pictures = make(tmp_path, paths)
    assert set(pictures["kind"]) == {"real", "SimSwap", "Hallo2"}


def test_the_test_list_of_celeb_df_plus_plus_names_folders_too(tmp_path: Path) -> None:
    """https://github.com/OUC-VAS/Celeb-DF-PP: `0 Celeb-synthesis/FaceSwap/BlendFace/id1_id0_0007.mp4`."""
    reals = [f"Celeb-real/id{n}_0000" for n in range(4)]
    fakes = [
        f"Celeb-synthesis/FaceSwap/{kind}/id{n}_id{n ^ 1}_0000" for kind in ("SimSwap", "Hallo2") for n in range(4)
    ]
    listed = [f"1 {reals[0]}.mp4", f"0 {fakes[0]}.mp4"]
    texts = {"List_of_testing_videos.txt": "\n".join(listed)}
    for number, made in enumerate(("{}.mp4", "{}/000.png")):
        root = tmp_path / str(number)
        holders = [re.sub(r"/(id[^/]*)$", r"/frames/\1", name) if number else name for name in reals + fakes]
        pictures = make(root, map(made.format, holders), texts)
        assert set(pictures["kind"]) == {"real", "SimSwap", "Hallo2"}
        tested = pictures["path"][pictures["part"] == "test"].str.replace("/frames", "").str.rsplit(".", n=1).str[0]
        assert {name.removesuffix("/000") for name in tested} == {reals[0], fakes[0]}


def test_a_source_with_a_letter_is_an_actor_of_deeperforensics(tmp_path: Path) -> None:
    """https://github.com/EndlessSora/DeeperForensics-1.0: 000_M101.mp4 is 000 with the face of actor M101."""
    fakes = [f"{n:03}_{actor}" for n, actor in enumerate(["M101", "W004", "M101", "W004", "M007"])]
    for at, (real, fake) in enumerate(
        [("real", "fake/end_to_end"), ("original_sequences/youtube/c23/videos", "manipulated_sequences/e2e/c23/videos")]
    ):
        paths = [f"{real}/{n:03}.mp4" for n in range(8)] + [f"{fake}/{name}.mp4" for name in fakes]
        pictures = make(tmp_path / str(at), paths)
        assert torn(pictures, by(r"/(\d{3})(?:_([MW]\d{3}))?\.mp4")) == set()
        assert pictures["group"].nunique() == 6
    assert (pictures["media"] == "video").all()
    assert pictures["video"].tolist() == pictures["path"].tolist()


def test_copies_of_ff_plus_plus_name_methods(tmp_path: Path) -> None:
    paths = [f"original/{n:03}.mp4" for n in range(8)]
    paths += [f"{method}/{n:03}_{7 - n:03}.mp4" for method in ("Deepfakes", "Face2Face") for n in range(8)]
    pictures = make(tmp_path, paths)
    assert pictures["kind"].value_counts().to_dict() == {"real": 8, "Deepfakes": 8, "Face2Face": 8}
    assert torn(pictures, by(r"/(\d{3})(?:_(\d{3}))?\.mp4")) == set()
    assert pictures["group"].nunique() == 4


def test_the_first_release_has_no_method_above_its_originals(tmp_path: Path) -> None:
    paths = [f"original_sequences/c23/videos/{n:03}.mp4" for n in range(4)]
    paths += [f"manipulated_sequences/Deepfakes/c23/videos/{n:03}_{3 - n:03}.mp4" for n in range(4)]
    assert make(tmp_path, paths)["label"].value_counts().to_dict() == {"real": 4, "fake": 4}


def test_a_folder_per_generator_is_a_kind(tmp_path: Path) -> None:
    genimage = [f"{of}/{part}/{kind}/{n}.png" for of in ("BigGAN", "Midjourney") for part in ("train", "val")
                for kind in ("nature", "ai") for n in range(3)]  # fmt: skip
    pictures = make(tmp_path / "genimage", genimage)
    assert pictures.value_counts(["label", "kind", "part"]).to_dict() == {
        ("real", "real", "train"): 6, ("real", "real", "val"): 6, ("fake", "BigGAN", "train"): 3,
        ("fake", "BigGAN", "val"): 3, ("fake", "Midjourney", "train"): 3, ("fake", "Midjourney", "val"): 3,
    }  # fmt: skip
    forensynths = [
        f"{of}/{kind}/{n}.png" for of in ("biggan", "stylegan") for kind in ("0_real", "1_fake") for n in "ab"
    ]
    pictures = make(tmp_path / "forensynths", forensynths)
    assert set(pictures["kind"]) == {"real", "biggan", "stylegan"}
    assert (pictures["label"] == "real").sum() == 4


def test_the_preview_of_dfdc_names_both_actors(tmp_path: Path) -> None:
    facts: dict[str, dict[str, object]] = {}
    for n in range(4):
        facts[f"original_videos/{n}/{n}_A_001.mp4"] = {
            "label": "real",
            "set": "train",
            "target_id": n,
            "swapped_id": None,
        }
        facts[f"method_A/{n}/{n}_B_001.mp4"] = {"label": "fake", "set": "test", "target_id": n, "swapped_id": n ^ 1}
    pictures = make(tmp_path, facts, {"dataset.json": json.dumps(facts)})
    assert pictures["kind"].value_counts().to_dict() == {"real": 4, "method_A": 4}
    assert pictures["group"].nunique() == 2
    assert pictures["part"].value_counts().to_dict() == {"train": 4, "test": 4}
    frames_of = [f"{path.split('/')[0]}/frames/{Path(path).stem}" for path in facts]
    pictures = make(
        tmp_path / "frames", [one for of in frames_of for one in frames(of)], {"dataset.json": json.dumps(facts)}
    )
    assert pictures["part"].value_counts().to_dict() == {"train": 4 * FRAMES, "test": 4 * FRAMES}
    assert set(pictures["video"]) == set(frames_of)
    assert pictures["group"].nunique() == 2


def test_two_qualities_of_a_video_are_remarked(tmp_path: Path) -> None:
    paths = [f"{kind}/{quality}/videos/{n}.mp4" for quality in ("c23", "c40") for kind, n in
             (("original_sequences/youtube", "000"), ("manipulated_sequences/Deepfakes", "000_003"))]  # fmt: skip
    make(tmp_path, paths)
    assert "videos in several compressions" in read.read_source(tmp_path).describe()


SCENES = ("exit_phone_room", "walk_down_hall_angry", "hugging_happy")
ACTORS = r"/(\d\d)(?:_(\d\d))?__"


@pytest.mark.parametrize(
    "endings",
    [[".mp4"], ["/0001.png", "/0002.png"], ["_frame0.jpg", "_frame123.jpg"], ["_frame0.jpg"]],
    ids=["videos", "frames", "flat frames", "a frame of each"],
)
def test_actors_of_deepfakedetection_are_never_torn(tmp_path: Path, endings: list[str]) -> None:
    """In folders of our own, or as its copies lie on disks, whatever scene an actor is seen in."""
    shown = [(scene, ending) for scene in SCENES for ending in endings]
    reals = [f"{actor:02}__{scene}{ending}" for actor in range(1, 9) for scene, ending in shown]
    fakes = [f"{one:02}_{one + 1:02}__{scene}__YVGY8LOK{ending}" for one in (1, 3, 5, 7) for scene, ending in shown]
    for real, fake in (("real", "fake"), ("DFD_original_sequences", "DFD_manipulated_sequences")):
        pictures = make(tmp_path / real, [f"{real}/{name}" for name in reals] + [f"{fake}/{name}" for name in fakes])
        assert torn(pictures, by(ACTORS)) == set()
        assert pictures["group"].nunique() == 4


@published
def test_sequences_of_one_youtube_video_share_a_group(tmp_path: Path) -> None:
    origin = json.loads((SHARED / "ff++/conversion_dict.json").read_text())
    lists = {f"{part}.json": (SHARED / f"ff++/{part}.json").read_text() for part in ("train", "val", "test")}
    pairs = [pair for text in lists.values() for pair in json.loads(text)]
    paths = [f"original_sequences/youtube/c23/videos/{name}.mp4" for pair in pairs for name in pair]
    paths += [f"manipulated_sequences/Deepfakes/c23/videos/{a}_{b}.mp4" for one in pairs for a, b in (one, one[::-1])]

    def cut_from(path: str) -> list[str]:
        return [origin[name].rsplit(" ", 1)[0] for name in re.findall(r"\d{3}", path.rsplit("/", 1)[1])]

    alone = make(tmp_path / "alone", paths, lists)
    assert len(torn(alone, cut_from)) == 21
    assert alone["part"].value_counts().to_dict() == {"train": 1440, "val": 280, "test": 280}
    joined = make(tmp_path / "joined", paths, {**lists, "conversion_dict.json": json.dumps(origin)})
    assert torn(joined, cut_from) == set()
    parts = joined.groupby("group")["part"].nunique()
    assert (parts > 1).any()  # the official lists cross, and `split` says so


@published
def test_published_counts_stand(tmp_path: Path) -> None:
    listed = (SHARED / "celeb-df-v2/List_of_testing_videos.txt").read_text()
    tested = [line.split(" ", 1)[1] for line in listed.splitlines()]
    more = [f"Celeb-real/id{n}_9999.mp4" for n in range(5)]
    pictures = make(tmp_path / "celeb", [*tested, *more], {"List_of_testing_videos.txt": listed})
    of_test = pictures[pictures["part"] == "test"]["label"].value_counts().to_dict()
    assert of_test == {"fake": 340, "real": 178}
    table = (SHARED / "dfdc/metadata.json").read_text()
    facts = json.loads(table)
    (tmp_path / "dfdc/train").mkdir(parents=True)
    pictures = make(tmp_path / "dfdc", [f"train/{name}" for name in facts], {"train/metadata.json": table})
    wrong = [path for path, label in zip(pictures["path"], pictures["label"], strict=True)
             if facts[path.rsplit("/", 1)[1]]["label"] != label.upper()]  # fmt: skip
    assert (len(pictures), wrong) == (400, [])


def test_a_csv_names_videos_and_several_identities(tmp_path: Path) -> None:
    rows = ["path,label,group,video"]
    rows += [f"{n}_{f}.png,real,id{n},v{n}" for n in range(4) for f in range(2)]
    rows += [f"s{n}_{f}.png,fake,id{n}; id{n + 1},w{n}" for n in (0, 2) for f in range(2)]
    paths = [row.split(",")[0] for row in rows[1:]]
    pictures = make(tmp_path, paths, {"catalogue.csv": "\n".join(rows)})
    assert pictures["group"].nunique() == 2
    assert len(items(pictures)) == 6
    groups = pictures.set_index("path")["group"]
    assert groups["0_0.png"] == groups["s0_1.png"] == groups["1_0.png"] != groups["2_0.png"] == groups["s2_0.png"]


def test_a_set_that_is_cut_into_folders_by_its_size_has_no_videos(tmp_path: Path) -> None:
    """FFHQ: images1024x1024/00000/00000.png to 69000/69999.png."""
    numbers = [0, 1, 7, 999, 1000, 1001, 1500, 5000, 5001, 69998, 69999]
    paths = [f"real/images1024x1024/{number // 1000 * 1000:05}/{number:05}.png" for number in numbers]
    paths += [f"fake/stylegan/{number // 1000 * 1000:05}/{number:05}.png" for number in numbers]
    pictures = make(tmp_path, paths)
    assert (pictures["video"] == "").all()
    assert pictures["group"].nunique() == len(paths)


def test_a_person_in_the_way_to_a_video_is_one_of_fakeavceleb(tmp_path: Path) -> None:
    """https://github.com/DASH-Lab/FakeAVCeleb, sorted into classes."""
    people = ["id00076", "id00166", "id00476", "id01521", "id02948"]
    reals = [f"real/RealVideo-RealAudio/African/men/{one}/0010{n}.mp4" for n, one in enumerate(people)]
    fakes = [f"fake/FakeVideo-FakeAudio/African/men/{one}/0010{n}_{n}_wavtolip.mp4" for n, one in enumerate(people)] + [
        "fake/FakeVideo-RealAudio/African/men/id00076/00100_id00166_Isiwq7cA.mp4"
    ]
    pictures = make(tmp_path, reals + fakes)
    assert torn(pictures, by(r"(id\d+)")) == set()
    assert pictures["group"].nunique() == 4
    assert pictures.set_index("path")["identities"][fakes[-1]] == "id00076;id00166"


def test_a_video_and_its_frames_are_one(tmp_path: Path) -> None:
    """UADFV holds both."""
    videos = [f"{label}/{n:04}{end}" for label, end in (("real", ""), ("fake", "_fake")) for n in range(5)]
    holders = [f"{label}/frames/{n:04}{end}" for label, end in (("real", ""), ("fake", "_fake")) for n in range(6)]
    pictures = make(tmp_path, [f"{video}.mp4" for video in videos] + [one for of in holders for one in frames(of)])
    assert pictures["media"].value_counts().to_dict() == {"video": 10, "picture": 2 * FRAMES}
    assert set(pictures["video"][pictures["media"] == "picture"]) == {"real/frames/0005", "fake/frames/0005_fake"}
    remarks = read.read_source(tmp_path).remarks
    assert "frames of videos that are there too, left out: 10, e.g. 'fake/frames/0000_fake'" in remarks
    assert torn(pictures, by(r"/(\d{4})(?:_fake)?(?:/|\.mp4)")) == set()
