from unicodedata import bidirectional, category

from hypothesis import given
from hypothesis import strategies as st

from facevalue.common.words import is_text, printable, without_markup

NO_TEXT = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, ends of lines and paragraphs
TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


@given(st.text() | st.text(st.characters(categories=["C", "Z"])))
def test_what_is_shown_can_be_printed_and_is_as_long(text: str) -> None:
    shown = printable(text)
    assert is_text(shown)
    assert not any(category(letter) in NO_TEXT or bidirectional(letter) in TURNING for letter in shown)
    assert all(now in (before, " ") for now, before in zip(shown, text, strict=True))
    assert len(shown) == len(text)
    assert printable(shown) == shown


@given(st.text(st.characters(categories=["L", "N", "P"])))
def test_letters_of_all_scripts_stay(text: str) -> None:
    assert printable(text) == text


def test_blanks_of_japanese_and_joiners_of_persian_stay() -> None:
    for text in ("顔\u3000写真", "چهره\u200cها", "my\u00a0faces"):
        assert printable(text) == text


def test_escapes_newlines_and_turned_writing_are_blanks() -> None:
    assert printable("a\x1b[31mb\nc\u202ed\u2028e") == "a [31mb c d e"


@given(st.text())
def test_nothing_is_left_that_opens_a_tag(text: str) -> None:
    assert not set(without_markup(text)) & set("<>\n\r")
