"""A CSV with a header: `path,label[,kind][,group][,video][,split]`, and whatever else a user notes.

A cell of `group` may hold several names with `;` between them, such as both faces of a swap: rows that share a name
share a group. Paths are POSIX and relative to the file's folder. A folder may carry its table, `catalogue.csv`.
"""

import os
import posixpath
from pathlib import Path, PurePosixPath

import pandas as pd

from facevalue.common.catalogue import FILE_NAME, LABELS
from facevalue.common.errors import SourceError
from facevalue.sources.base import Reading, part_of
from facevalue.sources.tree import Tree, leads_out, medium, unusable

NAME = "csv"
_COLUMNS = ("path", "label", "kind", "identities", "video", "part")
NO_WORD = (
    "have no word for real or fake in the column label",
    "write real or fake there, since a number does not tell which is which",
)
_SHOWN = 200  # characters of a cell, which may be a book
STRUCTURE = f"a CSV or a folder with {FILE_NAME}: path,label[,kind][,group][,video][,split]"


def recognises(tree: Tree) -> bool:
    """A folder that carries its table."""
    return FILE_NAME in tree.others


def read(tree: Tree) -> Reading:
    """What the table says."""
    return read_table(tree.folder / FILE_NAME)


def read_table(file: Path, must_label: bool = True) -> Reading:
    """What a CSV says; the folders of its rows are read once each.

    Args:
        must_label: whether there must be a column `label`; without one, labels are empty.

    Raises:
        SourceError: it is no CSV, a column is missing, or a row is wrong.
    """
    rows = rows_of(file, ("path", "label") if must_label else ("path",))
    labelled = "label" in rows
    rows["label"] = rows["label"].str.strip().str.lower() if labelled else ""
    refuse(
        file, rows, ~rows["label"].isin(LABELS if labelled else ("",)), "label", "carry a label other than real or fake"
    )
    rows["part"] = parts_of(file, rows)
    outside = rows["path"].map(is_outside)
    refuse(file, rows, outside, "path", f"name a path that leads out of {file.parent} or is none")
    rows["path"] = rows["path"].map(posixpath.normpath)
    refuse(file, rows, rows["path"].duplicated(), "path", "name a picture that an earlier row names")
    _check_files(file, rows)
    told = rows.rename(columns={"group": "identities"})
    return Reading(told[[column for column in _COLUMNS if column in told]])


def rows_of(file: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    """All columns as text; the index is the row as an editor counts them.

    Raises:
        SourceError: it is no CSV, or a column is missing.
    """
    try:
        rows = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True)
    except (ValueError, OSError) as error:  # pandas' parser errors are ValueErrors
        raise SourceError(f"'{file}' is not a CSV with a header: {' '.join(str(error).split())}.") from None
    if not isinstance(rows.index, pd.RangeIndex):  # pandas takes the first column for a name
        raise SourceError(f"'{file}' has rows with more fields than its header names; put commas in a path in quotes.")
    if missing := [column for column in needed if column not in rows]:
        raise SourceError(
            f"'{file}' has no column {' and no column '.join(missing)}; it has {', '.join(map(str, rows))}."
        )
    return rows.set_axis(rows.index + 2)


def parts_of(file: Path, rows: pd.DataFrame) -> pd.Series:
    """The part that each row's `split` says, or nothing.

    Raises:
        SourceError: a split is none.
    """
    if "split" not in rows:
        return pd.Series("", index=rows.index, dtype=str)
    given = rows["split"].str.strip()
    parts = given.map(part_of).astype(str)
    refuse(file, rows, (parts == "") & (given != ""), "split", "carry a split other than train, val or test")
    return parts


def is_outside(path: str) -> bool:
    """Whether a path as a table has it leads out of the table's folder, or is none."""
    return unusable(path) or path.startswith("/") or ".." in PurePosixPath(path).parts


def _check_files(file: Path, rows: pd.DataFrame) -> None:
    """One look at each folder that the rows name."""
    root = os.path.realpath(file.parent)
    files: dict[str, bool] = {}  # by path: whether it stays inside
    for folder in dict.fromkeys(map(posixpath.dirname, rows["path"])):
        files |= _files(file.parent / folder, folder, root)
    refuse(file, rows, ~rows["path"].isin(files), "path", "name no file")
    leading_out = ~rows["path"].map(files).astype(bool)
    refuse(file, rows, leading_out, "path", f"are a link that leads out of {file.parent}")
    refuse(file, rows, rows["path"].map(medium) == "", "path", "name neither a picture nor a video")


def _files(folder: Path, name: str, root: str) -> dict[str, bool]:
    if not folder.is_dir():
        return {}
    outside = leads_out(folder, root)
    with os.scandir(folder) as entries:
        return {
            posixpath.join(name, entry.name): not (leads_out(entry, root) if entry.is_symlink() else outside)
            for entry in entries
            if (Path(entry) if entry.is_symlink() else entry).is_file()
        }


def refuse(file: Path, rows: pd.DataFrame, wrong: pd.Series, column: str, rule: str, remedy: str = "") -> None:
    """Count the rows that are wrong and show one.

    Args:
        rows: the index numbers them.
        column: the one to show.

    Raises:
        SourceError: there are any.
    """
    if wrong.any():
        first = int(wrong.to_numpy().argmax())
        example = f"row {rows.index[first]} ({repr(rows[column].iloc[first])[:_SHOWN]})"
        end = f"; {remedy}." if remedy else "."
        raise SourceError(f"{wrong.sum()} of {len(rows)} rows of '{file}' {rule}, e.g. {example}{end}")
