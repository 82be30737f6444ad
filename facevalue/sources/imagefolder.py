"""Hugging Face's ImageFolder with a table: `metadata.csv` or `metadata.jsonl`, at the top or one per split folder.

https://huggingface.co/docs/datasets/image_dataset#imagefolder: a column `file_name` (or one that ends in `_file_name`)
leads from the table's folder to a picture, also into folders; where there is a table, folders are no classes. The
column `label`, or `label_text` beside it, is read by its words; a number is never guessed, since sets count both ways.
`kind`, `group`, `video` and `split` mean what they mean in a CSV (`csv_table`); without `split` a folder such as
`train/` tells the part.
"""

import csv
import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from facevalue.common.errors import SourceError
from facevalue.common.words import plain
from facevalue.sources import csv_table
from facevalue.sources.base import Reading, kinds_of, label_of, part_of, remark
from facevalue.sources.csv_table import NO_WORD
from facevalue.sources.tree import Tree

NAME = "imagefolder"
STRUCTURE = "[SPLIT/]metadata.{csv,jsonl}: file_name,label[,kind][,group][,video][,split]"

_TABLES = ("metadata.csv", "metadata.jsonl")
_FILE_NAME = "file_name"
_LABELS = ("label", "label_text")
_COLUMNS = (*_LABELS, "kind", "group", "video", "split")
_HALF = re.compile("[\ud800-\udfff]")  # of a pair that JSON writes one character as; alone it is no text
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
    pieces, absent, nameless = [], [], []
    seen: set[str] = set()
    for way, file in _tables(tree):
        rows = _rows(file, way)
        named = rows["path"]
        rows["path"] = [path if path in there else _only(alike.get(path.casefold(), [])) for path in named]
        absent += named[(rows["path"] == "") & (named != "")].tolist()
        nameless += [f"{posixpath.join(way, file.name)}, row {row}" for row in rows.index[named == ""]]
        rows = rows[rows["path"] != ""]
        again = rows["path"].duplicated() | rows["path"].isin(seen)
        csv_table.refuse(file, rows, again, "path", "name a picture that an earlier row names")
        seen.update(rows["path"])
        pieces.append(rows)
    found = pd.concat(pieces, ignore_index=True).fillna("")
    if "kind" not in found:
        found["kind"] = kinds_of(found["word"], found["label"])
    found = found.drop(columns="word").rename(columns={"group": "identities"})
    remarks = remark("pictures in the tables that are not there", absent)
    remarks += remark("rows of the tables that name no file", nameless)
    return Reading(found, remarks + csv_table.nearly(column for _, file in _tables(tree) for column in _header(file)))


def refuse_as_source(file: Path) -> None:
    """Refuse one of the tables where a source is named, since its folder is the source.

    Raises:
        SourceError: it is one.
    """
    columns = _header(file) if file.name in _TABLES else []
    if _naming(columns) and "path" not in columns:  # with a path it is a CSV of ours
        raise SourceError(f"'{file}' is the table of a folder, which is read as {NAME}; name that: '{file.parent}'.")


def _tables(tree: Tree) -> Iterator[tuple[str, Path]]:
    """Each table, and the way to its folder."""
    for way, node in tree.walk():
        for name in _TABLES:
            if name in node.others:
                columns = _header(node.folder / name)
                if _naming(columns) and not set(_LABELS).isdisjoint(columns):
                    yield way, node.folder / name


def _header(file: Path) -> list[str]:
    """The columns; of a table of lines those of the first. In a CSV neither case nor blanks count."""
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        first = lines.readline(_HEADER)
    if file.suffix == ".csv":
        return list(map(plain, next(csv.reader([first], skipinitialspace=True), [])))
    columns = _content(first)
    return list(map(str, columns)) if isinstance(columns, dict) else []


def _naming(columns: list[str]) -> str:
    """The column that names files: `file_name`, or the only one that ends so; else nothing."""
    return _FILE_NAME if _FILE_NAME in columns else _only([name for name in columns if name.endswith(f"_{_FILE_NAME}")])


def _only(found: list[str]) -> str:
    return found[0] if len(found) == 1 else ""


def _rows(file: Path, way: str) -> pd.DataFrame:
    """The paths, which start with `way`, `word` for the label as it is written, and the columns that are known."""
    naming = _naming(_header(file))
    rows = _lines(file, naming) if file.suffix == ".jsonl" else csv_table.rows_of(file, (naming,))
    labels = [column for column in _LABELS if column in rows]
    rows = rows.drop(columns="path", errors="ignore")  # of the author's own disk
    rows = rows.rename(columns={naming: "path"}).assign(word=csv_table.worded(file, rows, labels))
    rows["label"] = rows["word"].map(label_of).astype(str)
    csv_table.refuse(file, rows, rows["label"] == "", "word", *NO_WORD)
    csv_table.refuse_paths(file, rows)
    rows["path"] = [path.strip() and posixpath.normpath(posixpath.join(way, path)) for path in rows["path"]]
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
                if any(map(_HALF.search, (naming, *found[number].values()))):
                    raise SourceError(f"line {number} of '{file}' holds half a character, such as \\ud800; mend it.")
    rows = pd.DataFrame.from_dict(found, orient="index", columns=[naming, *_COLUMNS], dtype=str)
    return rows.drop(columns=[column for column in _COLUMNS[1:] if (rows[column] == "").all()])


def _content(line: str) -> object:
    """What a line of JSON holds; None where it is none."""
    try:
        content: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return content
