import pandas as pd
import pytest

from facevalue.common.errors import SplitError
from facevalue.splitting import match_face


def crops(*shares: float, margin: float = 0.3, longer: float = 600) -> pd.DataFrame:
    """Faces whose box has these shares of the picture's longer side, each cut out with a margin."""
    rows = [
        (round(share * longer * (1 + margin)), share, 10, 20, 10 + 0.8 * share * longer, 20 + share * longer)
        for share in shares
    ]
    return pd.DataFrame(rows, columns=["square_side", "face_share", "box_left", "box_top", "box_right", "box_bottom"])


@pytest.mark.parametrize(
    ("shares", "face_side", "expected"),
    [
        ((0.25, 0.25), 128, 416),  # the square is 0.325 of the picture: 394 px
        ((0.1, 0.25, 0.9), 128, 416),  # the median face
        ((0.5,), 128, 224),
        ((0.7,), 128, 160),  # 141 px
        ((1.2,), 128, 128),  # never smaller than Method 2's
        ((0.25,), 224, 704),
    ],
)
def test_the_median_face_has_as_many_pixels(shares: tuple[float, ...], face_side: int, expected: int) -> None:
    found = match_face.side(crops(*shares), face_side, 2048)
    assert found == expected
    seen = found * match_face.share(crops(*shares))
    assert face_side <= seen
    assert found == face_side or found - 32 < face_side * found / seen


def test_no_more_than_a_network_may_have() -> None:
    with pytest.raises(
        SplitError, match=r"Method 1 would take 3,840 px, more than 2,048\. Lower train_crop\.image_size"
    ):
        match_face.side(crops(0.025), 128, 2048)


def test_without_a_face_there_is_none() -> None:
    with pytest.raises(SplitError, match=r"match_face, and no face was found\. Set it to null"):
        match_face.side(crops(), 128, 2048)


def test_what_it_costs_is_said() -> None:
    said = "Method 1 takes 384 px, at which the median face is at least as large as in Method 2: 9.0 times its pixels"
    assert match_face.describe(384, 128) == said
