"""Hugging Face's ImageFolder with a table: `metadata.csv` or `metadata.jsonl`, at the top or one per split folder.

https://huggingface.co/docs/datasets/image_dataset#imagefolder: a column `file_name` (or one that ends in `_file_name`)
leads from the table's folder to a picture, also into folders; where there is a table, folders are no classes. The
column `label` is read by its words; a number is never guessed, since sets count both ways. `kind`, `group`, `video` and
`split` mean what they mean in a CSV (`csv_table`); without `split` a folder such as `train/` tells the part.
"""

import csv
import json
import posixpath
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from facevalue.common.errors import SourceError
from facevalue.sources import csv_table
from facevalue.sources.base import Reading, kinds_of, label_of, part_of, remark
from facevalue.sources.csv_table import NO_WORD
from facevalue.sources.tree import Tree

NAME = "imagefolder"
STRUCTURE = "[SPLIT/]metadata.{csv,jsonl}: file_name,label[,kind][,group][,video][,split]"

_TABLES = ("metadata.csv", "metadata.jsonl")
_FILE_NAME = "file_name"
_COLUMNS = ("label", "kind", "group", "video", "split")
_HEADER = 2**16  # characters that are looked at for a table's columns


def recognises(tree: Tree) -> bool:
    """Anywhere in it a table that names files and labels."""
    return any(True for _ in _tables(tree))


def read(tree: Tree) -> Reading:
    """What the tables say of the files that are there; a name may differ from its file's in case."""
    there = set(tree.paths())
    alike: dict[str, list[str]] = {}
    for path in there:
        alike.setdefault(path.casefold(), []).append(path)
    pieces, absent = [], []
    seen: set[str] = set()
    for way, file in _tables(tree):
        rows = _rows(file, way)
        named = rows["path"]
        rows["path"] = [path if path in there else _only(alike.get(path.casefold(), [])) for path in named]
        absent += named[rows["path"] == ""].tolist()
        rows = rows[rows["path"] != ""]
        again = rows["path"].duplicated() | rows["path"].isin(seen)
        csv_table.refuse(file, rows, again, "path", "name a picture that an earlier row names")
        seen.update(rows["path"])
        pieces.append(rows)
    found = pd.concat(pieces, ignore_index=True).fillna("")
    if "kind" not in found:
        found["kind"] = kinds_of(found["word"], found["label"])
    found = found.drop(columns="word").rename(columns={"group": "identities"})
    return Reading(found, remark("pictures in the tables that are not there", absent))


def _tables(tree: Tree) -> Iterator[tuple[str, Path]]:
    """Each table, and the way to its folder."""
    for way, node in tree.walk():
        for name in _TABLES:
            if name in node.others:
                columns = _header(node.folder / name)
                if _naming(columns) and "label" in columns:
                    yield way, node.folder / name


def _header(file: Path) -> list[str]:
    """The columns; of a table of lines those of the first."""
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        first = lines.readline(_HEADER)
    columns = _content(first) if file.suffix == ".jsonl" else next(csv.reader([first], skipinitialspace=True), [])
    return list(map(str, columns)) if isinstance(columns, dict | list) else []


def _naming(columns: list[str]) -> str:
    """The column that names files: `file_name`, or the only one that ends so; else nothing."""
    return _FILE_NAME if _FILE_NAME in columns else _only([name for name in columns if name.endswith(f"_{_FILE_NAME}")])


def _only(found: list[str]) -> str:
    return found[0] if len(found) == 1 else ""


def _rows(file: Path, way: str) -> pd.DataFrame:
    """The paths, which start with `way`, `word` for the label as it is written, and the columns that are known."""
    naming = _naming(_header(file))
    rows = _lines(file, naming) if file.suffix == ".jsonl" else csv_table.rows_of(file, (naming, "label"))
    rows = rows.rename(columns={naming: "path"}).assign(word=rows["label"].str.strip())
    rows["label"] = rows["word"].map(label_of).astype(str)
    csv_table.refuse(file, rows, rows["label"] == "", "word", *NO_WORD)
    outside = rows["path"].map(csv_table.is_outside).astype(bool)
    csv_table.refuse(file, rows, outside, "path", f"name a path that leads out of {file.parent} or is none")
    rows["path"] = [posixpath.normpath(posixpath.join(way, path)) for path in rows["path"]]
    given = csv_table.parts_of(file, rows)
    rows["part"] = given.where(given != "", rows["path"].map(_part))
    kept = ("path", "label", "word", "kind", "group", "video", "part")
    return rows[[column for column in kept if column in rows]]


def _part(path: str) -> str:
    """Of the outermost folder that tells one."""
    return next(filter(None, map(part_of, path.split("/")[:-1])), "")


def _lines(file: Path, naming: str) -> pd.DataFrame:
    """A table of JSON objects as text, its lines numbered."""
    found: dict[int, dict[str, str]] = {}
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            content = _content(line) if line.strip() else {}
            if not isinstance(content, dict):
                raise SourceError(f"line {number} of '{file}' is no JSON object; write one in each line.")
            if content:
                values = {column: content.get(column) for column in (naming, *_COLUMNS)}
                found[number] = {column: "" if value is None else str(value) for column, value in values.items()}
    rows = pd.DataFrame.from_dict(found, orient="index", columns=[naming, *_COLUMNS], dtype=str)
    return rows.drop(columns=[column for column in _COLUMNS[1:] if (rows[column] == "").all()])


def _content(line: str) -> object:
    """What a line of JSON holds; None where it is none."""
    try:
        content: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return content
