"""Identities by what strangers call their pictures, and names that tell of none."""

from pathlib import Path

import pytest

from facevalue.sources import read
from tests.facevalue.sources.names.made import by, make, torn


def test_sources_and_kinds_are_no_videos(tmp_path: Path) -> None:
    """FFHQ and CelebA are two sets, StyleGAN2 and PGGAN two kinds: nobody is on all of their pictures."""
    paths = [f"real/{name}/{n:05}.png" for name in ("FFHQ", "CelebA") for n in range(20)]
    paths += [f"fake/{name}/{n:05}.png" for name in ("StyleGAN2", "PGGAN") for n in range(20)]
    pictures = make(tmp_path, paths)
    assert set(pictures["video"]) == {""}
    assert set(pictures["kind"]) == {"real", "StyleGAN2", "PGGAN"}
    assert pictures["group"].nunique() == len(paths)


def test_what_a_set_is_sorted_by_is_no_video(tmp_path: Path) -> None:
    moods = ("happy", "sad", "angry", "calm", "proud", "bored")
    pictures = make(
        tmp_path, [f"{label}/{mood}/{n}.png" for label in ("real", "fake") for mood in moods for n in range(9)]
    )
    assert set(pictures["video"]) == {""}
    assert set(pictures["kind"]) == {"real", *moods}
    assert pictures["group"].nunique() == 108


def test_long_names_take_no_longer(tmp_path: Path) -> None:
    """Each rule looks at a name once: no pattern that tries again from every place."""
    names = ["id0_" * 45 + f"{n}!" for n in range(300)] + ["a" * 180 + f"{n}!" for n in range(300)]
    pictures = make(tmp_path, [f"{label}/{name}.jpg" for label in ("real", "fake") for name in names])
    assert len(pictures) == 1200


def test_numbers_that_both_classes_count_tie_no_pictures(tmp_path: Path) -> None:
    pictures = make(tmp_path, [f"{label}/{n:04}.jpg" for label in ("real", "fake") for n in range(30)])
    assert pictures["group"].nunique() == 60


PEOPLE = ("Brad_Pitt", "Tom_Hanks", "Robert Downey Jr", "Anne-Hathaway")


@pytest.mark.parametrize(
    "tree",
    [
        "{person}/{label}/{frame:04}.png",
        "{person}/{label}/video{video}/{frame:04}.png",
        "{person}/train/{label}/{frame:04}.png",
        "{label}/{person}/video{video}/{frame:04}.png",
        "{label}/{person}/video1/{frame:04}.png",
        "{label}/{person}/scene {video} {frame}/1.png",
        "{label}_videos/{person}/{video:03}.mp4",
        "train/{label}/frames/{person}/clip_{video}/{frame}.jpg",
        "{label}/{person}/{label}_{frame}.jpg",
    ],
)
def test_a_person_is_never_torn_and_no_kind(tmp_path: Path, tree: str) -> None:
    """As many as there are people, and one group each: neither their videos nor the classes part them."""
    pictures = make(
        tmp_path,
        [
            tree.format(person=person, label=label, video=video, frame=frame)
            for person in PEOPLE
            for label in ("real", "fake")
            for video in range(5)
            for frame in range(3)
        ],
    )
    assert torn(pictures, by(f"({'|'.join(PEOPLE)})")) == set()
    assert pictures["group"].nunique() == len(PEOPLE)
    assert set(pictures["kind"]) == {"real", "fake"}
    assert "folders read as people, each a group in both classes: 4, e.g. " in read.read_source(tmp_path).describe()


@pytest.mark.parametrize(
    "names",
    [
        ("Stable_Diffusion", "Big_Gan", "Latent_Diffusion"),
        ("Brad_Pitt", "Tom_Hanks", "Stable_Diffusion"),
        ("Brad_Pitt", "Tom_Hanks"),
        ("Brad_Pitt", "Tom_Hanks", "Anne_Hathaway", "biggan", "stylegan2", "progan"),
        ("brad_pitt", "tom_hanks", "anne_hathaway"),
        ("Happy_Faces", "Sad_Faces", "Angry_Faces"),
        ("Midjourney", "Wukong", "Glide"),
    ],
)
def test_generators_are_no_people(tmp_path: Path, names: tuple[str, ...]) -> None:
    pictures = make(
        tmp_path, [f"{name}/{label}/{n}.png" for name in names for label in ("real", "fake") for n in range(2)]
    )
    assert set(pictures["kind"]) == {"real", *names}
    assert pictures["group"].nunique() == len(pictures)


KEYS = [f"{chr(97 + n)}bqzxwvk{chr(122 - n)}m" for n in range(12)]  # ten letters, as DFDC's
CLIPS = [f"a{n}Xv8_9d0-Z" for n in range(7)] + ["a8Xv8_9d00-"]  # eleven characters, as YouTube's


@pytest.mark.parametrize(
    ("paths", "tokens"),
    [
        ([f"{label}/{key}/{f}.png" for n, key in enumerate(KEYS) for label in ("real", "fake")[n % 2 :][:1]
          for f in (0, 30, 60)], r"/(\w{10})/"),
        ([f"{label}/{key}_{f}.png" for n, key in enumerate(KEYS) for label in ("real", "fake")[n % 2 :][:1]
          for f in (0, 30, 60)], r"/(\w{10})_"),
        ([f"{label}/{key}_{f}_0.png" for n, key in enumerate(KEYS) for label in ("real", "fake")[n % 2 :][:1]
          for f in (0, 30, 60)], r"/(\w{10})_"),
        ([f"{label}/{key}{f:03}.png" for n, key in enumerate(KEYS) for label in ("real", "fake")[n % 2 :][:1]
          for f in (0, 30, 60)], r"/(\w{10})\d{3}"),
        ([f"{part}/{label}/{key}_{f}.png" for n, key in enumerate(KEYS) for label in ("real", "fake")[n % 2 :][:1]
          for f, part in enumerate(("train", "val", "test"))], r"/(\w{10})_"),
        ([f"real/{n:03}/0007.png" for n in range(12)] + [f"fake/{n:03}_{n ^ 1:03}/0008.png" for n in range(12)],
         r"/(\d{3})(?:_(\d{3}))?/"),
        ([f"real/id{n}_0000/0007.png" for n in range(12)]
         + [f"fake/id{n}_id{n ^ 1}_0000/0008.png" for n in range(12)], r"(id\d+)_"),
        ([f"{label}/{name}/{f}.jpg" for label in ("real", "fake") for name in
          ("obama", "trump", "putin", "merkel", "macron", "biden") for f in ("a1", "b7")], r"/(\w+)/"),
        ([f"{label}/{name}/{f}.jpg" for label in ("real", "fake/deepfacelab") for name in
          ("Anna", "Berta", "Clara", "Dora", "Emma", "Frida") for f in ("a1", "b7")], r"/([A-Z]\w+)/"),
        ([f"{label}/{name}/{f}.jpg" for label in ("real", "fake") for name in
          ("王小明", "李华", "张伟", "刘洋", "杨帆") for f in ("a1", "b7")], r"/(\w+)/"),
        ([f"{label}/{name}_{label}.png" for label in ("real", "fake") for name in "abcdefgh"], r"/(\w)_"),
        ([f"{label}/{label}_{name}.png" for label in ("real", "fake") for name in "abcdefgh"], r"_(\w)\."),
        ([f"{label}/{n:04}_{label}.mp4" for label in ("real", "fake") for n in range(9)], r"/(\d{4})_"),
        ([f"real/{clip}_{n}.mp4" for clip in CLIPS for n in range(3)]
         + [f"fake/{clip}_{n}_swap.mp4" for clip in CLIPS for n in range(3)], r"/(.{10,11})_\d"),
        ([f"clip{n:02}/{label}/{f:04}.jpg" for label in ("real", "fake") for n in range(12) for f in range(3)],
         r"(clip\d\d)"),
        ([f"real/{clip}/{part}/0.png" for clip in CLIPS for part in "ab"] + [f"fake/swap/{n}.png" for n in range(9)],
         r"real/([^/]+)/"),
        ([f"real/anna{n}.jpg" for n in range(9)] + [f"fake/anna{n}edited.jpg" for n in range(4)]
         + [f"fake/anna{n}(swap).jpg" for n in range(4, 9)], r"(anna\d)"),
        (["real/Jos\u00e9.png", "real/b.png", "fake/Jose\u0301_swap.png", "fake/b_swap.png"], r"/(Jos|b)"),
        ([f"real/{n:02}__{scene}/{f:04}.png" for n in range(1, 9) for scene in ("exit_phone_room", "walk") for f in
          range(2)] + [f"fake/{n:02}_{(n - 1 ^ 1) + 1:02}__{scene}__AB{n}CD/{f:04}.png" for n in range(1, 9)
                       for scene in ("exit_phone_room", "walk") for f in range(2)], r"/(\d\d)(?:_(\d\d))?__"),
        ([f"{name}/{label}/{f}.jpg" for name in ("Morgan_Freeman", "Tom_Cruise", "Brad_Pitt", "Will_Smith")
          for label in ("real", "fake") for f in range(3)], r"^(\w+)/"),
    ],
    ids=["keys", "flat keys", "keys, frame and face", "keys and numbers in one",
         "keys in parts", "one frame each", "ids, one frame each",
         "surnames", "first names below a kind", "names without a space", "class behind", "class before",
         "class behind a video", "clips of one video", "clips above the class", "clips in keys", "no separator",
         "accents apart", "actors' frames", "a maker's ending in a name"],
)  # fmt: skip
def test_what_strangers_call_their_pictures_is_never_torn(tmp_path: Path, paths: list[str], tokens: str) -> None:
    pictures = make(tmp_path, paths)
    assert torn(pictures, by(tokens)) == set()
    assert pictures["group"].nunique() > 1


@pytest.mark.parametrize(
    "paths",
    [
        [f"{label}/{kind}/{n}.jpg" for label in ("real", "fake") for n in range(4)
         for kind in ("happy", "sad", "angry", "neutral", "surprise", "fear")],
        [f"{maker}/{label}/{n}.jpg" for label in ("nature", "ai") for n in range(4)
         for maker in ("ADM", "BigGAN", "glide", "VQDM", "wukong", "sd14", "sd15")],
        [f"{label}/{label}_{n:05}.jpg" for label in ("real", "fake") for n in range(12)],
        [f"{label}/{n:05}_{label}.jpg" for label in ("real", "fake") for n in range(12)],
    ],
    ids=["feelings", "generators", "class before a number", "class behind a number"],
)  # fmt: skip
def test_what_says_nothing_of_people_joins_nothing(tmp_path: Path, paths: list[str]) -> None:
    assert make(tmp_path, paths)["group"].nunique() == len(paths)
