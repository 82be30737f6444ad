"""Parquet shards, as Hugging Face's hub holds sets of pictures.

https://huggingface.co/datasets/Hemg/deepfake-and-real-images: `data/train-00000-of-00005.parquet`; the hub's own
conversions are `CONFIG/SPLIT/0000.parquet`. A row holds a picture, `image: {bytes, path}` or bytes alone, and its
`label`: a word, or a number whose words stand in the schema's metadata under `huggingface`, as
`info.features.label.names`. A number without words is never guessed: that set counts `Fake, Real`, others the other
way round. `kind`, `group`, `video` and `split` mean what they mean in a CSV; without a group, the pictures' own names
tell what they would tell in folders. Without `split` the shard's name tells the part.

Only labels and names are read here; a picture comes from its row when it is asked for (`shards`). Where a name has no
ending, all in its shard have the one that the first picture calls for.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from facevalue.common.errors import SourceError
from facevalue.common.images import SUFFIXES
from facevalue.sources import csv_table, shards
from facevalue.sources.base import Reading, kinds_of, label_of, part_of, remark
from facevalue.sources.csv_table import NO_WORD
from facevalue.sources.names.told import read_names
from facevalue.sources.shards import Shard
from facevalue.sources.tree import Tree, unusable

NAME = "parquet"
STRUCTURE = "[data/]SPLIT-*.parquet: a column of pictures and label[,kind][,group][,video][,split]"

MAX_ROWS = 2_000_000  # a table of so many takes some GB
_LABELS = ("label", "labels", "label_text", "label_name")  # the first that tells a class counts
_COLUMNS = ("kind", "group", "video", "split")
_LONGEST = 1000  # characters of a text, which may be repeated in every row
_SPLIT = re.compile(r"[a-z]+", re.I)


def recognises(tree: Tree) -> bool:
    """Shards where there are no pictures, or shards with pictures beside others."""
    files = list(_files(tree))
    return bool(files) and (next(tree.paths(), None) is None or any(_has_pictures(file) for _, file in files))


def read(tree: Tree) -> Reading:
    """Labels, parts and what else the shards tell of their pictures, shard by shard."""
    for way, _ in _files(tree, leading_out=True):
        raise SourceError(f"'{way}' is a link that leads out of {tree.folder}; put the file itself there.")
    found, others = [], []
    for way, file in _files(tree):
        shard = shards.opened(file)
        found += [(way, shard)] if shard else []
        others += [] if shard else [way]
    if not found:
        raise SourceError(
            f"'{tree.folder}' holds Parquet files, but none with a column of pictures, e.g. '{others[0]}'."
        )
    if (count := sum(shard.rows for _, shard in found)) > MAX_ROWS:
        raise SourceError(
            f"the shards in '{tree.folder}' hold {count:,} rows, more than {MAX_ROWS:,}; name a folder with fewer."
        )
    rows = pd.concat([_rows(shard, way) for way, shard in found], ignore_index=True).fillna("")
    unlabelled = rows["word"] == ""
    remarks = remark("pictures without a label, left out", rows["path"][unlabelled].tolist())
    remarks += remark("Parquet files without a column of pictures, left out", others)
    remarks += csv_table.nearly(name for _, shard in found for name in shard.schema.names)
    return _told(rows[~unlabelled].reset_index(drop=True), remarks)


def _files(tree: Tree, leading_out: bool = False) -> Iterator[tuple[str, Path]]:
    for way, node in tree.walk():
        for name in node.links_out if leading_out else node.others:
            if name.lower().endswith(shards.SUFFIX):
                yield f"{way}/{name}" if way else name, node.folder / name


def _has_pictures(file: Path) -> bool:
    try:
        return shards.opened(file) is not None
    except SourceError:
        return False


def _rows(shard: Shard, way: str) -> pd.DataFrame:
    """Every row's path, which starts with `way`, its word, label, part and name, and the columns that are known."""
    labels = _labels(shard)
    known = {column: _column(shard, column) for column in _COLUMNS if column in shard.schema.names}
    texts = _texts(shard, [*labels, *filter(None, [shard.name]), *known.values()])
    rows = pd.DataFrame({column: texts[column] for column in known}, dtype=str, index=pd.RangeIndex(shard.rows))
    words = {column: [of.get(value, value) for value in texts[column]] for column, of in labels.items()}
    rows["word"] = csv_table.worded(shard.file, pd.DataFrame(words, dtype=str), list(labels))
    rows["label"] = rows["word"].map(label_of).astype(str)
    csv_table.refuse(shard.file, rows, (rows["label"] == "") & (rows["word"] != ""), "word", *NO_WORD)
    given = csv_table.parts_of(shard.file, rows)
    rows["part"] = given.where(given != "", _part(way))
    rows["name"] = texts[shard.name] if shard.name else ""
    endings = [os.path.splitext(name)[1].lower() for name in rows["name"]]  # noqa: PTH122
    if not SUFFIXES.issuperset(endings):
        first = shards.ending(next(shard.pictures(), b"") if shard.rows else b"")
        endings = [ending if ending in SUFFIXES else first for ending in endings]
    rows["path"] = [f"{way}/{row:06}{ending}" for row, ending in enumerate(endings)]
    return rows


def _labels(shard: Shard) -> dict[str, dict[str, str]]:
    """The columns of labels that can be read, and the words for the numbers in each; one that is missing has none."""
    types = {name.casefold(): (name, shard.schema.field(name).type) for name in shard.schema.names}
    found = [types[name] for name in _LABELS if name in types]
    readable: dict[str, dict[str, str]] = {}
    for name, kind in found:
        if shards.is_text(kind):
            readable[name] = {}
        elif pa.types.is_integer(kind) and (words := _class_names(shard.schema, name)):
            readable[name] = {"-1": "", **{str(number): word for number, word in enumerate(words)}}
    if readable:
        return readable
    if found:
        raise SourceError(
            f"'{shard.file}' has {found[0][1]} in the column {found[0][0]} and no names for them; "
            "add a column label_text with real or fake, since a number does not tell which is which."
        )
    raise SourceError(f"'{shard.file}' has no column label; it has {', '.join(shard.schema.names)[:200]}.")


def _class_names(schema: pa.Schema, column: str) -> list[str]:
    """What the hub's metadata calls the numbers of a column."""
    try:
        names = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"][column]["names"]
    except (LookupError, TypeError, ValueError, RecursionError):
        return []
    return list(map(str, names)) if isinstance(names, list) else []


def _column(shard: Shard, column: str) -> str:
    kind = shard.schema.field(column).type
    if not (shards.is_text(kind) or pa.types.is_integer(kind)):
        raise SourceError(f"'{shard.file}' has {str(kind)[:100]} in the column {column}, which must be text.")
    return column


def _texts(shard: Shard, columns: list[str]) -> dict[str, list[str]]:
    """All of some columns as text; what is not there is empty."""
    found: dict[str, list[str]] = {column: [] for column in columns}
    for read in shard.texts(columns):
        for column, texts in read.items():
            if max(map(len, texts)) > _LONGEST:
                raise SourceError(f"'{shard.file}' has more than {_LONGEST:,} characters in the column {column}.")
            found[column] += texts
    if any(len(texts) != shard.rows for texts in found.values()):
        raise SourceError(f"'{shard.file}' has not the {shard.rows:,} rows that it declares; fetch it again.")
    return found


def _part(way: str) -> str:
    """Of a name such as `train-00000-of-00005` or `train/0000`, the innermost that tells one."""
    names = way.removesuffix(shards.SUFFIX).removeprefix("partial-").replace("/partial-", "/").split("/")
    words = [found[0] for name in reversed(names) if (found := _SPLIT.match(name))]
    return next(filter(None, map(part_of, words)), "")


def _told(rows: pd.DataFrame, remarks: tuple[str, ...]) -> Reading:
    """With kinds by their words, and groups: as given, or as the pictures' own names tell them, where all have one."""
    if "kind" not in rows:
        rows["kind"] = kinds_of(rows["word"], rows["label"])
    rows = rows.rename(columns={"group": "identities"})
    if "identities" not in rows:
        rows, told = _by_names(rows)
        remarks += told
    return Reading(rows.drop(columns=["word", "name"]), remarks)


def _by_names(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Shards say nothing of who is on a picture: their names are not taken for those of videos."""
    named = rows["part"] + "/" + rows["label"] + "/" + rows["name"].str.replace("\\", "/").str.lstrip("/")
    if (rows["name"] == "").any() or named.duplicated().any() or named.map(unusable).any():
        return rows.assign(identities=""), ()
    known = rows[[column for column in ("label", "part", "video") if column in rows]]
    told = read_names(Reading(known.assign(path=named)))
    columns = ("identities", "video")
    return rows.assign(**{column: told.rows[column].tolist() for column in columns}), told.remarks
