import pandas as pd
import pytest

from facevalue.common.errors import SourceError
from facevalue.cropping import table
from facevalue.cropping.finding import Found
from facevalue.cropping.geometry import Square

FACE = Found(
    box=(10.0, 20.0, 30.0, 50.0),
    landmarks=((14.0, 30.0), (24.0, 30.0), (19.0, 36.0), (15.0, 44.0), (23.0, 44.0)),
    confidence=0.99,
    faces=2,
    share=0.3,
    square=Square(1, 16, 39),
)


def sampled(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame([(*row, row[0]) for row in rows], columns=["path", "label", "kind", "group"])


PICTURES = sampled(
    ("fake/a.jpg", "fake", "swap"),
    ("fake/b.jpg", "fake", "edit"),
    ("real/c.jpg", "real", "real"),
    ("real/d.jpg", "real", "real"),
)


def test_a_crop_keeps_its_picture_and_every_coordinate() -> None:
    crops = table.tabulate(PICTURES, {"fake/a.jpg": FACE, "real/c.jpg": FACE, "real/d.jpg": None})
    first = crops.found.iloc[0]
    assert (first["path"], first["picture"], first["kind"]) == ("fake/a.jpg.png", "fake/a.jpg", "swap")
    assert [first[f"box_{edge}"] for edge in ("left", "top", "right", "bottom")] == [10, 20, 30, 50]
    assert [first[f"square_{edge}"] for edge in ("left", "top", "side")] == [1, 16, 39]
    assert (first["nose_x"], first["nose_y"]) == (19, 36)
    assert (first["confidence"], first["faces"], first["face_share"]) == (0.99, 2, 0.3)


def test_what_the_source_tells_comes_along() -> None:
    pictures = PICTURES.assign(part="test", video="a.mp4", compression="c23")
    found = table.tabulate(pictures, dict.fromkeys(pictures["path"], FACE)).found
    assert found.columns.tolist()[:8] == [*pictures, "picture"]
    assert set(found["compression"]) == {"c23"}


def test_pictures_without_a_face_are_kept_and_counted_per_class() -> None:
    crops = table.tabulate(PICTURES, {"fake/a.jpg": FACE, "real/c.jpg": FACE})
    assert crops.without["path"].tolist() == ["fake/b.jpg", "real/d.jpg"]
    assert crops.describe() == "4 pictures, 2 faces, 2 without (1 real, 1 fake)"


def test_one_per_kind_has_the_real_picture_first() -> None:
    crops = table.tabulate(PICTURES, dict.fromkeys(PICTURES["path"], FACE))
    assert crops.one_per_kind(6)["kind"].tolist() == ["real", "swap", "edit"]
    assert crops.one_per_kind(2)["kind"].tolist() == ["real", "swap"]


def test_a_class_without_a_face_is_said() -> None:
    with pytest.raises(SourceError, match=r"no face was found in any of the 2 real pictures; lower crop\.min"):
        table.tabulate(PICTURES, {"fake/a.jpg": FACE})
