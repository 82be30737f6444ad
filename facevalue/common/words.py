"""Words from strangers' files, as text and nothing else."""

import re

# Controls, ends of lines, marks that turn writing or show nothing, halves of characters.
# `str.isprintable` would add blanks of Japanese and joiners of Persian, which are text.
_NO_TEXT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)


def is_text(text: str) -> bool:
    """Whether a terminal, a table and a page show it as it is, in one line."""
    return not _NO_TEXT.search(text)


def printable(text: str) -> str:
    """The same with blanks for what they do not: newlines, escapes, marks that turn writing."""
    return _NO_TEXT.sub(" ", text)


def shortened(text: str, longest: int) -> str:
    """So many characters of it at the most, and a sign where more follow."""
    return text if len(text) <= longest else f"{text[:longest]} ..."


def plain(name: str) -> str:
    """The name of a column as it counts: neither case nor blanks around it do."""
    return name.strip().casefold()


def without_markup(text: str) -> str:
    """For a page that is not ours, and may take text for markup: its signs give way to ones that look alike."""
    return printable(text).replace("<", "‹").replace(">", "›")
