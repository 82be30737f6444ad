"""Writing so that a reader finds the whole or nothing."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """A fresh folder beside `folder` that takes its place when the block ends well, and vanishes when not.

    What a killed run left behind is cleared by the next one, which uses the same name.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def replacing_file(path: Path) -> Iterator[Path]:
    """The same for one file."""
    partial = path.with_name(f"{path.name}.partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def temporary_folder(kind: str, parent: str | None = None) -> Iterator[Path]:
    """A folder of this process's own, for a while; what a killed one has left is cleared by the next of its kind.

    Args:
        kind: the beginning of its name.
        parent: where it lies, if not where temporary files do.
    """
    place = Path(parent or tempfile.gettempdir())
    for held in place.glob(f"{kind}-*/.lock"):
        with suppress(OSError, Timeout), FileLock(held, timeout=0):
            shutil.rmtree(held.parent, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=place))
    try:
        with FileLock(folder / ".lock"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Save without the index; the same rows give the same bytes."""
    with replacing_file(path) as partial:
        table.to_csv(partial, index=False, lineterminator="\n")


def write_bytes(content: bytes, path: Path) -> None:
    """Save as it is."""
    with replacing_file(path) as partial:
        partial.write_bytes(content)


def write_json(values: Mapping[str, object], path: Path) -> None:
    """Save in the given order of keys; NaN and infinity, which JSON does not know, are a programming error."""
    with replacing_file(path) as partial:
        partial.write_text(json.dumps(values, indent=2, allow_nan=False) + "\n", encoding="utf-8")
