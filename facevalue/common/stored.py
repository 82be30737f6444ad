"""Pictures as a stage stored them: each in a file of its own, or all in a few shards.

A shard is a tar that any program reads; the table `shards.csv` beside it tells where each picture lies in it. Which
shard holds a picture is decided by its name alone, so that another picture changes one of them.
"""

import hashlib
import tarfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common import images
from facevalue.common.errors import PictureError
from facevalue.common.files import write_csv
from facevalue.common.words import printable

TABLE = "shards.csv"
SUFFIX = ".tar"
COLUMNS = ("path", "shard", "start", "size")


@dataclass(frozen=True)
class Stored:
    """A picture that a stage wrote. Sent to another process, it takes its content along: that may be far away.

    Attributes:
        name: for messages.
        place: the file or the shard that it lies in; or, once sent, what it holds.
        start: where in the shard it begins, bytes.
        size: its length in the shard, bytes; None of a file of its own.
    """

    name: str
    place: Path | bytes
    start: int = 0
    size: int | None = None

    def content(self) -> bytes:
        """What its file holds, or would hold.

        Raises:
            PictureError: it cannot be read.
        """
        if isinstance(self.place, bytes):
            return self.place
        try:
            with self.place.open("rb") as file:
                file.seek(self.start)
                return file.read() if self.size is None else file.read(self.size)
        except OSError as error:
            raise self._unreadable(images.reason(self.place, error)) from error

    def digest(self) -> bytes:
        """Its content's SHA-256."""
        return hashlib.sha256(self.content()).digest()

    def read(self) -> NDArray[np.uint8]:
        """The picture, RGB, (h, w, 3).

        Raises:
            PictureError: it is none, although a stage wrote it.
        """
        alone = isinstance(self.place, Path) and self.size is None
        content = self.place if alone else self.content()
        try:
            return images.read(content, Path(self.name).suffix)
        except PictureError as error:
            raise self._unreadable(str(error)) from error

    def __reduce__(self) -> tuple[type["Stored"], tuple[str, bytes]]:
        return Stored, (self.name, self.content())

    def _unreadable(self, reason: str) -> PictureError:
        if isinstance(self.place, Path) and self.place.suffix == SUFFIX:
            reason = f"in '{self.place.name}': {reason}"
        return PictureError(f"'{self.name}' cannot be read ({reason}); run the stage that wrote it again.")


def stored(folder: Path, paths: Iterable[str]) -> list[Stored]:
    """The pictures of a folder that a stage wrote, by their paths in its catalogue.

    Raises:
        PictureError: its shards hold no picture of that name.
    """
    if not (folder / TABLE).exists():
        if any(folder.glob(f"*{SUFFIX}")):
            raise PictureError(f"'{folder / TABLE}' is missing beside its shards; run the stage that wrote it again.")
        return [Stored(str(folder / path), folder / path) for path in paths]
    rows = _table(folder)
    found = []
    for path in paths:
        if path not in rows:
            raise PictureError(f"'{folder / path}' is in none of the shards; run the stage that wrote it again.")
        shard, start, size = rows[path]
        found.append(Stored(str(folder / path), folder / shard, start, size))
    return found


def _table(folder: Path) -> dict[str, tuple[str, int, int]]:
    """By path the shard that holds a picture, where it begins, and its size; nothing outside of the folder."""
    numbers = ["start", "size"]
    try:
        types = {"path": str, "shard": str, **dict.fromkeys(numbers, np.int64)}
        table = pd.read_csv(folder / TABLE, usecols=list(COLUMNS), dtype=types, keep_default_na=False)[list(COLUMNS)]
        if (table[numbers] < 0).any(axis=None) or not table["shard"].str.fullmatch(r"\d{5,}(\.tar)?").all():
            raise ValueError("a place that there cannot be")
    except (OSError, OverflowError, ValueError) as error:  # among the latter those of pandas
        reason = printable(str(error).strip().splitlines()[0])
        raise PictureError(f"'{folder / TABLE}' is damaged ({reason}); run the stage that wrote it again.") from error
    places = table[["shard", *numbers]].itertuples(index=False, name=None)
    return dict(zip(table["path"], places, strict=True))


def make_folders(folder: Path, paths: Iterable[str]) -> None:
    """Make those that pictures of these paths lie in, once for all of them."""
    for parent in {(folder / path).parent for path in paths}:
        parent.mkdir(parents=True, exist_ok=True)


def pack(folder: Path, paths: Iterable[str], shards: int) -> None:
    """Put the pictures of a folder into so many shards, in its place of the files; with 0, leave them as they are.

    The same pictures give the same bytes. Beside them on the disk is never more than one shard.
    """
    if not shards:
        return
    names = sorted(paths)
    divided: dict[int, list[str]] = {number: [] for number in range(shards)}
    for path in names:
        divided[zlib.crc32(path.encode()) % shards].append(path)
    rows = []
    for number, inside in divided.items():
        name = f"{number:05}{SUFFIX}"
        with tarfile.open(folder / name, "w", format=tarfile.PAX_FORMAT) as shard:
            for path in inside:
                start, size = _add(shard, folder / path, path)
                rows.append((path, name, start, size))
        for path in inside:
            (folder / path).unlink()
    for parent in sorted(
        {above for path in names for above in (folder / path).parents if above != folder}, reverse=True
    ):
        if parent.is_relative_to(folder):
            parent.rmdir()
    write_csv(pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("path"), folder / TABLE)


def _add(shard: tarfile.TarFile, file: Path, path: str) -> tuple[int, int]:
    """Where the file's content begins in the tar, and how long it is; nothing of its owner or time goes in."""
    entry = tarfile.TarInfo(path)
    entry.size = file.stat().st_size
    with file.open("rb") as content:
        shard.addfile(entry, content)
    filled = -(-entry.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    return shard.offset - filled, entry.size
