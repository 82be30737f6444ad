import pytest

from facevalue.serving.likeness import UNKNOWN, in_words


@pytest.mark.parametrize(
    ("unlikeness", "unlike", "said"),
    [
        (float("nan"), None, UNKNOWN),
        (2.5, True, "It does not resemble what the networks learnt from (2.50 times"),
        (0.4, False, "It resembles what the networks learnt from (0.40 times"),
    ],
)
def test_likeness_in_words(unlikeness: float, unlike: bool | None, said: str) -> None:
    assert in_words(unlikeness, unlike).startswith(said)
