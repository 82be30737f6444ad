"""What every layout makes of a tree: rows, and remarks on what was odd."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from facevalue.common.catalogue import COLUMNS
from facevalue.common.grouping import cell, groups, names_in
from facevalue.sources.tree import Tree, medium

OFFERED = (*COLUMNS, "part", "media", "video", "identities")  # a layout may keep more, such as `regions`

_SHOWN = 200  # characters of an example, which may come from a file that is no list at all
_LABELS = {
    **dict.fromkeys(("real", "reals", "original", "originals", "authentic", "pristine", "genuine", "nature"), "real"),
    **dict.fromkeys(("fake", "fakes", "manipulated", "synthetic", "synthesized", "forged", "ai"), "fake"),
}
_LABEL = re.compile(r"(?:\d_)?([a-z]+)(?:[ _-](?:images|image|faces|videos|frames))?")
_PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}


@dataclass(frozen=True)
class Reading:
    """Rows with at least `path` and `label`, and what was odd, each as a count with an example.

    Where a layout knows them, `identities` are the people or originals on a picture (`grouping.cell`).
    """

    rows: pd.DataFrame
    remarks: tuple[str, ...] = ()


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
    found = _LABEL.fullmatch(name.casefold())
    return _LABELS.get(found[1], "") if found else ""


def part_of(name: str) -> str:
    """`train`, `val` or `test`, or nothing, from a folder's name in any case."""
    return _PARTS.get(name.casefold(), "")


def remark(what: str, found: Sequence[object]) -> tuple[str, ...]:
    """Count and show one: `names that do not parse: 3, e.g. 'x.mp4'`. Nothing where there is nothing."""
    return (f"{what}: {len(found)}, e.g. {repr(found[0])[:_SHOWN]}",) if found else ()


def table(rows: Iterable[Sequence[str]], *columns: str) -> pd.DataFrame:
    """Rows as text."""
    return pd.DataFrame(list(rows), columns=list(columns), dtype=str)


def complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Fill what is not known: the kind is the label's, the rest is empty; and group what belongs together.

    A video is its own `video`. Sorted by path.
    """
    media = rows["path"].map(medium).astype(str)
    empty = pd.Series("", index=rows.index, dtype=str)
    video = rows["path"].where(media == "video", "")
    for column, default in {"kind": rows["label"], "part": empty, "video": video, "identities": empty}.items():
        given = rows[column].str.strip() if column in rows else empty
        rows = rows.assign(**{column: given.where(given != "", default)})
    rows = rows.assign(media=media, identities=rows["identities"].map(lambda told: cell(names_in(told))))
    rows = rows.assign(group=groups(rows))
    kept = [column for column in rows if column not in OFFERED]
    return rows[[*OFFERED, *kept]].sort_values("path", ignore_index=True)
