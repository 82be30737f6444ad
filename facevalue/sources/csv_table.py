"""A CSV with a header: `path,label[,kind][,group][,video][,split]`, and whatever else a user notes.

A cell of `group` may hold several names with `;` between them, such as both faces of a swap: rows that share a name
share a group. Paths are POSIX and relative to the file's folder. Neither case nor blanks count in a column's name. A
folder may carry its table, `catalogue.csv`. Further columns are kept, and no layout reads them.
"""

import os
import posixpath
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from facevalue.common.catalogue import FILE_NAME, LABELS
from facevalue.common.errors import SourceError
from facevalue.common.words import plain, printable, shortened
from facevalue.sources.base import Reading, label_of, part_of, quoted
from facevalue.sources.further import further_columns
from facevalue.sources.tree import Tree, leads_out, medium, unusable

NAME = "csv"
_COLUMNS = ("path", "label", "kind", "group", "video", "part")
_KNOWN = ("path", "label", "label_text", "kind", "group", "video", "split")
# What is called nearly like one of ours, which others may mean by it.
_NEARLY = {
    **dict.fromkeys(("groups", "identity", "identities", "person", "subject", "actor"), "group"),
    **{"videos": "video", "splits": "split"},
}
_TELLS = {"group": "what belongs together", "video": "the video of a frame", "split": "train, val or test"}
NO_WORD = (
    "have no word for real or fake in the column label",
    "write real or fake there or in a column label_text, since a number does not tell which is which",
)
_SHOWN = 200  # characters of a header, which may be a book
STRUCTURE = f"a CSV or a folder with {FILE_NAME}: path,label[,kind][,group][,video][,split]"


def recognises(tree: Tree) -> bool:
    """A folder that carries its table, or a link to one: to pass over it would change what is read."""
    return FILE_NAME in tree.others + tree.links_out


def read(tree: Tree, must_label: bool = True) -> Reading:
    """What the table says (`read_table`)."""
    if FILE_NAME in tree.links_out:
        raise SourceError(f"'{FILE_NAME}' is a link that leads out of {tree.folder}; put the file itself there.")
    return read_table(tree.folder / FILE_NAME, must_label)


def read_table(file: Path, must_label: bool = True) -> Reading:
    """What a CSV says; the folders of its rows are read once each.

    Args:
        must_label: whether there must be a column `label`; without one, labels are empty.

    Raises:
        SourceError: it is no CSV, a column is missing, or a row is wrong.
    """
    rows = rows_of(file, ("path", "label") if must_label else ("path",))
    further, remarks = further_columns(rows, _KNOWN)
    remarks = nearly(map(str, rows)) + remarks
    labelled = "label" in rows
    rows["label"] = rows["label"].str.strip().str.lower() if labelled else ""
    refuse(
        file, rows, ~rows["label"].isin(LABELS if labelled else ("",)), "label", "carry a label other than real or fake"
    )
    rows["part"] = parts_of(file, rows)
    refuse_paths(file, rows)
    rows["path"] = rows["path"].map(posixpath.normpath)
    refuse(file, rows, rows["path"].duplicated(), "path", "name a picture that an earlier row names")
    _check_files(file, rows)
    told = rows[[column for column in _COLUMNS if column in rows]]
    return Reading(told.rename(columns={"group": "identities"}), remarks, rows[["path"]].join(further))


def columns_of(file: Path) -> tuple[list[str], list[str]]:
    """The names of all columns of a CSV, and of those that are kept as further ones; no row is read.

    Raises:
        SourceError: it is no CSV.
    """
    try:
        header = _cells(file, nrows=0)
    except (ValueError, OSError) as error:
        raise _no_csv(file, error) from None
    return list(map(str, header)), list(map(str, further_columns(header, _KNOWN)[0]))


def rows_of(file: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    """All columns as text, those that are known as we spell them; the index is the row as an editor counts them.

    Raises:
        SourceError: it is no CSV, or a column is missing or stands there twice.
    """
    try:
        header = _cells(file, header=None, nrows=1).iloc[0].tolist()  # pandas calls a second `label` otherwise
        spelled = _spelled(file, header, {*_KNOWN, *needed})
        rows = _cells(file).rename(columns=spelled)
    except (ValueError, OSError) as error:  # pandas' parser errors are ValueErrors
        raise _no_csv(file, error) from None
    if not isinstance(rows.index, pd.RangeIndex):  # pandas takes the first column for a name
        raise SourceError(f"'{file}' has rows with more fields than its header names; put commas in a path in quotes.")
    if missing := [column for column in needed if column not in rows]:
        has = printable(", ".join(map(str, rows)))
        raise SourceError(f"'{file}' has no column {' and no column '.join(missing)}; it has {shortened(has, _SHOWN)}.")
    return rows.set_axis(rows.index + 2)


def _no_csv(file: Path, error: Exception) -> SourceError:
    return SourceError(f"'{file}' is not a CSV with a header: {' '.join(str(error).split())}.")


def _cells(file: Path, header: int | None = 0, nrows: int | None = None) -> pd.DataFrame:
    return pd.read_csv(
        file, header=header, nrows=nrows, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True
    )


def _spelled(file: Path, header: Sequence[str], known: set[str]) -> dict[str, str]:
    """Our spelling of each column that is known."""
    for separator, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            raise SourceError(f"'{file}' has {called} between its columns, which must be commas.")
    spelled: dict[str, str] = {}
    for column in header:
        name = plain(column)
        if name in spelled.values():
            raise SourceError(f"'{file}' has two columns {name}; keep one of them.")
        spelled |= {column: name} if name in known else {}
    return spelled


def nearly(columns: Iterable[str]) -> tuple[str, ...]:
    """A remark on each column that is not read, and may be meant for one of ours that is not there."""
    called = {plain(column): column for column in columns}
    return tuple(
        f"column {column!r} is not read; call it {ours} if it tells {_TELLS[ours]}"
        for name, column in called.items()
        if (ours := _NEARLY.get(name)) and ours not in called
    )


def worded(file: Path, rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """The word for each row's class, from the first of some columns that has one there.

    Raises:
        SourceError: two of them tell different classes.
    """
    words = rows[columns[0]].str.strip()
    for column in columns[1:]:
        others = rows[column].str.strip()
        told, other = (said.map(label_of).astype(str) for said in (words, others))
        contrary = (told != "") & (other != "") & (told != other)
        rule = f"tell one class in the column {columns[0]} and another in {column}"
        refuse(file, rows, contrary, column, rule, "correct one of them")
        words = words.where((told != "") | ((other == "") & (words != "")), others)
    return words


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


def refuse_paths(file: Path, rows: pd.DataFrame) -> None:
    """Refuse a `path` that no file of a source can have.

    Raises:
        SourceError: one holds what no table can, or leads out of the table's folder.
    """
    odd = rows["path"].map(unusable).astype(bool)
    rule, remedy = "name a path with control characters or a backslash", "write / between folders, or rename the files"
    refuse(file, rows, odd, "path", rule, remedy)
    outside = rows["path"].map(lambda path: path.startswith("/") or ".." in PurePosixPath(path).parts).astype(bool)
    refuse(file, rows, outside, "path", f"name a path that leads out of {file.parent}")


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
    if not os.path.isdir(folder):  # noqa: PTH112  # unlike `Path.is_dir`, no error for a name that no folder can have
        return {}
    outside = leads_out(folder, root)
    with os.scandir(folder) as entries:
        return {
            posixpath.join(name, entry.name): not (leads_out(entry, root) if entry.is_symlink() else outside)
            for entry in entries
            if not unusable(entry.name) and (Path(entry) if entry.is_symlink() else entry).is_file()
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
        example = f"row {rows.index[first]} ({quoted(rows[column].iloc[first])})"
        end = f"; {remedy}." if remedy else "."
        raise SourceError(f"{wrong.sum()} of {len(rows)} rows of '{file}' {rule}, e.g. {example}{end}")
