"""What is said of a folder that no layout recognises: what was seen, and how to go on."""

import shlex
from pathlib import Path

from facevalue.common.catalogue import FILE_NAME
from facevalue.common.words import printable, shortened
from facevalue.sources.proposing.facts import class_column
from facevalue.sources.proposing.tables import Naming, namings, not_in_utf_8
from facevalue.sources.tree import Tree, medium

_SHOWN = 80  # characters of a path or a name
_SEPARATORS = {";": "semicolons", "\t": "tabs"}
_VALUES = 4  # that a column may have to be listed


def described(tree: Tree) -> str:
    """How many pictures and videos in how many folders, one of them, and the first entries."""
    paths = list(tree.paths())
    if not paths:
        return f"it holds {tree.shown()}, and no file that is named like a picture or a video"
    folders = sum(bool(node.media) for _, node in tree.walk())
    where = f" in {folders} folders" if folders > 1 else ""
    return f"it holds {tree.shown()}: {counted(paths)}{where}, e.g. {_short(paths[0])}"


def explained(source: Path, tree: Tree, known: tuple[str, ...]) -> str:
    """Three lines at most: what was seen, what a table in it says, and the command that proposes a CSV."""
    lines = [f"source '{source}' has no layout that is known; {described(tree)}."]
    remedy = f"Known: {', '.join(known)} (docs/datasets.md)."
    if paths := list(tree.paths()):
        found = namings(tree, paths)
        lines += [_table(found[0], paths, len(found) - 1)] if found else _unread(not_in_utf_8(tree))
        folder, table = shlex.quote(str(source)), shlex.quote(str(source / FILE_NAME))
        remedy += f" Or let a CSV be proposed, and correct it: python -m facevalue catalogue {folder} > {table}"
    return "\n".join([*lines, remedy])


def counted(paths: list[str]) -> str:
    """`3 pictures and 1 video`."""
    of = {kind: sum(medium(path) == kind for path in paths) for kind in ("picture", "video")}
    return " and ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in of.items() if count)


def _table(naming: Naming, paths: list[str], more: int) -> str:
    """Which files a table names by which column, what tells the class in it, and what it lacks to be a CSV of ours."""
    count = naming.rows["path"].nunique()
    of = f"{count or 'none'} of the {counted(paths)}"
    says = f"{naming.table} names {of} by `{naming.column}`"
    says += f" (not {_short(naming.nothing[0])})" if naming.nothing else ""
    column, _ = class_column(naming)
    if count and column:
        says += f"; its `{column}` holds {_values(naming, column)}"
    elif count:
        says += f"; its columns are {shortened(printable(', '.join(naming.columns)), 200)}"
    if separator := _SEPARATORS.get(naming.separator):
        return f"{says}; it has {separator} between its columns, which must be commas."
    lacking = [name for name in ("path", "label") if name not in naming.columns]
    says += f"; it has no column {' and no column '.join(lacking)}" if count and lacking else ""
    return says + (f"; {more} more tables" if more else "") + "."


def _unread(tables: list[str]) -> list[str]:
    """A line on tables of which nothing could be read."""
    more = f"; {len(tables) - 1} more tables" if len(tables) > 1 else ""
    return [f"{tables[0]} is not in UTF-8; save it again so{more}."] if tables else []


def _values(naming: Naming, column: str) -> str:
    values = sorted(naming.rows[column].unique())
    if len(values) > _VALUES:
        return f"{len(values)} values, e.g. {_short(values[0])}"
    return " and ".join(map(_short, values))


def _short(text: str) -> str:
    return repr(text[:_SHOWN])
