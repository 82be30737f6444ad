"""The cache of results: found by key, bounded, shared by processes, and never more trouble than it is worth."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from facevalue.common import cache as module
from facevalue.common.cache import Cache, key_of, surroundings

ROOT = Path(__file__).parents[3]
MANY = 10**8  # bytes


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache/results.sqlite"


def test_a_value_comes_back_also_to_another_process(file: Path) -> None:
    first = Cache(file, MANY)
    assert first.get("a") is None
    first.put("a", b"\x00one")
    first.put("b", b"")
    for cache in (first, Cache(file, MANY)):
        assert cache.get("a") == b"\x00one"
        assert cache.get("b") == b""
        assert cache.get("c") is None
        cache.close()
    first.put("a", b"two")
    assert Cache(file, MANY).get("a") == b"two"
    assert (file.parent.stat().st_mode & 0o777) == 0o700


def test_without_one_nothing_is_found_or_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(module.PLACE, str(tmp_path / "elsewhere"))
    cache = Cache.of("none")
    cache.put("a", b"one")
    assert cache.get("a") is None
    assert list(tmp_path.iterdir()) == []
    Cache.of(1).put("a", b"one")
    assert Cache.of(1).get("a") == b"one"
    monkeypatch.setenv(module.PLACE, "none")
    assert Cache.of(1).get("a") is None
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


def test_it_is_where_the_system_keeps_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(module.PLACE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert module.folder() == tmp_path / "facevalue"


def test_what_was_longest_of_no_use_goes_first(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    cache = Cache(file, 1_000)
    for number in range(10):
        now[0] += 1
        cache.put(str(number), bytes(90))
    now[0] += 2 * 24 * 3600
    assert cache.get("0") == bytes(90)  # of use again
    for number in range(10, 14):
        now[0] += 1
        cache.put(str(number), bytes(90))
    held = [number for number in range(14) if cache.get(str(number)) is not None]
    assert held[0] == 0
    assert held[-4:] == [10, 11, 12, 13]
    assert sum(90 for _ in held) <= 1_000
    assert 1 not in held


def test_a_value_too_large_for_it_drops_nothing(file: Path) -> None:
    cache = Cache(file, 1_000)
    cache.put("small", bytes(90))
    cache.put("large", bytes(101))
    assert cache.get("large") is None
    assert cache.get("small") == bytes(90)


def test_a_lower_limit_makes_the_file_smaller(file: Path) -> None:
    cache = Cache(file, 10**7)
    for number in range(90):
        cache.put(str(number), bytes(100_000))
    cache.close()
    before = file.stat().st_size
    lower = Cache(file, 10**6)
    lower.put("one more", bytes(100_000))
    lower.close()
    assert file.stat().st_size < before / 5


def test_what_is_not_what_was_put_is_not_found(file: Path) -> None:
    cache = Cache(file, MANY)
    cache.put("a", b"one")
    cache.close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE results SET value = ?", (b"two",))
    connection.close()
    assert Cache(file, MANY).get("a") is None


def test_an_index_that_leads_to_another_row_gives_nothing(file: Path) -> None:
    """As after a power cut, or a bit that has flipped: the other value is whole, and is none of this key's."""
    cache = Cache(file, MANY)
    cache.put("a", b"one")
    cache.put("b", b"two")
    cache.close()
    with sqlite3.connect(file) as connection:
        other = connection.execute("SELECT size, digest, value FROM results WHERE key = 'b'").fetchone()
        connection.execute("UPDATE results SET size = ?, digest = ?, value = ? WHERE key = 'a'", other)
    connection.close()
    assert Cache(file, MANY).get("a") is None
    assert Cache(file, MANY).get("b") == b"two"


@pytest.mark.parametrize(("column", "content"), [("value", "text"), ("used", None), ("used", "text"), ("digest", None)])
def test_what_stands_in_a_damaged_row_ends_nothing(file: Path, column: str, content: str | None) -> None:
    cache = Cache(file, MANY)
    cache.put("a", b"one")
    cache.close()
    with sqlite3.connect(file) as connection:
        connection.execute(f"UPDATE results SET {column} = ?", (content,))
    connection.close()
    cache = Cache(file, MANY)
    assert cache.get("a") is None
    assert ("cannot be used" in cache.remark) == (column != "digest")


@pytest.mark.parametrize("harm", ["no database", "a folder", "no folder", "cut off"])
def test_a_cache_that_cannot_be_used_is_said_and_done_without(file: Path, harm: str) -> None:
    if harm == "no folder":
        file.parent.write_text("a file")
    elif harm == "a folder":
        file.mkdir(parents=True)
    else:
        cache = Cache(file, MANY)
        for number in range(50):
            cache.put(str(number), bytes(5_000))
        cache.close()
        content = file.read_bytes()
        file.write_bytes(b"no database" * 1_000 if harm == "no database" else content[: len(content) // 2])
    cache = Cache(file, MANY)
    for number in range(50):
        assert cache.get(str(number)) in (None, bytes(5_000))
        cache.put(str(number), bytes(5_000))
    assert cache.remark.startswith(f"the cache in {file.parent} cannot be used (")
    assert cache.remark.endswith("; the rest was computed without it, and without that folder a new one begins")
    assert cache.get("0") is None


WRITES = """
import sys
from pathlib import Path
from facevalue.common.cache import Cache
cache = Cache(Path(sys.argv[1]), 10**8)
for number in range(int(sys.argv[3])):
    key = f"{sys.argv[2]}{number}"
    cache.put(key, key.encode() * 2_000)
    assert cache.get(key) == key.encode() * 2_000
print(cache.remark)
"""


def writes(file: Path, name: str, values: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITES, str(file), name, str(values)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_processes_write_side_by_side(file: Path) -> None:
    for process in [writes(file, name, 150) for name in "abcd"]:
        assert process.communicate(timeout=120)[0].strip() == ""
        assert process.returncode == 0
    cache = Cache(file, MANY)
    for name in "abcd":
        for number in range(150):
            assert cache.get(f"{name}{number}") == f"{name}{number}".encode() * 2_000


def test_a_kill_leaves_it_whole(file: Path) -> None:
    cache = Cache(file, MANY)
    for reached, moment in ((20, 0.0), (200, 0.003), (400, 0.007)):
        process = writes(file, "a", 10**6)
        while cache.get(f"a{reached}") is None:
            time.sleep(0.001)
        time.sleep(moment)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    number = 0
    while (value := cache.get(f"a{number}")) is not None:
        assert value == f"a{number}".encode() * 2_000
        number += 1
    assert number > 400
    assert cache.remark == ""
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_key_is_another_with_every_part_and_where_they_are_divided() -> None:
    keys = [key_of("ab", "c"), key_of("a", "bc"), key_of("abc"), key_of("c", "ab"), key_of("ab", "c", "")]
    assert len(set(keys)) == len(keys)
    assert key_of("ä", b"\x00") == key_of("ä".encode(), "\x00")


def test_code_and_settings_that_move_digits_are_in_the_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def anew(*packages: str) -> str:
        surroundings.cache_clear()
        return surroundings(*packages)

    (tmp_path / "facevalue/common").mkdir(parents=True)
    (tmp_path / "facevalue/cropping").mkdir()
    monkeypatch.setattr(module, "__file__", str(tmp_path / "facevalue/common/cache.py"))
    found = [anew("common")]
    (tmp_path / "facevalue/cropping/new.py").write_text("# code")
    found.append(anew("common", "cropping"))
    (tmp_path / "facevalue/cropping/new.py").write_text("# other code")
    found.append(anew("common", "cropping"))
    assert anew("common") == found[0]
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    found.append(anew("common"))
    monkeypatch.setattr(module, "distributions", lambda **_: [])
    found.append(anew("common"))
    assert len(set(found)) == len(found)
    monkeypatch.setenv("HOME", "/elsewhere")
    assert anew("common") == found[-1]
