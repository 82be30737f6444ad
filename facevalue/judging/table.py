"""A CSV of scores: `picture,label[,group][,kind]`, and a column per detector or one per training of it.

The trainings of a detector `clip` are the columns `clip_01`, `clip_02` and so on, from 01 on without a gap; a column
`clip` beside them is taken for their average, which is one more detector and no training, and not read. So is what
`evaluate` writes, `plots/evaluate/scores.csv`: `full` and `crop` are its two detectors, and `ensemble`, which both make
together, is one where it is asked for by name. What else that file tells of a picture is no score.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common.catalogue import LABELS
from facevalue.common.errors import SourceError
from facevalue.common.words import is_text, plain, printable, shortened
from facevalue.sources.csv_table import refuse

LARGEST = 2**30  # bytes of a file
PICTURES = 2_000_000
TRAININGS = 100
DETECTORS = 2
TOGETHER = "ensemble"

_TEXTS, _NUMBERS = ("picture", "label", "group", "kind"), ("face_share", "confidence")
_NEEDED = ("picture", "label")
_NO_SCORES = {*_TEXTS, *_NUMBERS, "source", "video"}
_CALLED = "called_"
_TRAINING = re.compile(r"(.+)_([0-9]{2,})")
_LONGEST = 60  # letters of a detector's name
_TAKEN = {  # what stands beside names in results
    *("difference", "interval", "p_value", "answer", "pictures_needed", "trainings", "training", "pictures", "sentence")
}
_SHOWN = 200  # letters of a header, which may be a book
_ROWS = 100_000  # read at a time


@dataclass(frozen=True, eq=False)
class Table:
    """What detectors gave the same pictures, in the order of the pictures' names.

    Attributes:
        pictures: (n) rows with `picture`, `label`, `kind` (without one, the label), `group` (missing where there is
            none), `face_share` and `confidence` (NaN where there is none).
        scores: of each detector, in the order of their comparison, (n, r); a missing one is NaN.
    """

    pictures: pd.DataFrame
    scores: Mapping[str, NDArray[np.float64]]


def read(file: Path, of: Sequence[str] = ()) -> Table:
    """The pictures and the scores of some detectors, all with as many trainings.

    Args:
        file: the CSV.
        of: the detectors' names; where there are none, those of the file, which must be two.

    Raises:
        SourceError: it is no such table.
    """
    columns = _header(file)
    if missing := [name for name in _NEEDED if name not in columns]:
        raise SourceError(f"'{file}' has no column {' and no column '.join(missing)}; it has {_listed(columns)}.")
    chosen = _chosen(file, list(columns), of)
    texts, numbers = ([name for name in names if name in columns] for names in (_TEXTS, _NUMBERS))
    numbers += [column for several in chosen.values() for column in several]
    rows = _rows(file, {name: columns[name] for name in texts}, {name: columns[name] for name in numbers})
    pictures = _pictures(file, rows).sort_values("picture")
    ordered = rows.loc[pictures.index]
    scores = {name: ordered[list(several)].to_numpy(np.float64) for name, several in chosen.items()}
    return Table(pictures.reset_index(drop=True), scores)


def detectors(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The columns of each detector of a header, of several trainings in their order."""
    scores = [column for column in columns if column not in {*_NO_SCORES, ""} and not column.startswith(_CALLED)]
    numbered: dict[str, dict[int, str]] = {}
    for column in scores:
        if found := _TRAINING.fullmatch(column):
            numbered.setdefault(found[1], {})[int(found[2])] = column
    several = {
        name: tuple(each[number] for number in sorted(each))
        for name, each in numbered.items()
        if sorted(each) == list(range(1, len(each) + 1))
    }
    whose = {column: name for name, trainings in several.items() for column in trainings}
    return {name: several.get(name, (name,)) for name in dict.fromkeys(whose.get(column, column) for column in scores)}


def _chosen(file: Path, columns: Sequence[str], of: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found = detectors(columns)
    names = list(of) or [name for name in found if name != TOGETHER]
    if unknown := [name for name in names if name not in found]:
        raise SourceError(f"'{file}' has no scores of {_quoted(unknown[0])}; it has those of {_listed(found)}.")
    if not of and len(names) > DETECTORS:
        raise SourceError(f"'{file}' has scores of {len(names)} detectors, {_listed(names)}; name two: --of A B.")
    if not of and len(names) < DETECTORS:
        held = f"one detector, {_listed(names)}" if names else "no detector"
        raise SourceError(f"'{file}' has scores of {held}; a comparison takes a column of scores of each of two.")
    for name in names:
        _check_name(file, name, names)
    counts = {name: len(found[name]) for name in names}
    if len(set(counts.values())) > 1:
        told = " and ".join(f"{count} of {_quoted(name)}" for name, count in counts.items())
        raise SourceError(
            f"'{file}' has scores of {told}: training 1 of one is paired with training 1 of the other, and so on; "
            "give as many of each."
        )
    if max(counts.values()) > TRAININGS:
        raise SourceError(
            f"'{file}' has {max(counts.values()):,} trainings of each detector; give {TRAININGS} at most."
        )
    return {name: found[name] for name in names}


def _check_name(file: Path, name: str, names: Sequence[str]) -> None:
    """A name is shown in one line, and stands as a key beside others."""
    if not is_text(name) or len(name) > _LONGEST:
        rule = f"a name is text in one line, of {_LONGEST} letters at most"
        raise SourceError(f"'{file}' has a detector {_quoted(name)}; {rule}. Rename its columns.")
    if name in {*_TAKEN, *(f"{other}_interval" for other in names)}:
        raise SourceError(f"'{file}' has a detector {name!r}, which the results call something else; rename it.")
    if names.count(name) > 1:
        raise SourceError(f"{name!r} is named twice; a comparison takes two different detectors.")


def _header(file: Path) -> dict[str, str]:
    """The columns as they stand there, by their names: without blanks around them, and those of facts as we spell them.

    Raises:
        SourceError: there is no such file, it is too large or no CSV, or a name stands there twice.
    """
    if not file.exists():
        raise SourceError(f"'{file}' does not exist; name a CSV of scores.")
    if not file.is_file():
        raise SourceError(f"'{file}' is no file; name a CSV of scores.")
    if file.stat().st_size > LARGEST:
        raise SourceError(f"'{file}' has more than {LARGEST / 2**30:g} GB; leave out columns that are not needed.")
    try:
        first = _csv(file, header=None, nrows=1, dtype=str)
        columns = [str(name) for name in first.iloc[0] if str(name).strip()]
    except (ValueError, OSError) as error:  # pandas' parser errors are ValueErrors
        raise _no_csv(file, error) from None
    for separator, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and separator in columns[0]:
            raise SourceError(f"'{file}' has {called} between its columns, which must be commas.")
    named: dict[str, str] = {}
    for column in columns:
        name = plain(column) if plain(column) in _NO_SCORES else column.strip()
        if name in named:
            raise SourceError(f"'{file}' has two columns {_quoted(name)}; keep one of them.")
        named[name] = column
    return named


def _rows(file: Path, texts: Mapping[str, str], numbers: Mapping[str, str]) -> pd.DataFrame:
    """The columns of these names as text and as numbers; the index is the row as an editor counts them."""
    types: defaultdict[str, type] = defaultdict(lambda: str, dict.fromkeys(numbers.values(), np.float64))
    empty = {column: ["", "nan", "NaN"] for column in numbers.values()}
    names = {column: name for name, column in {**texts, **numbers}.items()}
    try:
        parts = list(_bounded(file, _parts(file, names, dtype=types, na_values=empty)))
    except (ValueError, OSError) as error:
        _refuse_words(file, names, list(numbers))
        raise _no_csv(file, error) from None
    if not any(len(part) for part in parts):
        raise SourceError(f"'{file}' has a header and no row.")
    return pd.concat(parts).fillna(dict.fromkeys(texts, ""))  # of a row that ends early


def _parts(file: Path, names: Mapping[str, str], **how: Any) -> Iterator[pd.DataFrame]:
    """Some columns, which are called by these names, some rows at a time.

    All are read, since of rows that are too long the rest would be left out in silence: `0,5` is two numbers.
    """
    for part in _csv(file, chunksize=_ROWS, **how):
        if not isinstance(part.index, pd.RangeIndex):  # pandas takes the first column for a name
            raise ValueError("rows have more fields than the header names; put commas in a name in quotes")
        yield part[list(names)].set_axis(part.index + 2).rename(columns=names)


def _bounded(file: Path, parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    count = 0
    for part in parts:
        count += len(part)
        if count > PICTURES:
            raise SourceError(f"'{file}' has more than {PICTURES:,} rows; draw some of them.")
        yield part


def _refuse_words(file: Path, names: Mapping[str, str], numbers: Sequence[str]) -> None:
    """Say which cell is no number, where it is that.

    Raises:
        SourceError: one is none.
    """
    remedy = "leave a cell empty where there is no score"
    try:
        for part in _parts(file, names, dtype=str):
            for name in numbers:
                words = part[name].fillna("").map(_is_word).astype(bool)
                refuse(file, part, words, name, f"have no number in the column {_quoted(name)}", remedy)
    except (ValueError, OSError) as error:
        raise _no_csv(file, error) from None


def _is_word(cell: str) -> bool:
    try:
        float(cell or "nan")
    except ValueError:
        return True
    return "_" in cell  # Python's own spelling


def _pictures(file: Path, rows: pd.DataFrame) -> pd.DataFrame:
    """The facts, checked and complete."""
    told = {name: rows[name].str.strip() if name in rows else pd.Series("", rows.index, str) for name in _TEXTS}
    label = told["label"].str.lower()
    remedy = "a number does not tell which is which"
    refuse(file, rows, ~label.isin(LABELS), "label", "carry a label other than real or fake", remedy)
    refuse(file, rows, rows["picture"] == "", "picture", "name no picture")
    refuse(file, rows, rows["picture"].duplicated(), "picture", "name a picture that an earlier row names")
    kind = told["kind"].map({each: shortened(printable(each), _SHOWN) for each in told["kind"].unique()}).astype(str)
    contrary = kind.str.casefold().isin(LABELS) & (kind.str.casefold() != label)
    refuse(file, rows, contrary, "kind", "have the other class for a kind", "a kind tells how a fake was made")
    return pd.DataFrame(
        {
            "picture": rows["picture"],
            "label": label,
            "kind": kind.where(kind != "", label),
            "group": told["group"].where(told["group"] != "", np.nan),
            **{name: rows.get(name, pd.Series(np.nan, rows.index)) for name in _NUMBERS},
        }
    )


def _csv(file: Path, **how: Any) -> Any:
    return pd.read_csv(file, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True, **how)


def _no_csv(file: Path, error: Exception) -> SourceError:
    return SourceError(f"'{file}' is not a CSV with a header: {' '.join(str(error).split())}.")


def _listed(names: Sequence[str] | Mapping[str, object]) -> str:
    return printable(shortened(", ".join(names), _SHOWN))


def _quoted(name: str) -> str:
    return printable(shortened(repr(name), _SHOWN))
