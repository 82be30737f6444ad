"""What the page says of a file is what `predict` says, to the last digit; and everything is of that file."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.special import expit

from facevalue import __main__ as command_line
from facevalue.common import images
from facevalue.serving.examining import spread
from facevalue.sources import videos
from tests.facevalue.videos_made import write_numbered, write_video
from tests.served import TRAININGS, examiner

SCORES = ("full", "crop", "ensemble")


@pytest.fixture
def pictures(project: Path) -> list[Path]:
    chance = np.random.default_rng(0)
    for number, (height, width) in enumerate([(40, 30), (90, 120), (64, 64)]):
        picture = Image.fromarray(chance.integers(1, 255, (height, width, 3), np.uint8))
        picture.save(project / f"{number}.jpg", quality=90)
    images.write_png(project / "black.png", np.zeros((40, 30, 3), np.uint8))
    return [*sorted(project.glob("*.jpg")), project / "black.png"]


def predicted(capsys: pytest.CaptureFixture[str], *files: Path) -> Any:
    """A row of `predict` for each."""
    assert command_line.main(["predict", "--json", *(file.name for file in files)]) == 0
    return json.loads(capsys.readouterr().out)["pictures"]


def shown(uri: str) -> Image.Image:
    head, _, content = uri.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(content)))


def test_the_page_gives_what_predict_gives_to_the_last_digit(
    project: Path, pictures: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    page = examiner(project)
    for file in pictures:
        said = page.examine(file, file.name)
        assert [said["scores"]] == predicted(capsys, file)
        assert said["views"][0]["scores"] == said["scores"]
        json.dumps(said, allow_nan=False)


def test_every_training_has_its_place_in_the_spread(project: Path, pictures: list[Path]) -> None:
    said = examiner(project).examine(pictures[0], "a")
    for method in SCORES:
        found = said["trainings"][method]
        assert len(found["each"]) == TRAININGS
        assert found["low"] < said["scores"][method] < found["high"]
        assert found["sd"] == pytest.approx(np.std(found["each"]))
        logits = np.log(found["each"]) - np.log1p(-np.array(found["each"]))
        assert said["scores"][method] == pytest.approx(expit(logits.mean()))


def test_where_there_is_no_face_nothing_is_made_up(project: Path, pictures: list[Path]) -> None:
    said = examiner(project).examine(pictures[-1], "black.png")
    assert (said["scores"]["face"], said["scores"]["crop"], said["trainings"]["crop"]) == ("no", None, None)
    assert said["scores"]["ensemble"] == said["scores"]["full"]
    assert set(said["views"][0]["pictures"]) == {"whole", "whole_attention"}


def test_the_face_is_drawn_into_the_picture_and_stands_beside_it(project: Path) -> None:
    picture = np.full((80, 80, 3), 128, np.uint8)
    images.write_png(project / "grey.png", picture)
    found = examiner(project).examine(project / "grey.png", "grey.png")["views"][0]["pictures"]
    assert list(found) == ["whole", "whole_attention", "face", "face_attention"]
    whole, face = (np.asarray(shown(found[name]), int) for name in ("whole", "face"))
    assert whole.shape == face.shape == (320, 320, 3)
    square = 80 // 2 * 1.3 / 80 * 320  # the stand-in's box is the middle half, with a margin of 0.3
    edge = round(160 - square / 2)
    assert np.ptp(whole[160, edge + 1]) > 60  # coloured, where the rest is grey
    assert np.ptp(whole[160, edge - 20]) < 30
    assert np.ptp(face[160, 160]) < 30


def test_a_picture_in_each_shape_shows_what_its_file_tells(project: Path, pictures: list[Path]) -> None:
    said = examiner(project).examine(pictures[1], "holiday/1.jpg")
    facts = dict(said["facts"])
    assert (said["name"], said["medium"], facts["Format"]) == ("holiday/1.jpg", "picture", "JPEG")
    assert facts["Size"].startswith("120 × 90 px")
    assert facts["JPEG quality"].startswith("90 ")
    assert said["views"][0]["unlike"] is None


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.jpg", b"no picture", "not a picture in JPEG"),
        ("a.jpg", b"", "zero bytes"),
        ("", b"GIF89a", "not a picture in JPEG"),
        ("a.mp4", b"no video", "damaged, or no MP4"),
    ],
)
def test_what_is_no_picture_says_so(project: Path, name: str, content: bytes, problem: str) -> None:
    file = project / f"upload{Path(name).suffix}"
    file.write_bytes(content)
    said = examiner(project).examine(file, name)
    assert said["problem"].startswith(problem)
    assert str(project) not in said["problem"]


def test_beyond_100_megapixels_nothing_is_decoded(project: Path) -> None:
    Image.new("1", (10_001, 10_000)).save(project / "vast.png")
    said = examiner(project).examine(project / "vast.png", "vast.png")
    assert said == {"name": "vast.png", "problem": "10001 x 10000 pixels, more than 100 megapixels"}


def test_a_video_is_the_mean_of_frames_that_predict_would_score_alike(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video = write_numbered(project / "upload.mp4", 40)
    said = examiner(project).examine(video, "film.mp4")
    frames = videos.frames(video, 3)
    assert [view["seconds"] for view in said["views"]] == [frame.seconds for frame in frames]
    files = [project / f"frame{number}.png" for number in range(3)]
    for file, frame in zip(files, frames, strict=True):
        images.write_png(file, frame.picture)
    rows = predicted(capsys, *files)
    for view, row in zip(said["views"], rows, strict=True):
        assert {name: view["scores"][name] for name in SCORES} == {name: row[name] for name in SCORES}
    logits = [np.log(row["full"] / (1 - row["full"])) for row in rows]
    assert said["scores"]["full"] == pytest.approx(expit(np.mean(logits)))
    assert said["scores"]["picture"] == "film.mp4"
    assert dict(said["facts"])["Frames looked at"].startswith("3: ")


def test_a_video_in_which_some_frames_show_a_face_has_theirs(project: Path) -> None:
    shades = [0] * 20 + [200] * 20
    write_video(project / "upload.mp4", [np.full((64, 64, 3), shade, np.uint8) for shade in shades])
    said = examiner(project, frames=4).examine(project / "upload.mp4", "half.mp4")
    assert [view["scores"]["face"] for view in said["views"]] == ["no", "no", "yes", "yes"]
    faces = [view["scores"]["crop"] for view in said["views"][2:]]
    assert min(faces) <= said["scores"]["crop"] <= max(faces)
    assert said["scores"]["face"] == "yes"


def test_a_spread_is_of_numbers_alone() -> None:
    assert spread((0.0, float("nan"))) is None
    assert spread((0.0,)) == {"each": [0.5], "low": 0.5, "high": 0.5, "sd": 0.0}
