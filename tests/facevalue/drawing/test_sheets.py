import numpy as np
import pytest
from PIL import Image, ImageDraw

from facevalue.drawing import sheets

AMBER = (255, 178, 36)


@pytest.mark.parametrize("side", [0.0, 0.4, 3.0, 20.0, 26.0])
@pytest.mark.parametrize("left", [-3.0, 500.4, 970.0])
def test_a_face_that_is_a_speck_still_has_a_square(side: float, left: float) -> None:
    cell = sheets.whole(np.zeros((1000, 1000, 3), dtype=np.uint8), 224, (left, 500.0, side))
    assert cell.size == (224, 224)
    assert (np.asarray(cell) == AMBER).all(axis=2).any()


def test_a_tint_lies_on_the_picture_alone() -> None:
    picture = np.zeros((50, 100, 3), dtype=np.uint8)
    cell = sheets.whole(picture, 200, tint=lambda image: Image.new("RGB", image.size, "white"))
    assert (np.asarray(cell)[50:150] == 255).all()
    assert (np.asarray(cell)[:50] != 255).all()
    framed = np.asarray(sheets.face(picture[:, :50], 40, lambda image: Image.new("RGB", image.size, "white")))
    assert (framed[0] == AMBER).all()
    assert (framed[3:-3, 3:-3] == 255).all()


@pytest.mark.parametrize("text", ["short", "a line that goes on and on and on"])
def test_a_line_keeps_to_its_width(text: str) -> None:
    line = Image.new("RGB", (300, 30))
    sheets.write_centred(ImageDraw.Draw(line), text, (150, 20), 100, "white")
    inked = np.nonzero(np.asarray(line).any(axis=(0, 2)))[0]
    assert inked.min() >= 97
    assert inked.max() <= 201


@pytest.mark.parametrize(
    ("label", "kind", "text"), [("real", "real", "real"), ("fake", "identity_swap", "fake: identity swap")]
)
def test_a_kind_is_named_where_it_says_more_than_the_label(label: str, kind: str, text: str) -> None:
    assert sheets.what(label, kind) == text
