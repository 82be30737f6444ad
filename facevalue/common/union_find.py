"""Union-find: rows that share a name, directly or through others."""

from collections.abc import Sequence


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
