import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facevalue.explaining.attention_sheet import Explained, View, draw_attention, overlay

AMBER, WRONG = (255, 178, 36), (255, 138, 128)


def view(seed: int = 0, size: tuple[int, int] = (90, 120), called: str = "fake", seen: bool = True) -> View:
    random = np.random.default_rng(seed)
    picture = random.integers(0, 200, (*size, 3), dtype=np.uint8)
    return View(picture, random.random((12, 16), dtype=np.float32) if seen else None, 0.75, called)


def example(seed: int = 0, called: str = "fake", kind: str = "identity_swap", seen: bool = True) -> Explained:
    full, crop = view(seed, called=called, seen=seen), view(seed + 1, (40, 40), seen=seen)
    return Explained("fake", kind, full, crop, (30.0, 20.0, 40.0))


def pixels(sheet: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(sheet)


def amber_columns(sheet: NDArray[np.uint8]) -> int:
    """Frames side by side: runs of columns that hold the colour of the crop's square."""
    found = np.nonzero((sheet == AMBER).all(axis=2).any(axis=0))[0]
    return int((np.diff(found) > 1).sum() + 1) if found.size else 0


def test_the_map_is_laid_over_the_picture_from_edge_to_edge() -> None:
    quarter = np.zeros((2, 2), dtype=np.float32)
    quarter[0, 1] = 1
    over = pixels(overlay(Image.new("RGB", (120, 80), "#808080"), quarter)).astype(int)
    brightness = over.sum(axis=2)
    assert over.shape == (80, 120, 3)
    assert brightness[0, -1] == brightness.max()
    assert brightness[0, -1] > brightness[0, 0] + 100
    assert brightness[0, -1] > brightness[-1, -1] + 100


def test_more_attention_is_brighter_whatever_the_level() -> None:
    ramp = np.tile(np.linspace(0, 1, 256, dtype=np.float32), (4, 1))
    grey = pixels(overlay(Image.new("RGB", (256, 4), "#808080"), ramp).convert("L")).astype(int)
    assert (np.diff(grey[2]) >= -1).all()
    assert grey[2, -1] > grey[2, 0] + 60


def test_the_picture_shows_through_in_grey() -> None:
    edge = Image.new("RGB", (100, 100), "black")
    edge.paste((250, 40, 40), (50, 0, 100, 100))
    over = pixels(overlay(edge, np.full((5, 5), 0.5, dtype=np.float32))).astype(int)
    change = over[50, 90] - over[50, 10]
    assert change.min() > 20
    assert np.ptp(change) <= 1  # no colour of its own


def test_without_a_map_it_says_so_in_grey() -> None:
    red = Image.new("RGB", (196, 196), (200, 30, 30))
    plain = pixels(overlay(red, None))
    assert (plain[..., 0] == plain[..., 2]).mean() > 0.9
    assert len(np.unique(plain.reshape(-1, 3), axis=0)) > 2  # letters


@pytest.mark.parametrize(("errors", "successes"), [(4, 6), (1, 1), (0, 1), (3, 0)])
def test_one_column_per_example_in_two_blocks(errors: int, successes: int) -> None:
    drawn = draw_attention(map(example, range(errors)), map(example, range(successes)))
    sheet = pixels(drawn)
    assert amber_columns(sheet) == max(errors, successes)
    assert drawn.width <= 1500
    full = draw_attention([example()], [example()]).height
    assert (drawn.height < full) == (errors == 0 or successes == 0)


def test_nothing_to_show_is_a_quiet_sheet_that_says_so() -> None:
    sheet = draw_attention([], [])
    assert sheet.height < 250
    assert amber_columns(pixels(sheet)) == 0
    assert len(np.unique(pixels(sheet).reshape(-1, 3), axis=0)) > 10


def test_only_a_wrong_answer_is_written_in_the_colour_of_errors() -> None:
    wrong, right = (pixels(draw_attention([example(called=called)], [])) for called in ("real", "fake"))
    assert (wrong == WRONG).all(axis=2).sum() > 50
    assert (right == WRONG).all(axis=2).sum() == 0


def test_the_square_lies_on_the_picture_and_on_its_map() -> None:
    sheet = pixels(draw_attention([example()], []))
    rows = np.nonzero((sheet == AMBER).all(axis=2).any(axis=1))[0]
    tops = rows[np.insert(np.diff(rows) > 1, 0, True)]
    assert len(tops) == 4  # square, square, frame, frame
    assert tops[1] - tops[0] == tops[3] - tops[2]


def test_a_speck_of_a_face_and_a_long_kind_fit() -> None:
    speck = Explained("fake", "a kind " * 20, view(), view(1, (2, 2)), (-1.0, 30.0, 0.5))
    assert draw_attention([speck], []).size == draw_attention([example()], []).size


def test_the_same_examples_give_the_same_bytes() -> None:
    def saved() -> bytes:
        buffer = io.BytesIO()
        draw_attention([example(1), example(2, seen=False)], [example(3)]).save(buffer, format="JPEG", quality=85)
        return buffer.getvalue()

    assert saved() == saved()
