"""Pictures and videos by what a table may call them."""

from collections import defaultdict
from collections.abc import Iterable

from facevalue.sources.tree import medium

_MANY = 200  # files of one name, among which none is looked for


class Places:
    """Finds the files of a tree by a path, a part of one, or a name; case does not count."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._exact: dict[str, list[str]] = defaultdict(list)
        self._tail: dict[str, list[str]] = defaultdict(list)  # by folder and name
        self._name: dict[str, list[str]] = defaultdict(list)
        self._stem: dict[str, list[str]] = defaultdict(list)
        self._folder: dict[str, dict[str, list[str]]] = defaultdict(dict)  # by its name, then by its path
        for path in paths:
            folded = path.casefold()
            folder, _, name = folded.rpartition("/")
            within = folder.rpartition("/")[2]
            self._exact[folded].append(path)
            self._tail[f"{within}/{name}"].append(path)
            self._name[name].append(path)
            self._stem[name.rpartition(".")[0]].append(path)
            self._folder[within].setdefault(folder, []).append(path)

    def find(self, prefix: str, cell: str, beside: Iterable[str]) -> list[str]:
        """What a cell names: one file, the frames in a folder, or nothing where it is not clear which.

        By the path from the table's folder or from any other; then by the name alone, with or without its ending; where
        several are called so, with another cell of the row (`beside`) for the folder.
        """
        way = [part for part in cell.casefold().replace("\\", "/").split("/") if part not in ("", ".")]
        if not way:
            return []
        if found := self._by_path([*filter(None, prefix.casefold().split("/")), *way]) or self._by_path(way):
            return found
        alike = self._name.get(way[-1], []) or self._stem.get(_stem(way[-1]), [])
        if len(alike) == 1:
            return alike
        if alike:
            ways = ([*other.casefold().split("/"), way[-1]] for other in beside if other)
            below = [path for path in alike[:_MANY] if prefix and path.startswith(f"{prefix}/")]
            return next((found for way in ways if (found := self._by_path(way))), below if len(below) == 1 else [])
        folders = self._folder.get(way[-1], {})
        return next(iter(folders.values())) if len(folders) == 1 else []

    def _by_path(self, way: list[str]) -> list[str]:
        for start in range(max(len(way) - 1, 1)):  # its first folders may be those of another disk
            found = self._exact.get("/".join(way[start:]), [])
            if len(found) == 1:
                return found
        tail = self._tail.get("/".join(way[-2:]), []) if len(way) > 1 else []
        if len(tail) > 1:
            tail = [path for path in tail[:_MANY] if path.casefold().endswith("/" + "/".join(way))]
        return tail if len(tail) == 1 else []


def _stem(name: str) -> str:
    return name.rpartition(".")[0] if medium(name) else name
