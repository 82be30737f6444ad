"""Pictures that lie in a shard, a Parquet file: their paths lead on into it.

`data/train-00000-of-00002.parquet/000017.jpg` is the picture of row 17. Who reads a picture of a source asks `located`
for it; what lies in no shard stays a file.
"""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from facevalue.common import images
from facevalue.common.errors import PictureError, SourceError

SUFFIX = ".parquet"
MAX_GROUP_BYTES = 2**30  # in one row group, which is what Parquet reads at once
_HELD_BYTES = 2**30  # of all that is held
_TEXTS = 16  # rows of text that are read at once: a long one may stand in each of them
_BUFFER = 2**20  # bytes of a file that are read ahead
_STARTS = {
    b"\xff\xd8\xff": ".jpg",
    b"\x89PNG": ".png",
    b"BM": ".bmp",
    **dict.fromkeys((b"II*\0", b"MM\0*"), ".tif"),
    **dict.fromkeys((b"P3", b"P5", b"P6"), ".ppm"),
}
_REASON = 200  # characters of what Arrow says
# Arrow raises its own errors, most of them also Python's, and some of Python's where a size makes no sense.
_FAILURES = (pa.ArrowException, OSError, ValueError, LookupError, OverflowError, MemoryError, NotImplementedError)


@dataclass(frozen=True)
class Shard:
    """A Parquet file with pictures.

    Attributes:
        file: where it lies.
        picture: the column of the pictures' bytes, as Parquet calls it: `image.bytes` in a structure, else `image`.
        name: the column of their names (`image.path`), or nothing.
        schema: of all columns.
        starts: the first row of each row group, and the number of rows.
    """

    file: Path
    picture: str
    name: str
    schema: pa.Schema
    starts: tuple[int, ...]

    @property
    def rows(self) -> int:
        """How many."""
        return self.starts[-1]

    def texts(self, columns: list[str]) -> Iterator[dict[str, list[str]]]:
        """Some columns as text, some rows at once; what is not there is empty.

        Raises:
            SourceError: the file cannot be read.
        """
        for batch in self._values(columns, _TEXTS):
            yield {
                column: ["" if value is None else str(value) for value in values] for column, values in batch.items()
            }

    def pictures(self, group: int = 0) -> Iterator[bytes]:
        """The bytes of a row group's pictures, one after the other: one that stands in many rows is no bomb.

        Raises:
            SourceError: the file cannot be read.
        """
        for batch in self._values([self.picture], 1, [group]):
            yield batch[self.picture][0] or b""

    def _values(self, columns: list[str], rows: int, groups: list[int] | None = None) -> Iterator[dict[str, list[Any]]]:
        with _readable(self.file), pq.ParquetFile(self.file, buffer_size=_BUFFER) as file:
            for batch in file.iter_batches(rows, row_groups=groups, columns=columns, use_threads=False):
                yield {column: _leaf(batch, column) for column in columns}


def _leaf(batch: pa.RecordBatch, column: str) -> list[Any]:
    """The values of a column, also of one in a structure (`image.path`)."""
    outer, _, inner = column.partition(".")
    values = batch.column(outer).field(inner) if inner else batch.column(outer)
    return list((values.dictionary_decode() if isinstance(values, pa.DictionaryArray) else values).to_pylist())


def opened(file: Path) -> Shard | None:
    """What the end of a Parquet file tells; None where it has no column of pictures.

    Raises:
        SourceError: it cannot be read, or a row group holds more than `MAX_GROUP_BYTES`.
    """
    with _readable(file), pq.ParquetFile(file) as content:
        schema, facts = content.schema_arrow, content.metadata
        if len(set(schema.names)) < len(schema.names):
            raise ValueError("a column's name stands there twice")
        picture, name = _picture(schema)
        if not picture:
            return None
        groups = [facts.row_group(number) for number in range(facts.num_row_groups)]
        starts = (0, *accumulate(max(0, group.num_rows) for group in groups))
        # What a row group says of its columns is not looked at: Arrow ends the process where that is damaged.
        largest = max((group.total_byte_size for group in groups), default=0)
    if largest > MAX_GROUP_BYTES:
        raise SourceError(
            f"'{file}' holds {largest / 2**20:,.0f} MiB in one row group, more than {MAX_GROUP_BYTES / 2**20:,.0f}; "
            "write it again with smaller row groups."
        )
    return Shard(file, picture, name, schema, starts)


def located(file: Path) -> Path | bytes:
    """Where a picture of a source can be read: the file itself, or the bytes that lie in a shard.

    Raises:
        PictureError: the shard cannot be read, or has no such row.
    """
    shard = file.parent
    if shard.suffix.lower() != SUFFIX or not shard.is_file():
        return file
    if not file.stem.isdecimal():
        raise PictureError("no such file")
    return _held.picture(shard, int(file.stem))


@dataclass(frozen=True)
class Given:
    """A picture of a source. Sent to another process, it takes its content along: that may be far away.

    Attributes:
        file: its path, which may lead into a shard.
        content: once sent, what it holds, or why it cannot be read; before, only the latter may be known.
    """

    file: Path
    content: bytes | PictureError | None = None

    def read(self) -> NDArray[np.uint8]:
        """The picture, RGB, (h, w, 3).

        Raises:
            PictureError: it cannot be read.
        """
        if isinstance(self.content, PictureError):
            raise self.content
        return images.read(located(self.file) if self.content is None else self.content, self.file.suffix)

    def __reduce__(self) -> tuple[type["Given"], tuple[Path, bytes | PictureError]]:
        return Given, (self.file, self._taken() if self.content is None else self.content)

    def _taken(self) -> bytes | PictureError:
        try:
            place = located(self.file)
            return place if isinstance(place, bytes) else place.read_bytes()
        except PictureError as error:
            return error
        except OSError as error:
            return PictureError(images.reason(self.file, error))


def ending(picture: bytes) -> str:
    """The ending that a picture's first bytes call for; `.jpg` where they are unknown."""
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return ".webp"
    return next((suffix for start, suffix in _STARTS.items() if picture.startswith(start)), ".jpg")


class _Held:
    """The pictures of the row groups that were used last: they are drawn at random, and read in threads."""

    def __init__(self) -> None:
        self._groups: OrderedDict[tuple[Path, int, int], list[bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def picture(self, file: Path, row: int) -> bytes:
        """The bytes of one; raises PictureError."""
        facts = file.stat()
        with self._lock:
            try:
                shard = _opened(file, facts.st_mtime_ns)
                if shard is None or row >= shard.rows:
                    raise PictureError(f"'{file.name}' has no picture {row}")
                group = bisect_right(shard.starts, row) - 1
                pictures = self._group((file, facts.st_mtime_ns, group), shard)
            except SourceError as error:
                raise PictureError(str(error).rstrip(".")) from None
        place = row - shard.starts[group]
        if place >= len(pictures) or not pictures[place]:
            raise PictureError("zero bytes")
        return pictures[place]

    def _group(self, key: tuple[Path, int, int], shard: Shard) -> list[bytes]:
        if key not in self._groups:
            pictures: list[bytes] = []
            held = 0
            for picture in shard.pictures(key[-1]):
                held += len(picture)
                if held > MAX_GROUP_BYTES:  # more than it declared
                    raise PictureError(f"more than {MAX_GROUP_BYTES // 2**20:,} MiB in one row group")
                pictures.append(picture)
            self._groups[key] = pictures
            self._bytes += held
        self._groups.move_to_end(key)
        while self._bytes > _HELD_BYTES and len(self._groups) > 1:
            self._bytes -= sum(map(len, self._groups.popitem(last=False)[1]))
        return self._groups[key]


_held = _Held()


@lru_cache(maxsize=64)
def _opened(file: Path, changed: int) -> Shard | None:
    """`opened`, until the file changes."""
    return opened(file)


def _picture(schema: pa.Schema) -> tuple[str, str]:
    """The columns of the pictures' bytes and of their names: one called `image`, else the first that holds bytes."""
    found = [columns for field in schema if (columns := _bytes_in(field))]
    named = [columns for columns in found if columns[0].partition(".")[0].casefold() == "image"]
    return (*named, *found, ("", ""))[0]


def _bytes_in(field: pa.Field) -> tuple[str, str] | None:
    if "." in field.name:  # Parquet's own sign for what is inside
        return None
    if _is_bytes(field.type):
        return field.name, ""
    if not pa.types.is_struct(field.type):
        return None
    inner = {one.name: one.type for one in field.type}
    if "bytes" not in inner or not _is_bytes(inner["bytes"]):
        return None
    return f"{field.name}.bytes", f"{field.name}.path" if is_text(inner.get("path", pa.null())) else ""


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text, also as words of a dictionary."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except _FAILURES as error:
        reason = "".join(filter(str.isprintable, " ".join(str(error).split())))[:_REASON] or type(error).__name__
        raise SourceError(f"'{file}' is no Parquet file that can be read ({reason}).") from None
