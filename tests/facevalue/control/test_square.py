from hypothesis import given
from hypothesis import strategies as st

from facevalue.control.square import placed, shared
from facevalue.cropping.geometry import Square

SIDES = st.integers(16, 400)


@given(SIDES, SIDES, SIDES, st.text(min_size=1, max_size=20))
def test_it_lies_in_the_picture_or_covers_it(side: int, width: int, height: int, name: str) -> None:
    found = placed(Square(0, 0, side), name, width, height)
    assert found.side == side
    for start, length in ((found.left, width), (found.top, height)):
        assert min(0, length - side) <= start <= max(0, length - side)
    assert found == placed(Square(5, 5, side), name, width, height)


def test_every_place_is_as_likely() -> None:
    face = Square(0, 0, 30)
    found = [placed(face, f"{number}.png", 40, 32) for number in range(4_000)]
    lefts = [sum(square.left == left for square in found) / 4_000 for left in range(11)]
    tops = [sum(square.top == top for square in found) / 4_000 for top in range(3)]
    assert sum(lefts) == sum(tops) == 1
    assert all(abs(share - 1 / 11) < 0.02 for share in lefts)
    assert all(abs(share - 1 / 3) < 0.03 for share in tops)
    corners = sum((square.left, square.top) == (0, 0) for square in found) / 4_000
    assert abs(corners - 1 / 33) < 0.01  # one does not tell the other


def test_what_a_square_shares_with_another() -> None:
    face = Square(10, 20, 8)

    def share(other: Square) -> float:
        return shared(face, other, 200, 200)

    assert share(face) == 1
    assert share(Square(14, 20, 8)) == 0.5
    assert share(Square(14, 16, 8)) == 0.25
    assert share(Square(18, 20, 8)) == 0
    assert share(Square(100, 100, 8)) == 0


def test_what_overhangs_the_picture_shows_nothing() -> None:
    """Both cover the whole picture, wherever they lie."""
    assert shared(Square(-20, -5, 60), Square(-3, -25, 60), 30, 30) == 1
    assert shared(Square(0, -10, 40), Square(20, -10, 40), 80, 20) == 0.5
