import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import facevalue.common.parallel as module
from facevalue.common.parallel import ordered_map

ROOT = Path(__file__).parents[3]


def test_results_come_in_the_order_of_the_items() -> None:
    def work(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    items = [0.03, 0.0, 0.02, 0.01]
    assert list(ordered_map(work, items)) == items


def test_an_error_comes_out_at_its_items_turn() -> None:
    results = ordered_map(lambda n: 6 // n, [3, 2, 0, 1])
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_only_a_few_items_are_taken_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_THREADS", 2)
    taken: list[int] = []

    def items() -> Iterator[int]:
        for n in range(100):
            taken.append(n)
            yield n

    next(ordered_map(lambda n: n, items()))
    assert len(taken) <= 3


def test_the_work_is_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)
    meet = threading.Barrier(2, timeout=20)
    assert sorted(ordered_map(lambda _: meet.wait(), range(2))) == [0, 1]  # neither goes on before the other has come


def test_no_items_no_results() -> None:
    assert list(ordered_map(str, [])) == []


def test_work_without_torch_does_not_load_it() -> None:
    script = """
import sys
from facevalue.common.parallel import ordered_map
list(ordered_map(str, [1]))
sys.exit("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[3]).returncode == 0


MEET = """
import sys, tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Listener, arbitrary_address
from pathlib import Path
from facevalue.common.parallel import meet_nearby

def address():
    Listener(family="AF_UNIX").close()
    return arbitrary_address("AF_UNIX")

if __name__ == "__main__":
    meet_nearby()
    print(tempfile.gettempdir())
    for way in ("fork", "forkserver", "spawn"):
        with ProcessPoolExecutor(1, get_context(way)) as pool:
            print(pool.submit(address).result(timeout=60))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere folders of the system are meant to be short")
def test_processes_meet_wherever_temporary_files_lie(tmp_path: Path) -> None:
    place = tmp_path / ("x" * 200)
    place.mkdir()
    (tmp_path / "meet.py").write_text(MEET)
    done = subprocess.run(
        [sys.executable, tmp_path / "meet.py"],
        env={**os.environ, "TMPDIR": str(place), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    usual, *addresses = done.stdout.splitlines()
    assert usual == str(place)
    folders = {Path(address).parent for address in addresses}
    assert len(folders) == 1
    assert not any(folder.exists() for folder in folders)
