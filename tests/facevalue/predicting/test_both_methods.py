import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from facevalue.common import images
from facevalue.common.errors import PictureError
from facevalue.cropping.detection import Faces
from facevalue.cropping.finding import FaceFinder
from facevalue.predicting.both_methods import BothMethods, Prediction
from facevalue.sources import shards

Image = NDArray[np.uint8]


class BrightDetector:
    """A stand-in: one face in the left half of every picture that is not black."""

    def detect(self, images: Sequence[Image]) -> list[Faces]:
        return [self._face(image) for image in images]

    def _face(self, image: Image) -> Faces:
        height, width = image.shape[:2]
        count = int(image.max() > 0)
        return Faces(
            boxes=np.array([[0, 0, width / 2, height]] * count, np.float32).reshape(-1, 4),
            confidences=np.full(count, 0.95, np.float32),
            landmarks=np.zeros((count, 5, 2), np.float32),
        )


class MeanPredictor:
    """A stand-in for networks: the logit is the mean of the picture's first corner's shade."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def letterbox(self, picture: Image) -> Image:
        return np.full((4, 4, 3), picture[:2, :2].mean(), np.uint8)

    def judge(self, squares: Image) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        self.batches.append(len(squares))
        shades = np.asarray(squares.mean(axis=(1, 2, 3)), np.float64)
        return shades, shades / 20


def both(prepare: Any = lambda picture: picture, trainings: int = 1) -> BothMethods:
    full, crop = ((MeanPredictor(),) * trainings for _ in range(2))
    finder = FaceFinder(BrightDetector(), 0.9, 64, 0.0, "largest")
    return BothMethods(finder, full, crop, prepare)  # type: ignore[arg-type]


@pytest.fixture
def pictures(tmp_path: Path) -> list[tuple[str, Path]]:
    shades = [10, 0, 30]
    for index, shade in enumerate(shades):
        images.write_png(tmp_path / f"{index}.png", np.full((20, 40, 3), shade, np.uint8))
    (tmp_path / "3.png").write_bytes(b"no picture")
    return [(f"{index}.png", tmp_path / f"{index}.png") for index in range(4)]


def test_every_picture_has_its_score_in_order(pictures: list[tuple[str, Path]]) -> None:
    bright, black, other, broken = both().predictions(pictures)
    assert [score.picture for score in (bright, black, other, broken)] == ["0.png", "1.png", "2.png", "3.png"]
    assert (bright.full, bright.crop, bright.ensemble) == ((10,), (10,), (10,))
    assert bright.face is not None
    assert bright.face.box == (0, 0, 20, 20)
    assert bright.face.share == 0.5
    assert (other.full, other.crop) == ((30,), (30,))


def test_pictures_in_a_shard_are_scored_like_files(pictures: list[tuple[str, Path]], tmp_path: Path) -> None:
    content = [file.read_bytes() for _, file in pictures]
    pq.write_table(pa.table({"image": content, "label": ["real"] * 4}), tmp_path / "a.parquet", row_group_size=2)
    within = [(name, tmp_path / f"a.parquet/00000{index}.png") for index, (name, _) in enumerate(pictures)]
    assert str(list(both().predictions(within))) == str(list(both().predictions(pictures)))


def test_without_a_face_the_whole_picture_alone_counts(pictures: list[tuple[str, Path]]) -> None:
    black = list(both().predictions(pictures))[1]
    assert black.face is None
    assert np.isnan(black.crop)
    assert black.ensemble == black.full == (0,)


def test_an_unreadable_picture_says_why_and_stops_nothing(pictures: list[tuple[str, Path]]) -> None:
    broken = list(both().predictions(pictures))[3]
    assert broken.problem.startswith("not a picture")
    assert np.isnan([*broken.full, *broken.crop, *broken.ensemble]).all()


def test_only_unreadable_pictures_ask_no_network(pictures: list[tuple[str, Path]]) -> None:
    asked = both()
    assert [score.problem != "" for score in asked.predictions(pictures[3:])] == [True]
    assert asked.full[0].batches == []  # type: ignore[attr-defined]


def test_pictures_come_in_batches(pictures: list[tuple[str, Path]]) -> None:
    asked = both()
    assert len(list(asked.predictions(pictures[:1] * 40))) == 40
    assert asked.full[0].batches == [32, 8]  # type: ignore[attr-defined]


def test_pictures_are_prepared_as_the_training_pictures_were(pictures: list[tuple[str, Path]]) -> None:
    (score,) = both(lambda picture: picture + np.uint8(5)).predictions(pictures[:1])
    assert score == Prediction("0.png", "", score.face, (15,), (15,), 15 / 20)


def test_every_training_has_its_say(pictures: list[tuple[str, Path]]) -> None:
    bright, black, _, broken = both(trainings=3).predictions(pictures)
    assert (bright.full, bright.crop, bright.ensemble) == ((10,) * 3,) * 3
    assert (black.full, len(black.crop), len(black.ensemble)) == ((0,) * 3, 3, 3)
    assert len(broken.full) == 3


def test_how_unlike_a_picture_is_all_trainings_that_saw_it_say(pictures: list[tuple[str, Path]]) -> None:
    bright, black, other, broken = both(trainings=2).predictions(pictures)
    assert [each.unlikeness for each in (bright, black, other)] == [0.5, 0, 1.5]
    assert [each.unlike for each in (bright, black, other, broken)] == [False, False, True, None]


def test_a_picture_that_is_sent_away_takes_along_what_is_to_be_said_of_it(
    pictures: list[tuple[str, Path]], tmp_path: Path
) -> None:
    def said(given: shards.Given) -> object:
        try:
            return given.read().tolist()
        except PictureError as error:
            return str(error)

    (tmp_path / "cut.jpg").write_bytes(pictures[0][1].read_bytes()[:60])
    files = [file for _, file in pictures] + [tmp_path / "cut.jpg", tmp_path / "none.png", tmp_path]
    here = [said(shards.Given(file)) for file in files]
    sent = [pickle.dumps(shards.Given(file)) for file in files]
    for file in tmp_path.iterdir():
        file.unlink()
    assert [said(pickle.loads(each)) for each in sent] == here
    assert here[-3:] == ["truncated JPG", "no such file", "Is a directory"]
