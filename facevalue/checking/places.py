"""The folders and files that `params.yaml` names: there, or such as DVC makes or fetches; and where results go."""

import difflib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import yaml

from facevalue.common.catalogue import FILE_NAME
from facevalue.common.errors import OutputError, ParameterError, SourceError
from facevalue.common.words import plain, shortened
from facevalue.evaluating.params import EvaluateParams
from facevalue.external.params import ExternalParams
from facevalue.sources.params import SourceParams

_SHOWN = 200  # characters of a path that messages repeat
_DRAWN = "demo/pictures"  # by demo/dvc.yaml, without further columns
_RESULTS = ("data", "models", "metrics", "plots")
_NO_FILE = "a pipe, a socket or a device"
_OWN = (".git", ".dvc", "data/checked", "data/sampled", "data/cropped", "data/sampledsplits", "data/croppedsplits",
        "data/unseensplits", "models", "metrics", "plots")  # fmt: skip


def check(path: Path) -> None:
    """Check what a parameter file names, from the folder that it lies in, and that this takes results.

    Raises:
        ParameterError: a key or value is wrong, or it names what is not there or cannot be read.
        SourceError: a set from elsewhere cannot be read.
        OutputError: a folder of results cannot be written; DVC would find out between one deletion and the next.
    """
    root = path.absolute().parent
    given, sets = SourceParams.load(path), ExternalParams.load(path).external
    named = {f"evaluate.external.{name}": place for name, place in sets.items()}
    for key, place in {"source": given.source, **named}.items():
        if problem := _problem(root, place):
            raise ParameterError(f"{path.name}: {key} is {shortened(repr(place), _SHOWN)}, {problem}.")
    for name, place in sets.items():
        _check_set(path.parent / place, f"evaluate.external.{name}")
    _check_slices(root, given, EvaluateParams.load(path).slices, path.name)
    for name in _RESULTS:
        if (root / name).is_dir() and not os.access(root / name, os.W_OK):
            raise OutputError(f"'{name}' cannot be written; nothing was changed.")


def _check_set(place: Path, key: str) -> None:
    """Refuse a set that is there and that its stage could not read: later, all would be trained.

    Raises:
        SourceError: in the words of the stage.
    """
    if not place.exists():
        return
    from facevalue.sources import read  # late: it brings pandas

    try:
        read.read_test_set(place)
    except SourceError as error:
        raise SourceError(f"{key}: {error}") from None


def _check_slices(root: Path, given: SourceParams, slices: Sequence[str], file: str) -> None:
    """Refuse a slice that is no further column of the source, where that is there or drawn: later, all is trained."""
    source = root / given.source
    if not slices or not (source.exists() or Path(os.path.normpath(source)) == root / _DRAWN):
        return
    from facevalue.sources import csv_table, read  # late: it brings pandas

    try:
        table = read.table_of(source, given.layout) if source.exists() else None
        columns, further = csv_table.columns_of(table) if table else ([], [])
    except SourceError:  # of which `sample` tells
        return
    kept = {plain(name): name for name in further}
    missing = next((name for name in slices if plain(name) not in kept), None)
    if missing is None:
        return
    where = shortened(repr(str(Path(given.source) / table.relative_to(source) if table else given.source)), _SHOWN)
    close = difflib.get_close_matches(plain(missing), kept, n=1)
    those = f"Further ones: {shortened(', '.join(map(repr, further)) or 'none', _SHOWN)}."
    if table is None:
        remedy = f"name a CSV that has it, or put that into the folder as {FILE_NAME} (layout csv)."
        rule = f"no column of {where}, which has no further ones; {remedy}"
    elif plain(missing) in map(plain, columns):
        rule = f"a column of {where}, but no further one. {those}"
    else:
        rule = f"no column of {where}. " + (f"Closest: {kept[close[0]]!r}." if close else those)
    raise ParameterError(f"{file}: evaluate.slices names {missing!r}, which is {rule}")


def _problem(root: Path, place: str) -> str:
    found = root / place
    try:
        if found.is_dir():
            return _overlap(root.resolve(), found.resolve()) or _unhashable(found)
        if found.is_file():
            return _overlap(root.resolve(), found.resolve())
        if found.exists():
            return "which is neither a folder nor a file"
        if _brought_by_dvc(root, Path(os.path.normpath(found))):
            return ""
    except (OSError, RuntimeError) as error:  # a name that no file can have, a folder that one may not read, a loop
        return f"which cannot be read ({getattr(error, 'strerror', None) or error})"
    return "which does not exist; name a folder or a CSV, from the project's root or with its whole path"


def _overlap(root: Path, place: Path) -> str:
    """Where the pictures and what the project itself holds or makes are not apart."""
    if root.is_relative_to(place):
        return "which holds this project itself; put the pictures into a folder of their own"
    for own in (root / name for name in _OWN):
        if place.is_relative_to(own) or own.is_relative_to(place):
            return "where this project keeps its own results; put the pictures into a folder of their own"
    return ""


def _unhashable(folder: Path) -> str:
    """What `dvc`, which hashes every file of a source, would wait for, or give up at without a name."""
    odd = [(entry, why) for entry in _entries(folder) if (why := _odd(entry))]
    if not odd:
        return ""
    entry, why = min(odd, key=lambda found: os.fsencode(found[0].path))
    name = os.fsencode(os.path.relpath(entry.path, folder)).decode("utf-8", "backslashreplace")
    more = f", and {len(odd) - 1:,} more such" if len(odd) > 1 else ""
    return f"in which {shortened(repr(name), _SHOWN)} is {why}{more}; dvc cannot hash that, remove it or rename it"


def _entries(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """Everything in a folder and below; links to folders are not followed."""
    waiting = [os.fspath(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _odd(entry: os.DirEntry[str]) -> str:
    """Why an entry cannot be hashed; empty where it can."""
    if not entry.name.isascii() and os.fsencode(entry.name).decode("utf-8", "replace") != entry.name:
        return "a name that is not UTF-8"
    if entry.is_symlink():
        try:
            entry.stat()
        except OSError:
            return "a link that leads nowhere"
        return "" if entry.is_file() or entry.is_dir() else _NO_FILE
    return "" if entry.is_file() or entry.is_dir() else _NO_FILE


def _brought_by_dvc(root: Path, place: Path) -> bool:
    """Whether `dvc` fetches or makes it, or some of it, so that it may not be there yet."""
    folders = [root, *(folder for folder in place.parents if folder.is_relative_to(root) and folder.is_dir())]
    files = {
        *root.glob("*/dvc.yaml"),
        *(file for at in folders for end in ("dvc.yaml", "*.dvc") for file in at.glob(end)),
    }
    outs = [out for file in files if file.is_file() for out in _outs(file)]
    return any(out is None or out.is_relative_to(place) or place.is_relative_to(out) for out in outs)


def _outs(file: Path) -> Iterator[Path | None]:
    """Where its outputs lie; none where only DVC can tell. What is amiss in it, DVC will say."""
    with suppress(OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for stage in content["stages"].values() if file.name == "dvc.yaml" else [content]:
            one = stage.get("do", stage)  # of `foreach` and `matrix`
            folder = one.get("wdir") or "."
            for out in one.get("outs") or ():
                name = out if isinstance(out, str) else out.get("path") or next(iter(out))
                told, templated, _ = f"{folder}/{name}".partition("${")
                if not templated:
                    yield Path(os.path.normpath(file.parent / told))
                elif "/" in told.removeprefix("./"):  # somewhere below what is told of it
                    yield Path(os.path.normpath(file.parent / told.rpartition("/")[0]))
                else:
                    yield None
