"""Trees in which identity is told by names and folders alone: what belongs together is drawn into one group."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facevalue.common.errors import SplitError
from facevalue.sources import read
from facevalue.splitting.division import divide
from facevalue.splitting.params import SplitParams
from tests.facevalue.sources.names.made import FRAMES, by, frames, make, torn

DIVIDED = SplitParams(
    val=0.2, test=0.3, folds=1, repeats=1, swaps="join", near_duplicates="join", official=False, unseen="none", seed=0
)
PAIRS = [(target, (target + 3) % 66) for target in range(66)]
FOLDERS = [f"real/{target:03}" for target, _ in PAIRS] + [f"fake/{a:03}_{b:03}" for a, b in PAIRS]
UADFV = [f"real/{number:04}.mp4" for number in range(49)] + [f"fake/{number:04}_fake.mp4" for number in range(49)]


@pytest.mark.parametrize(
    ("paths", "tokens"),
    [
        ([frame for folder in FOLDERS for frame in frames(folder)], r"/(\d{3})(?:_(\d{3}))?/"),
        ([frame for n in range(49) for frame in frames(f"real/frames/{n:04}") + frames(f"fake/frames/{n:04}_fake")],
         r"frames/(\d{4})"),
        (UADFV, r"/(\d{4})"),
        ([f"real/{a:03}.mp4" for a, _ in PAIRS] + [f"fake/Deepfakes/{a:03}_{b:03}.mp4" for a, b in PAIRS],
         r"/(\d{3})(?:_(\d{3}))?\.mp4"),
        ([f"{label}/id{person}_{video:04}_{frame}.png" for label in ("real", "fake") for person in range(9)
          for video in range(2) for frame in range(FRAMES)], r"(\w+/id\d+_\d{4})_"),
        ([f"{place}/{place[-4:]}{video}/frame{frame:03}.jpg" for video in range(7) for frame in range(FRAMES)
          for place in ("train/real", "train/fake", "test/real", "test/fake")], r"(\w+/\w+/\w+\d)/"),
        ([f"real/Person {name}/{frame}.jpg" for name in "ABCDEFG" for frame in range(FRAMES)]
         + [f"fake/swap/Person {name}/{frame}.jpg" for name in "ABCDEFG" for frame in range(FRAMES)], r"(Person \w)/"),
        ([f"real/anna{n}.jpg" for n in "abcdefgh"] + [f"fake/swap/anna{n}_swapped.jpg" for n in "abcdefgh"],
         r"/(anna\w)[_.]"),
        ([f"real/id{n}_0000/{f:03}.png" for n in range(12) for f in range(FRAMES)]
         + [f"fake/id{n}_id{n ^ 1}_0000/{f:03}.png" for n in range(12) for f in range(FRAMES)], r"(id\d+)_"),
        ([f"real/id{n}_0000_{f}.png" for n in range(12) for f in range(FRAMES)]
         + [f"fake/id{n}_id{n ^ 1}_0000_{f}.png" for n in range(12) for f in range(FRAMES)], r"(id\d+)_"),
        ([f"{of}/real/{n:03}/{f}.png" for of in ("simswap", "fsgan") for n in range(12) for f in range(FRAMES)]
         + [f"{of}/fake/{n:03}_{n ^ 1:03}/{f}.png" for of in ("simswap", "fsgan") for n in range(12) for f in range(2)],
         r"/(\d{3})(?:_(\d{3}))?/"),
        ([f"real/{n:03}.mp4" for n in range(12)] + [f"fake/Deepfakes_{n:03}_{n ^ 1:03}.mp4" for n in range(12)],
         r"[/_](\d{3})(?:_(\d{3}))?\.mp4"),
        ([f"real/Vid_{n}.MP4" for n in range(12)] + [f"Fake/vid_{n}_fake.mp4" for n in range(12)], r"[Vv]id_(\d+)"),
    ],
    ids=["a folder per video", "UADFV frames", "UADFV", "pairs", "flat frames", "parts", "people", "retouched",
         "celebrities in folders", "flat celebrities", "generators", "method first", "case"],
)  # fmt: skip
def test_what_belongs_together_is_one_group(tmp_path: Path, paths: list[str], tokens: str) -> None:
    pictures = make(tmp_path, paths)
    assert torn(pictures, by(tokens)) == set()
    assert pictures["group"].nunique() >= 2
    assert set(pictures["kind"]) <= {"real", "fake", "Deepfakes", "swap", "simswap", "fsgan"}


def test_a_folder_per_video_is_a_video_and_no_kind(tmp_path: Path) -> None:
    pictures = make(tmp_path, [frame for folder in FOLDERS for frame in frames(folder)])
    assert set(pictures["video"]) == set(FOLDERS)
    assert set(pictures["kind"]) == {"real", "fake"}
    described = read.read_source(tmp_path).describe()
    assert "folders read as videos, so that their frames stay together: 132, e.g. 'fake/000_003'" in described
    assert "fakes joined with the reals that their names tell: 66, e.g. 'fake/000_003 with real/000'" in described


NUMBERS = st.integers(5, 14)
LAYOUTS = st.sampled_from(
    [
        ("real/{a:03}/{f:04}.png", "fake/{a:03}_{b:03}/{f:04}.png"),
        ("real/{a:03}/{f:04}.png", "fake/Deepfakes/{a:03}_{b:03}/{f:04}.png"),
        ("real/{a:04}_{f}.png", "fake/{a:04}_fake_{f}.png"),
        ("real/{a:04}.mp4", "fake/swap/{a:04}_fake.mp4"),
        ("real/frames/{a:03}/{f}.jpg", "fake/frames/{a:03}-swapped/{f}.jpg"),
        ("real_videos/video {a}/{f:03}.png", "fake_videos/video {a}/{f:03}.png"),
    ]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LAYOUTS, NUMBERS, st.integers(2, 4), st.integers(1, 4))
def test_no_video_and_no_pair_stands_on_two_sides(
    tmp_path_factory: pytest.TempPathFactory, layout: tuple[str, str], videos: int, count: int, step: int
) -> None:
    """Whatever tree of videos, frames and pairs: checked on the paths after the division, or the run says which."""
    names = [
        name.format(a=a, b=(a + step) % videos, f=f) for name in layout for a in range(videos) for f in range(count)
    ]
    pictures = make(tmp_path_factory.mktemp("tree"), dict.fromkeys(names))
    ring = pictures["group"].nunique() < 6  # of swaps: no split can keep all of it on one side
    try:
        division = divide(pictures, DIVIDED.model_copy(update={"swaps": "leave_out" if ring else "join"}))
    except SplitError:
        assert ring  # too few fakes stay within a side
        return
    parts = division.trainings["."]
    identities = defaultdict(set)
    for path, part in zip(pictures["path"], parts, strict=True):
        stem = path.removesuffix(".mp4") if path.endswith(".mp4") else re.sub(r"[/_]\d+\.\w+$", "", path)
        for identity in re.findall(r"\d+", stem)[:2] if part else ():
            identities[int(identity)].add(part)
    assert {identity for identity, on in identities.items() if len(on) > 1} == set()
    assert division.remark.split(";")[0].endswith("none on two sides")
