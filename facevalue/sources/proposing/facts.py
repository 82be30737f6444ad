"""What a table says of the files that it names: class, kind, who is on it, video, part; by its columns' names."""

from collections.abc import Iterable, Iterator

import pandas as pd

from facevalue.sources.base import label_of, part_of
from facevalue.sources.proposing.tables import UNNAMED, Naming, normal
from facevalue.sources.proposing.words import told
from facevalue.sources.tree import medium

BOTH = "both"
"""The label of what a table calls real and fake; a proposal leaves it empty."""

_FAKE_IF_TRUE = ("is_fake", "isfake", "fake", "is_deepfake")
_REAL_IF_TRUE = ("is_real", "isreal", "real")
_OF_A_CLASS = "label labels class ground_truth groundtruth gt label_name class_name target type category"
CLASSES = (*_FAKE_IF_TRUE, *_REAL_IF_TRUE, *_OF_A_CLASS.split())
_TRUE, _FALSE = ("1", "1.0", "true", "yes"), ("0", "0.0", "false", "no")
_KINDS = ("kind", "method", "manipulation", "technique", "generator", "model", "forgery_type", "type")
_VIDEOS = ("video", "video_id", "video_name", "clip")
_PARTS = ("split", "set", "partition", "subset")  # the last word of a column's name: `Finetuning Set`
_OF_PEOPLE = "group group_id subject subject_id identity person person_id actor actor_id speaker id"
_GROUPS = frozenset(_OF_PEOPLE.split())
# A person, a file, or where it was found
_PERHAPS = ("source", "source_id", "target", "target_id", "swapped_id", "original")
_NONE = ("", "-", "nan", "none", "null", "na", "n/a")


def class_column(naming: Naming) -> tuple[str, bool]:
    """The column that tells the class, and whether it does: 0 and 1 tell it only where the column says of what.

    Nothing where no column is called so.
    """
    found = list(_candidates(naming))
    return next((pair for pair in found if pair[1]), next(iter(found), ("", False)))


def _candidates(naming: Naming) -> Iterator[tuple[str, bool]]:
    """The columns that may tell the class, the likeliest first, and whether each does."""
    called = {column: CLASSES.index(name) for column in naming.columns if (name := normal(column)) in CLASSES}
    unnamed = {column: len(CLASSES) for column in naming.columns if column.startswith(UNNAMED)}
    for column in sorted(called | unnamed, key=(called | unnamed).__getitem__):
        cells = [cell for cell in naming.rows[column].unique() if cell.casefold() not in _NONE]
        if column == naming.column or not cells:
            continue
        if 2 * sum(bool(_label(normal(column), cell)) for cell in cells) >= len(cells):
            yield column, True
        elif all(cell.casefold() in _TRUE + _FALSE for cell in cells):
            yield column, False


def facts(naming: Naming) -> pd.DataFrame:
    """`label`, `kind`, `group` (names with `;` between them), `video`, `part` and `remark` by path, empty if not told.

    Of a file that several rows name, the first counts. Where rows or columns tell both classes, the label is `BOTH`.
    """
    rows = naming.rows
    column, tells = class_column(naming)
    cells = rows[column] if column else _empty(rows)
    labels = _labels(naming, column) if tells else _empty(rows)
    said = rows["remark"] if "remark" in naming.columns else _empty(rows)
    doubts = cells.map({cell: _doubt(cell, naming.table, column, tells) for cell in cells.unique()})
    for second in [name for name, telling in _candidates(naming) if telling and not name.startswith(UNNAMED)]:
        others = _labels(naming, second)
        against = (others != "") & (labels != "") & (labels != BOTH) & (others != labels)
        contrary = (
            f"{naming.table} says `{column}` is " + cells.map(repr) + f", `{second}` is " + rows[second].map(repr)
        )
        labels, doubts = labels.where(~against, BOTH), doubts.where(~against, contrary)
    kind = _first(naming, _KINDS, column)
    other = cells.where(~cells.map(lambda cell: bool(label_of(cell) or cell.casefold() in _TRUE + _FALSE)), "")
    found = pd.DataFrame(
        {
            "path": rows["path"],
            "label": labels,
            "kind": kind.where(kind != "", other).where(labels == "fake", ""),
            "group": _groups(naming, column),
            "video": _first(naming, _VIDEOS, column),
            "part": _part(naming),
            "remark": said.where((said != "") & (labels != BOTH), doubts),
        }
    )
    told_of = found["label"].where(found["label"] != "")
    both = told_of.groupby(found["path"]).transform("nunique") > 1
    found.loc[both, ["label", "kind"]] = [BOTH, ""]
    found.loc[both, "remark"] = f"{naming.table} tells both classes of it"
    return found.drop_duplicates("path").set_index("path")


def _labels(naming: Naming, column: str) -> pd.Series:
    cells = naming.rows[column]
    return cells.map({cell: _label(normal(column), cell) for cell in cells.unique()})


def _label(column: str, cell: str) -> str:
    for columns, if_true, if_false in ((_FAKE_IF_TRUE, "fake", "real"), (_REAL_IF_TRUE, "real", "fake")):
        if column in columns and cell.casefold() in _TRUE + _FALSE:
            return if_true if cell.casefold() in _TRUE else if_false
    return told(cell).label


def _doubt(cell: str, table: str, column: str, tells: bool) -> str:
    """What a user should know of a cell that tells a class, or does not."""
    if not column:
        return ""
    if not tells:
        return f"label is 0 or 1 in {table}, `{column}`: which is real?"
    return told(cell).remark if _label(normal(column), cell) else f"`{column}` is {cell!r} in {table}"


def _first(naming: Naming, wanted: Iterable[str], used: str) -> pd.Series:
    """The first column that is called so and used for nothing else, without cells that say nothing."""
    for name in wanted:
        for column in naming.columns:
            if normal(column) == name and column not in (naming.column, used):
                cells = naming.rows[column]
                return cells.where(~cells.str.casefold().isin(_NONE), "")
    return _empty(naming.rows)


def _part(naming: Naming) -> pd.Series:
    for column in naming.columns:
        if normal(column).rpartition("_")[2] in _PARTS:
            return naming.rows[column].map(part_of).astype(str)
    return _empty(naming.rows)


def _groups(naming: Naming, used: str) -> pd.Series:
    names: list[list[str]] = [[] for _ in range(len(naming.rows))]
    for column in naming.columns:
        if column in (naming.column, used) or not _ties(normal(column), naming.rows[column]):
            continue
        for one, cell in zip(names, naming.rows[column], strict=True):
            one += [_stem(name) for name in map(str.strip, cell.split(";")) if name.casefold() not in _NONE]
    return pd.Series([";".join(dict.fromkeys(one)) for one in names], naming.rows.index, dtype=str)


def _ties(column: str, cells: pd.Series) -> bool:
    """Whether a column tells who is on a picture. A `source` may also be a dataset or a website: names without numbers.

    An `id` that counts the rows ties nothing, and is left out.
    """
    told_of = [cell for cell in cells.unique() if cell.casefold() not in _NONE]
    if column in _GROUPS:
        return column != "id" or len(told_of) < len(cells)
    people = [cell for cell in told_of if (medium(cell) or any(map(str.isdigit, cell))) and not told(_stem(cell)).label]
    return column in _PERHAPS and 2 * len(people) > len(told_of)


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0] if medium(name) else name


def _empty(rows: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=rows.index, dtype=str)
