"""The columns of a user's table that no layout reads, such as an age or a country: text, kept to be looked at by."""

from collections.abc import Collection

import pandas as pd

from facevalue.common.words import plain, printable
from facevalue.sources.base import remark

COLUMNS = 50
LETTERS = 200


def further_columns(rows: pd.DataFrame, known: Collection[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The columns beside those that are known, and remarks on what of them is not kept.

    Names and values are cleaned to text in one line of `LETTERS` at most. The first `COLUMNS` are kept; of names that
    count as one, the first.

    Args:
        rows: a table as it was read, all of it text.
        known: names as they count; who reads them is somebody else.
    """
    names = {column: _cleaned(column) for column in map(str, rows) if plain(column) not in known}
    seen = {*known, ""}
    told: dict[str, str] = {}
    again = []
    for column, name in names.items():
        if plain(name) in seen:
            again.append(name)
        else:
            told[column] = name
            seen.add(plain(name))
    kept = dict(list(told.items())[:COLUMNS])
    remarks = remark("columns without a name of their own, not kept", again)
    remarks += remark(f"columns beyond the first {COLUMNS} further ones, not kept", list(told.values())[COLUMNS:])
    columns = {name: _texts(rows[column]) for column, name in kept.items()}
    return pd.DataFrame(columns, index=rows.index, dtype=str), remarks


def _texts(column: pd.Series) -> pd.Series:
    return column.map({value: _cleaned(value) for value in column.unique()})


def _cleaned(text: str) -> str:
    return printable(text).strip()[:LETTERS].strip()
