import pickle
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from facevalue.common import images
from facevalue.common.cache import PLACE, Cache
from facevalue.common.errors import PictureError
from facevalue.common.stored import Stored
from facevalue.cropping import table
from facevalue.cropping.cropper import CachedDetector, Crop, Cropper
from facevalue.cropping.detection import Faces
from facevalue.cropping.finding import Found
from facevalue.cropping.geometry import Square
from facevalue.cropping.mtcnn import MtcnnDetector
from tests.facevalue.cropping.conftest import crop_params

Image = NDArray[np.uint8]


@dataclass
class Counting:
    """MTCNN, and how often it was asked."""

    detector: MtcnnDetector = field(default_factory=MtcnnDetector)
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def detect(self, images: Sequence[Image]) -> list[Faces]:
        with self.lock:
            self.asked += len(images)
        return self.detector.detect(images)


@pytest.fixture
def files(tmp_path: Path, portrait: Callable[[int], Image]) -> dict[str, Path]:
    """Three portraits and a picture without a face."""
    pictures = {f"{side}.png": portrait(side) for side in (200, 80, 128)} | {
        "blank.png": np.full((90, 90, 3), 90, "u1")
    }
    for name, picture in pictures.items():
        images.write_png(tmp_path / "pictures" / name, picture)
    return {name: tmp_path / "pictures" / name for name in pictures}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache/results.sqlite", 10**8)


def pictures(files: dict[str, Path]) -> list[tuple[str, Stored]]:
    return [(name, Stored(name, file)) for name, file in files.items()]


def cropping(cache: Cache, monkeypatch: pytest.MonkeyPatch, **changes: object) -> tuple[Cropper, Counting]:
    """As the stage has it, with a detector that counts."""
    counting = Counting()
    monkeypatch.setattr(table, "load_detector", lambda settings, device: counting)
    return table.cropper(crop_params(**{"detect_side": 128, **changes}), cache, "cpu"), counting


def crops(cropper: Cropper, files: dict[str, Path]) -> dict[str, Crop]:
    """What the stage stores and is told."""
    kept: dict[str, bytes] = {}
    found = dict(cropper.crop_all(pictures(files), kept.__setitem__))
    assert list(found) == list(files)
    return {name: Crop(face, kept.get(name, b"")) for name, face in found.items()}


def test_many_pictures_come_in_order_and_equal_one_by_one(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    cropper, _ = cropping(Cache(None), monkeypatch)
    for name, crop in crops(cropper, files).items():
        image = images.read(files[name])
        alone = cropper.finder.find(image)
        assert crop.found == alone
        assert (alone is None) == (name == "blank.png") == (crop.png == b"")
        if alone:
            np.testing.assert_array_equal(images.read(crop.png), cropper.finder.cut(image, alone))


def test_a_sample_that_grew_detects_only_what_is_new(
    files: dict[str, Path], cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = crops(cropping(Cache(None), monkeypatch)[0], files)
    some = {name: files[name] for name in ("200.png", "blank.png")}
    first, counting = cropping(cache, monkeypatch)
    crops(first, some)
    assert counting.asked == 2
    grown, counting = cropping(cache, monkeypatch)
    assert crops(grown, files) == cold
    assert counting.asked == 2
    again, counting = cropping(cache, monkeypatch)
    assert crops(again, files) == cold
    assert counting.asked == 0


def test_another_margin_cuts_anew_and_detects_nothing(
    files: dict[str, Path], cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    crops(cropping(cache, monkeypatch)[0], files)
    for changes in ({"margin": 0.6}, {"max_side": 32}):
        cold = crops(cropping(Cache(None), monkeypatch, **changes)[0], files)
        warm, counting = cropping(cache, monkeypatch, **changes)
        assert crops(warm, files) == cold
        assert counting.asked == 0


@pytest.mark.parametrize(
    "changes", [{"detect_side": 64}, {"min_confidence": 0.5}, {"keep": "most_confident"}, {"precision": "bf16-true"}]
)
def test_what_may_find_another_face_is_asked_anew(
    files: dict[str, Path], cache: Cache, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]
) -> None:
    crops(cropping(cache, monkeypatch)[0], files)
    cropper, counting = cropping(cache, monkeypatch, **changes)
    crops(cropper, files)
    assert counting.asked == len(files)


def test_a_picture_of_other_bytes_under_the_same_name_is_another(
    files: dict[str, Path], cache: Cache, monkeypatch: pytest.MonkeyPatch, portrait: Callable[[int], Image]
) -> None:
    cropper, _ = cropping(cache, monkeypatch)
    before = crops(cropper, files)["200.png"]
    images.write_png(files["200.png"], portrait(160))
    after = crops(cropper, files)["200.png"]
    assert after != before
    assert after == crops(cropping(Cache(None), monkeypatch)[0], files)["200.png"]


def test_what_cannot_be_read_or_kept_comes_out_at_its_turn(
    files: dict[str, Path], cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(name: str, _: bytes) -> None:
        if name == "80.png":
            raise OSError("no space left")

    cropper, _ = cropping(cache, monkeypatch)
    results = cropper.crop_all(pictures(files), full)
    assert next(results)[0] == "200.png"
    with pytest.raises(OSError, match="no space left"):
        next(results)
    files["128.png"].write_bytes(files["128.png"].read_bytes()[:99])
    with pytest.raises(PictureError):
        dict(cropper.crop_all(pictures(files), lambda name, png: None))


def test_sent_to_another_process_it_finds_the_same_with_that_ones_cache(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = table.cropper(crop_params(detect_side=128), Cache(tmp_path / "here/results.sqlite", 10**8), "cpu")
    monkeypatch.setenv(PLACE, str(tmp_path / "there"))
    there = pickle.loads(pickle.dumps(here))
    assert there.key == here.key
    assert crops(there, files) == crops(here, files)
    assert (tmp_path / "there/results.sqlite").exists()
    none = table.cropper(crop_params(detect_side=128), Cache(None), "cpu")
    assert not pickle.loads(pickle.dumps(none)).cache.used


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(arrays(np.float32, st.tuples(st.integers(0, 5), st.just(15)), elements=st.floats(-1e6, 1e6, width=32)))
def test_faces_come_back_as_they_were(rows: NDArray[np.float32]) -> None:
    held: dict[str, bytes] = {}

    class Held(Cache):
        def get(self, key: str) -> bytes | None:
            return held.get(key)

        def put(self, key: str, value: bytes) -> None:
            held[key] = value

    class Known:
        def detect(self, images: Sequence[Image]) -> list[Faces]:
            return [Faces(rows[:, :4], rows[:, 4:14].reshape(-1, 5, 2), rows[:, 14])]

    detector = CachedDetector(Known(), Held(None), "key")
    picture = np.zeros((4, 4, 3), np.uint8)
    first, again = (detector.detect([picture])[0] for _ in range(2))
    assert len(held) == 1
    for name in ("boxes", "landmarks", "confidences"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))


@given(
    st.tuples(*[NUMBERS] * 4), st.tuples(*[st.tuples(NUMBERS, NUMBERS)] * 5), NUMBERS, st.integers(-9, 9), st.binary()
)
def test_a_crop_comes_back_as_it_was(
    box: tuple[float, ...], landmarks: tuple[tuple[float, ...], ...], number: float, pixel: int, png: bytes
) -> None:
    crop = Crop(Found(box, landmarks, number, 3, number, Square(pixel, -pixel, 7)), png)
    assert Crop.from_bytes(crop.to_bytes()) == crop
    assert Crop.from_bytes(Crop(None, b"").to_bytes()) == Crop(None, b"")
