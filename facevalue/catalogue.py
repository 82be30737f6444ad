"""The table of pictures that flows through everything.

A catalogue is a DataFrame with one row per picture and at least the columns

- `path`: POSIX, relative to the folder that holds the pictures,
- `label`: `real` or `fake`,
- `kind`: how a fake was made, `real` for a real picture; what stratifies,
- `group`: what must not be torn apart, such as an identity; a picture without one is its own.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue import images
from facevalue.errors import SourceError
from facevalue.files import inside

LABELS = ("real", "fake")
COLUMNS = ("path", "label", "kind", "group")
FILE_NAME = "catalogue.csv"


def targets(labels: pd.Series) -> NDArray[np.int64]:
    """The one place where a label becomes a number: fake = 1, so a score is the probability of fake. Shape (n,)."""
    return np.asarray(labels == "fake", dtype=np.int64)


def read(csv: Path) -> pd.DataFrame:
    """A catalogue that a stage wrote; text columns come back as text, also where they look like numbers."""
    return pd.read_csv(csv, dtype=dict.fromkeys((*COLUMNS, "picture"), str), keep_default_na=False)


def read_source(source: Path) -> tuple[Path, pd.DataFrame]:
    """The pictures that a user's folder or CSV offers.

    Returns:
        The root folder that paths are relative to, and the catalogue, sorted by path.

    Raises:
        SourceError: there is nothing at `source`, it has another structure, a row is wrong, or a class is missing.
    """
    if not source.exists():
        raise SourceError(f"source '{source}' does not exist; it is a folder with real/ and fake/, or a CSV.")
    table = source if source.is_file() else source / FILE_NAME
    root = table.parent
    catalogue = from_csv(table, root) if table.is_file() else _from_both_folders(root)
    for label in LABELS:
        if label not in set(catalogue["label"]):
            raise SourceError(f"source '{source}' has no {label} pictures; comparing detectors takes both classes.")
    return root, catalogue.sort_values("path", ignore_index=True)


def _from_both_folders(root: Path) -> pd.DataFrame:
    missing = [label for label in LABELS if not (root / label).is_dir()]
    if missing:
        seen = sorted(entry.name for entry in root.iterdir())[:5]
        raise SourceError(
            f"source '{root}' has no folder {' and no folder '.join(f'{label}/' for label in missing)} and no "
            f"{FILE_NAME}; it holds {', '.join(seen) or 'nothing'}."
        )
    return from_folders(root)


def from_folders(root: Path) -> pd.DataFrame:
    """The catalogue of what lies in `root/real` and `root/fake`, as far as they exist.

    Raises:
        SourceError: a picture is a link that leads out of `root`.
    """
    rows = [(path, label, _kind(path, label)) for label in LABELS for path in pictures_in(root, label)]
    return complete(pd.DataFrame(rows, columns=["path", "label", "kind"], dtype=str))


def pictures_in(root: Path, folder: str = "") -> list[str]:
    """Paths, relative to `root`, of the files under `root/folder` that are named like pictures.

    No link to a folder is followed.

    Raises:
        SourceError: a picture is a link that leads out of `root`.
    """
    return [
        path
        for folder, _, names in os.walk(root / folder)
        for name in names
        if not name.startswith(".") and Path(name).suffix.lower() in images.SUFFIXES
        for path in [Path(folder, name).relative_to(root).as_posix()]
        if inside(root, path)
    ]


def _kind(path: str, label: str) -> str:
    """Sub-folders of fake/ name the manipulation."""
    _, *folders, _ = path.split("/")
    return folders[0] if label == "fake" and folders else label


def from_csv(table: Path, root: Path, labelled: bool = True) -> pd.DataFrame:
    """The catalogue that a CSV with a header makes; `labelled` says whether each row must carry a label.

    Raises:
        SourceError: it is no CSV, a column is missing, or a row is wrong.
    """
    try:
        rows = pd.read_csv(table, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True)
    except (ValueError, OSError) as error:  # pandas' parser errors are ValueErrors
        raise SourceError(f"'{table}' is not a CSV with a header: {' '.join(str(error).split())}.") from None
    if missing := [column for column in COLUMNS[: 1 + labelled] if column not in rows]:
        raise SourceError(
            f"'{table}' has no column {' and no column '.join(missing)}; it has {', '.join(map(str, rows))}."
        )
    rows["label"] = rows["label"].str.strip().str.lower() if labelled else ""
    allowed = LABELS if labelled else ("",)
    _refuse(table, rows, ~rows["label"].isin(allowed), "label", "carry a label other than real or fake")
    _refuse(table, rows, rows["path"].duplicated(), "path", "name a picture that an earlier row names")
    try:
        files = [inside(root, path).is_file() for path in rows["path"]]
    except SourceError as error:
        raise SourceError(f"'{table}': {error}") from None
    _refuse(table, rows, ~pd.Series(files, dtype=bool), "path", "name no file")
    return complete(rows)


def _refuse(table: Path, rows: pd.DataFrame, wrong: pd.Series, column: str, rule: str) -> None:
    if wrong.any():
        first = int(wrong.to_numpy().argmax())
        example = f"row {first + 2} ('{rows[column].iloc[first]}')"
        raise SourceError(f"{wrong.sum()} of {len(rows)} rows of '{table}' {rule}, e.g. {example}.")


def complete(rows: pd.DataFrame) -> pd.DataFrame:
    """A catalogue with what a user may leave out: the kind is the label's, the group the picture's own."""
    for column, default in (("kind", rows["label"]), ("group", rows["path"])):
        given = rows[column].str.strip() if column in rows else pd.Series("", index=rows.index)
        rows[column] = given.where(given != "", default)
    return rows[list(COLUMNS)]
