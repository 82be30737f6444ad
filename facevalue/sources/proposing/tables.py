"""Tables that lie in a tree, whatever they are called, and which of its files each of their rows names."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from facevalue.common.catalogue import FILE_NAME
from facevalue.sources.json_text import parsed
from facevalue.sources.proposing.places import Places
from facevalue.sources.proposing.words import told
from facevalue.sources.tree import Tree

_ENDINGS = (".csv", ".tsv", ".txt", ".json")
_MOST = 100  # tables that are read; a set with a table beside each video has too many to be told apart
_LARGEST = 100 << 20  # bytes; a larger one takes more memory than there may be
_LOOKED_AT = 2**16  # bytes of a table in which its encoding shows
_SAMPLE = 200  # rows in which the column that names files is looked for
_NAMES_OF_FILES = "path file filename file_name filepath file_path image video name relative_path img id"
_NAMING = frozenset(_NAMES_OF_FILES.split())
UNNAMED = "column "  # what a column without a name is called, with its number behind
_KEY = "name"  # what the keys of a JSON object are called


@dataclass(frozen=True)
class Naming:
    """A table of which rows name pictures or videos: its `rows` have their `path` and the table's other columns."""

    table: str  # its path
    column: str  # the one that names them
    columns: tuple[str, ...]
    rows: pd.DataFrame
    nothing: tuple[str, ...]  # what the other rows say there
    separator: str  # between its columns; nothing in JSON


def normal(column: str) -> str:
    """A column's name in lower case, its words joined: `Ground Truth` is `ground_truth`."""
    return "_".join(column.casefold().replace("-", " ").replace("_", " ").split())


def namings(tree: Tree, paths: Iterable[str]) -> list[Naming]:
    """What each table names, that which names most first; a table that cannot be read or holds no text is left out.

    Args:
        paths: those that may be named.
    """
    places = Places(paths)
    found = [_naming(table, prefix, rows, places) for table, prefix, rows in _read(tree)]
    return sorted(filter(None, found), key=lambda naming: (-len(naming.rows), naming.table))


def not_in_utf_8(tree: Tree) -> list[str]:
    """The tables of which the text is in another encoding, such as a spreadsheet's UTF-16."""
    return [table for table, _, file in _tables(tree) if not _in_utf_8(file)]


def _in_utf_8(file: Path) -> bool:
    with file.open("rb") as content:
        start = content.read(_LOOKED_AT)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)  # a character may be cut at the end
    except UnicodeDecodeError:
        return False
    return b"\0" not in start


def _tables(tree: Tree) -> list[tuple[str, str, Path]]:
    """The path of each table, of its folder, and the file."""
    found = [
        (f"{way}/{name}" if way else name, way, node.folder / name)
        for way, node in tree.walk()
        for name in node.others
        if name.casefold().endswith(_ENDINGS) and not (way == "" and name == FILE_NAME)
    ]
    return sorted(found, key=lambda one: (one[0].count("/"), one[0]))[:_MOST]


def _read(tree: Tree) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for table, way, file in _tables(tree):
        rows = _rows(file)
        if rows is not None and len(rows):
            yield table, way, rows


def _rows(file: Path) -> pd.DataFrame | None:
    if file.stat().st_size > _LARGEST:
        return None
    text = file.read_text(encoding="utf-8-sig", errors="replace")
    return (
        _from_json(text) if file.suffix.casefold() == ".json" else _from_lines(text, file.suffix.casefold() == ".txt")
    )


def _from_lines(text: str, bare: bool) -> pd.DataFrame | None:
    """Of text with separators; where it is `bare`, there is no header and columns are called `column 1` and so on."""
    first = text.partition("\n")[0]
    separator = max(",;\t|" + (" " if bare else ""), key=first.count)
    try:
        lines = [line for line in csv.reader(text.splitlines(), delimiter=separator) if line]
    except csv.Error:
        return None
    if not lines:
        return None
    width = max(map(len, lines))
    header = [] if bare else [name.strip() for name in lines.pop(0)]
    names = [name or f"{UNNAMED}{i + 1}" for i, name in enumerate(header + [""] * (width - len(header)))]
    cells = [[cell.strip() for cell in line] + [""] * (width - len(line)) for line in lines]
    rows = pd.DataFrame(cells, columns=_distinct(names), dtype=str)
    rows.attrs["separator"] = separator
    return rows


def _from_json(text: str) -> pd.DataFrame | None:
    try:
        content = parsed(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(content, dict):
        content = _coco(content) or [
            {_KEY: name, **entry} if isinstance(entry, dict) else {_KEY: name, "label": entry}
            for name, entry in content.items()
            if isinstance(entry, dict | str | int)
        ]
    entries = [entry for entry in content if isinstance(entry, dict)] if isinstance(content, list) else []
    plain = [{str(key): str(cell) for key, cell in entry.items() if _plain(cell)} for entry in entries]
    return pd.DataFrame(plain, dtype=str).fillna("") if plain else None


def _coco(content: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each picture of COCO's structure. One with faces of both classes is fake, and that is remarked."""
    try:
        names = {category["id"]: str(category["name"]) for category in content["categories"]}
        files = {image["id"]: image["file_name"] for image in content["images"]}
        found = {(files[note["image_id"]], names[note["category_id"]]) for note in content["annotations"]}
    except (KeyError, TypeError):
        return []
    of: dict[str, list[str]] = {}
    for file, name in sorted(found, key=lambda pair: (told(pair[1]).label != "fake", pair)):
        of.setdefault(file, []).append(name)
    mixed = "faces in it are {}: which is cropped?"
    return [
        {"file_name": file, "category": kinds[0], "remark": mixed.format(" and ".join(kinds)) if kinds[1:] else ""}
        for file, kinds in of.items()
    ]


def _plain(cell: object) -> bool:
    return isinstance(cell, str | int | float)


def _distinct(names: list[str]) -> list[str]:
    """A repeated name with a number behind it."""
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(f"{name} {seen[name]}" if seen[name] > 1 else name)
    return distinct


def _naming(table: str, prefix: str, rows: pd.DataFrame, places: Places) -> Naming | None:
    columns = tuple(map(str, rows))
    sample = rows.iloc[:: max(1, len(rows) // _SAMPLE)]
    hits = {column: _hits(sample, column, prefix, places) for column in columns}
    listed = [column for column in columns if normal(column) in _NAMING]
    # Any column may name files; one that is called so need not name most.
    likely = [*listed, *(column for column, count in hits.items() if 2 * count >= len(sample))]
    if not likely:
        return None
    column = max(likely, key=lambda column: (hits[column], column in listed))
    others = [other for other in columns if other != column]
    found = [
        places.find(prefix, cell, beside)
        for cell, *beside in zip(rows[column], *(rows[other] for other in others), strict=True)
    ]
    index = [i for i, paths in enumerate(found) for _ in paths]
    named = rows.iloc[index].assign(path=[path for paths in found for path in paths])
    # The column that names them may be called path itself.
    nothing = tuple(cell for cell, paths in zip(rows[column], found, strict=True) if not paths)
    return Naming(table, column, columns, named.reset_index(drop=True), nothing, rows.attrs.get("separator", ""))


def _hits(sample: pd.DataFrame, column: str, prefix: str, places: Places) -> int:
    beside = sample.drop(columns=column).itertuples(index=False)
    return sum(bool(places.find(prefix, cell, others)) for cell, others in zip(sample[column], beside, strict=True))
