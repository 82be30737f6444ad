"""Which pictures belong together: union-find over what names and near-duplicates say."""

from collections.abc import Iterable, Sequence

import pandas as pd


class _Links:
    """Disjoint sets of names; each set is called by its smallest name, so the order of joining does not matter."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, name: str) -> str:
        while (parent := self._parent.setdefault(name, name)) != name:
            self._parent[name] = name = self._parent[parent]  # halves the way for the next search
        return name

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first


def linked(names: Sequence[Sequence[str]]) -> list[str]:
    """One group for each row of names: rows that share a name, directly or through other rows, share a group.

    A group is called by the smallest of its names. No row may be empty.
    """
    links = _Links()
    for first, *others in names:
        for other in others:
            links.join(first, other)
    return [links.find(first) for first, *_ in names]


def joined(groups: pd.Series, pairs: Iterable[tuple[int, int]]) -> tuple[pd.Series, int]:
    """The groups after joining those of each pair of pictures that belong together, such as near-duplicates.

    Args:
        groups: the group of each picture.
        pairs: positions in `groups`, counted from 0.

    Returns:
        The groups, aligned with the given ones and called by the smallest name in each, and how many of the given
        groups now share theirs with another.
    """
    names = groups.tolist()
    links = _Links()
    for one, other in pairs:
        links.join(names[one], names[other])
    now = pd.Series([links.find(name) for name in names], index=groups.index, name=groups.name, dtype=groups.dtype)
    members = pd.DataFrame({"before": groups, "now": now}).drop_duplicates()["now"].value_counts()
    return now, int(members[members > 1].sum())
