"""Which pictures share a group, and so must not be separated: what names, videos and looks say of each, linked.

A catalogue says it in three columns: `identities`, the names of the people or originals on a picture with `;` between
them, first whose picture it is, then whose face it wears; `video`; and `look`, which near-duplicates share.
"""

from collections.abc import Iterable

import pandas as pd

from facevalue.common.catalogue import item_names
from facevalue.common.union_find import linked

SEVERAL = ";"


def cell(names: Iterable[str]) -> str:
    """Several names as one cell of `identities`."""
    return SEVERAL.join(name.replace(SEVERAL, ",") for name in names)


def names_in(cell: str) -> list[str]:
    """The names of a cell, without repetition; none where it is empty."""
    return list(dict.fromkeys(name for part in cell.split(SEVERAL) if (name := part.strip())))


def groups(pictures: pd.DataFrame, by_target: bool = False, near_duplicates: bool = True) -> pd.Series:
    """The group of every picture, called by the smallest name in it: an identity's, else a video's or a path.

    Args:
        pictures: with `path` (or `source`, where they lie elsewhere by now), `identities`, `video` and, where they were
            compared, `look`.
        by_target: whether the first identity alone is taken; else all on a picture link their groups.
        near_duplicates: whether pictures of one look share a group.
    """
    items = item_names(pictures["video"], pictures.get("source", pictures["path"]))
    looks = pictures["look"] if near_duplicates and "look" in pictures else pd.Series("", index=pictures.index)
    told = [names_in(cell)[: 1 if by_target else None] for cell in pictures["identities"]]
    called_after = set(items)  # a picture that others are grouped by need not repeat its own name
    # `~` sorts behind what people write, so that a group is called by an identity where there is one
    names = [
        [
            *(f"~{name}" if name in called_after else name for name in identities),
            f"~{item}",
            *([f"~~{look}"] * bool(look)),
        ]
        for identities, item, look in zip(told, items, looks, strict=True)
    ]
    return pd.Series([name.lstrip("~") for name in linked(names)], pictures.index, dtype=str, name="group")
