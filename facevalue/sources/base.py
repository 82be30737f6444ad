"""What every layout makes of a tree: rows, and remarks on what was odd."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import pandas as pd

from facevalue.common.catalogue import COLUMNS, LABELS
from facevalue.common.errors import SourceError
from facevalue.common.grouping import cell, groups, names_in
from facevalue.common.words import printable
from facevalue.sources.tree import Tree, medium

_LONGEST_KIND = 200
OFFERED = (*COLUMNS, "part", "media", "video", "identities")  # a layout may keep more, such as `regions`

_SHOWN = 200  # characters of an example, which may come from a file that is no list at all
# What people call the two classes, without separators. Not among them: `live` and `spoof`, which are recordings of
# recordings (CelebA-Spoof), and nothing that a network or a tool has made.
_LABELS = {
    **dict.fromkeys(("real", "reals", "original", "originals", "authentic", "pristine", "genuine", "nature"), "real"),
    **dict.fromkeys(("bonafide", "unaltered", "untampered", "realism", "realart"), "real"),
    **dict.fromkeys(("fake", "fakes", "manipulated", "synthetic", "synthesized", "forged", "ai", "aigc"), "fake"),
    **dict.fromkeys(("generated", "aigenerated", "artificial", "deepfake", "deepfakes", "tampered"), "fake"),
    **dict.fromkeys(("aiartdata",), "fake"),
}
# A digit before the word and what is shown behind it say nothing: `0_real`, `Fake Faces`, `AI-generated_images`. More
# digits are a video's: `0000_fake` (UADFV).
_LABEL = re.compile(
    r"(?:\d[ _.-])?([a-z][a-z _-]*?)"
    r"(?:[ _-]+(?:images?|imgs?|pictures|photos|faces?|crops|videos?|frames|data|samples))?"
)
_LONGEST = 40  # characters of a name that may be a class; the pattern takes the square of them
_SEPARATORS = re.compile(r"[ _-]+")
_PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}
_PART = re.compile(r"([a-z]+?)(?:[ _-]?(?:set|data))?")


@dataclass(frozen=True)
class Reading:
    """Rows with at least `path` and `label`, and what was odd, each as a count with an example.

    Where a layout knows them, `identities` are the people or originals on a picture (`grouping.cell`). `further` has
    the `path` of every row of a user's table, and its columns that nobody reads (`further.further_columns`).
    """

    rows: pd.DataFrame
    remarks: tuple[str, ...] = ()
    further: pd.DataFrame = field(default_factory=lambda: table([], "path"))


class Layout(Protocol):
    """How one kind of dataset lies on the disk; each module of this package but a few is one."""

    NAME: str  # what `layout:` calls it
    STRUCTURE: str  # what it looks like, in a few words for a message

    def recognises(self, tree: Tree) -> bool:
        """Whether the tree has this structure; a tree that lacks a class may have it too."""

    def read(self, tree: Tree) -> Reading:
        """The rows of a tree that is recognised.

        Raises:
            SourceError: a table or a list in it is wrong.
        """


def label_of(name: str) -> str:
    """`real` or `fake`, or nothing: by the word alone, in any case, never by a number or an alphabetical place."""
    return _label_of(name.casefold()) if len(name) <= _LONGEST else ""


def part_of(name: str) -> str:
    """`train`, `val` or `test`, or nothing, from a folder's name in any case, such as `Training` or `test_set`."""
    return _part_of(name.casefold()) if len(name) <= _LONGEST else ""


@lru_cache(maxsize=4096)  # the same few folders stand in 100,000 paths
def _label_of(word: str) -> str:
    found = _LABEL.fullmatch(word)
    return _LABELS.get(_SEPARATORS.sub("", found[1]), "") if found else ""


@lru_cache(maxsize=4096)
def _part_of(word: str) -> str:
    found = _PART.fullmatch(word)
    return _PARTS.get(found[1], "") if found else ""


def kinds_of(words: pd.Series, labels: pd.Series) -> pd.Series:
    """The words for fakes, where there are several (`Artificial`, `Deepfake`): they tell how a fake was made."""
    fake = labels == "fake"
    return words.where(fake & (words[fake].str.casefold().nunique() > 1), "")


def remark(what: str, found: Sequence[object]) -> tuple[str, ...]:
    """Count and show one: `names that do not parse: 3, e.g. 'x.mp4'`. Nothing where there is nothing."""
    return (f"{what}: {len(found)}, e.g. {quoted(found[0])}",) if found else ()


def quoted(example: object) -> str:
    """The beginning of what a file says, as a message may show it."""
    return printable(repr(example)[:_SHOWN])


def table(rows: Iterable[Sequence[str]], *columns: str) -> pd.DataFrame:
    """Rows as text."""
    return pd.DataFrame(list(rows), columns=list(columns), dtype=str)


def complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Fill what is not known: the kind is the label's, the rest is empty; and group what belongs together.

    A video is its own `video`. Sorted by path. Kinds and identities are words to be shown, and hold nothing else.

    Raises:
        SourceError: the kind of a picture is the other class, or no name.
    """
    media = rows["path"].map(medium).astype(str)
    empty = pd.Series("", index=rows.index, dtype=str)
    video = rows["path"].where(media == "video", "")
    for column, default in {"kind": rows["label"], "part": empty, "video": video, "identities": empty}.items():
        given = rows.get(column, empty)
        if column in ("kind", "identities"):
            given = given.map(printable).astype(str)
        given = given.str.strip()
        rows = rows.assign(**{column: given.where(given != "", default)})
    _refuse_kinds(rows)
    rows = rows.assign(media=media, identities=rows["identities"].map(lambda told: cell(names_in(told))))
    rows = rows.assign(group=groups(rows))
    kept = [column for column in rows if column not in OFFERED]
    return rows[[*OFFERED, *kept]].sort_values("path", ignore_index=True)


def _refuse_kinds(rows: pd.DataFrame) -> None:
    """A fake of the kind `real` would be counted among the reals, and a kind is a name."""
    if (long := rows[rows["kind"].str.len() > _LONGEST_KIND]["path"]).any():
        raise SourceError(f"the kind of {long.iloc[0]!r} has more than {_LONGEST_KIND} letters; call it more shortly.")
    kinds = rows["kind"].str.casefold()
    contrary = rows[(rows["label"] != "") & kinds.isin(LABELS) & (kinds != rows["label"])]
    if len(contrary):
        first = contrary.iloc[0]
        raise SourceError(
            f"{len(contrary)} {first['label']} {'picture has' if len(contrary) == 1 else 'pictures have'} "
            f"the kind {first['kind']!r}, e.g. {first['path']!r}; "
            "a kind tells how a fake was made. Call it otherwise."
        )
