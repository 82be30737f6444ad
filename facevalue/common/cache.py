"""Results that this machine has computed before, found by all that they depend on.

DVC's run cache brings back a stage of which nothing changed. This one brings back parts of a stage: the faces of the
pictures that were there before the sample grew, the trainings that another experiment has done. It is one SQLite file
for all checkouts, so that those of `dvc exp run --temp` and of queue workers share it; a kill leaves it whole.
"""

import hashlib
import os
import platform
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache as computed_once
from importlib.metadata import distributions
from pathlib import Path
from typing import TypeVar

import platformdirs

from facevalue.common.machine import CacheSize

Answer = TypeVar("Answer")

PLACE = "FACEVALUE_CACHE"  # the variable that names another folder, or says `none`
FILE = "results.sqlite"
_GIGABYTE = 10**9
_LARGEST = 10**9 - 10**6  # bytes of a value, which SQLite holds in one row
_WAIT = 120  # seconds, for other processes that write
_DAY = 24 * 3600  # seconds: how exactly is remembered when something was last of use
_TABLE = """
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, used REAL, size INTEGER, digest BLOB, value BLOB);
CREATE INDEX IF NOT EXISTS by_use ON results (used, size);
"""
_PRIVATE = ("thirdparty_files",)  # on the path once Ray is loaded: what it brings along for itself
_MOVES_DIGITS = (
    "OPENBLAS_",
    "MKL_",
    "ATEN_",
    "ONEDNN_",
    "DNNL_",
    "OPENCV_",
    "CUBLAS_",
    "NVIDIA_",
    "TORCH_",
    "PYTORCH_",
)


class Cache:
    """Values by key, the longest unused dropped first; safe in threads, and with other processes beside it.

    What goes wrong with its file costs no more than the cache: it is not used from then on, and `remark` says why.
    """

    def __init__(self, file: Path | None, limit: int = 0) -> None:
        """Open it when it is first asked.

        Args:
            file: where it is; without one, nothing is ever found.
            limit: bytes of values that it may hold.
        """
        self._file, self._limit, self._lock = file, limit, threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._held = 0  # bytes, as of the last look, and what was put since
        self.remark = ""

    @classmethod
    def of(cls, size: CacheSize) -> "Cache":
        """The user's, of so many gigabytes."""
        return cls.here(0 if size == "none" else int(size * _GIGABYTE))

    @classmethod
    def here(cls, limit: int) -> "Cache":
        """That of this process's user and machine, of so many bytes; of none, nothing is ever found."""
        if not limit or os.environ.get(PLACE) == "none":
            return cls(None)
        return cls(folder() / FILE, limit)

    def __reduce__(self) -> tuple[Callable[[int], "Cache"], tuple[int]]:
        return Cache.here, (self._limit if self.used else 0,)  # sent to another process, it is that one's

    @property
    def used(self) -> bool:
        """Whether anything is ever found."""
        return self._file is not None

    def beside(self, name: str) -> Path | None:
        """A folder for what is no value; None where the cache is not used."""
        return self._file.parent / name if self._file and not self.remark else None

    def get(self, key: str) -> bytes | None:
        """What was put under a key; None where there is nothing, or not what was put."""

        def ask(connection: sqlite3.Connection) -> bytes | None:
            row = connection.execute("SELECT value, digest, used FROM results WHERE key = ?", (key,)).fetchone()
            if row is None or _digest(key, row[0]) != row[1]:
                return None
            if row[2] < time.time() - _DAY:
                connection.execute("UPDATE results SET used = ? WHERE key = ?", (time.time(), key))
            return bytes(row[0])

        return self._answer(ask)

    def put(self, key: str, value: bytes) -> None:
        """Keep a value; one that is a tenth of the limit or more is not worth the others."""
        if len(value) > min(self._limit // 10, _LARGEST):
            return

        def keep(connection: sqlite3.Connection) -> None:
            row = (key, time.time(), len(value), _digest(key, value), value)
            connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", row)
            self._held += len(value)
            if self._held > self._limit:
                self._drop(connection)

        self._answer(keep)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = None

    def _answer(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer | None:
        if self._file is None:
            return None
        with self._lock:
            if self.remark:
                return None
            try:
                return question(self._opened(self._file))
            except (sqlite3.Error, OSError, TypeError, ValueError) as error:  # the latter of a damaged file's contents
                self.remark = (
                    f"the cache in {self._file.parent} cannot be used ({error}); the rest was computed without it, and "
                    "without that folder a new one begins"
                )
                return None

    def _opened(self, file: Path) -> sqlite3.Connection:
        if self._connection is None:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            connection = sqlite3.connect(file, timeout=_WAIT, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before the first table
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")  # a killed process loses nothing; a power cut may, see `get`
            connection.executescript(_TABLE)
            self._held = _sum(connection)
            self._connection = connection
        return self._connection

    def _drop(self, connection: sqlite3.Connection) -> None:
        """Make room, a tenth more than must be, so that not every value that follows does so again."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            over, old = _sum(connection) - self._limit * 9 // 10, []
            for key, size in connection.execute("SELECT key, size FROM results ORDER BY used, rowid"):
                if over <= 0:
                    break
                old.append((key,))
                over -= size
            connection.executemany("DELETE FROM results WHERE key = ?", old)
        finally:
            connection.execute("COMMIT")
        connection.executescript("PRAGMA incremental_vacuum")  # `execute` would do but one page
        self._held = _sum(connection)


NO_CACHE = Cache(None)


def folder() -> Path:
    """Where the user's cache is: in the folder that the system has for such things, or where `PLACE` says."""
    named = os.environ.get(PLACE)
    return Path(named) if named else platformdirs.user_cache_path("facevalue")


def key_of(*parts: str | bytes) -> str:
    """A key that is another one as soon as one of the parts is."""
    found = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        found.update(len(content).to_bytes(8, "big") + content)
    return found.hexdigest()


@computed_once
def surroundings(*packages: str) -> str:
    """A key of what moves the digits of a result beside its input: code, libraries, processor, and how these are set.

    Args:
        packages: of ours, whose code computes it; any change there counts.
    """
    root = Path(__file__).parents[1]
    files = sorted(file for package in packages for file in (root / package).rglob("*.py"))
    code = [part for file in files for part in (file.relative_to(root).as_posix(), file.read_bytes())]
    places = [place for place in sys.path if Path(place).name not in _PRIVATE]
    libraries = sorted(f"{each.name} {each.version}" for each in distributions(path=places))
    settings = [f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(_MOVES_DIGITS)]
    return key_of(*code, *libraries, sys.version, platform.platform(), *_processor(), *settings)


def _processor() -> Iterable[str]:
    """Its model and what it can do, as the system tells."""
    file = Path("/proc/cpuinfo")
    if not file.exists():
        return [platform.processor()]
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return sorted({line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))})


def _digest(key: str, value: bytes) -> bytes:
    """Of both: a damaged index may lead to another key's value, which is whole."""
    return hashlib.sha256(key.encode() + value).digest()


def _sum(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT COALESCE(SUM(size), 0) FROM results").fetchone()[0])
