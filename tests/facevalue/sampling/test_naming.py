import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facevalue.sampling.naming import ending, own_name


@pytest.mark.parametrize(
    ("source", "readable"),
    [
        ("fake/swap/033_097.mp4", "033-097"),
        ("fake/Ünï côde (1).jpg", "n-c-de-1"),
        ("a/" + "very long " * 20 + ".png", "very-long-very-long-very"),
        ("fake/人脸.png", ""),
        ('fake/<img src=x onerror="a()">.jpg', "img-src-x-onerror-a"),
    ],
)
def test_a_name_stays_readable_as_far_as_it_is_plain(source: str, readable: str) -> None:
    assert re.fullmatch(rf"fake/{readable}{'-' if readable else ''}[0-9a-f]{{16}}", own_name("fake", source))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_whatever_a_picture_is_called_its_own_name_is_plain_and_short(source: str) -> None:
    assert re.fullmatch(r"real/[a-z0-9-]{16,41}", own_name("real", source))


def test_names_tell_pictures_apart() -> None:
    sources = ["a.jpg", "A.jpg", "a.png", "b/a.jpg", "a.jpg/a.jpg", "a .jpg"]
    assert len({own_name("real", source) for source in sources}) == len(sources)
    assert own_name("real", "a.jpg") == "real/a-" + "509b0d4641a7c3ba"  # printf a.jpg | sha256sum


@pytest.mark.parametrize(("source", "suffix"), [("a/b.JPG", ".jpg"), ("a.b/c.Png", ".png"), ("x.tar.webp", ".webp")])
def test_the_ending_is_kept_in_lower_case(source: str, suffix: str) -> None:
    assert ending(source) == suffix
