import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def script(body: str, folder: Path) -> list[str]:
    """A stage of that body, as a command."""
    file = folder / "stage.py"
    head = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom pathlib import Path\nfrom stages.shared import shell\n"
    file.write_text(
        head + "def stage():\n" + textwrap.indent(textwrap.dedent(body), "    ") + "\nshell.run('stage', stage)"
    )
    return [sys.executable, str(file)]


@pytest.mark.parametrize(
    ("body", "code", "out", "err"),
    [
        ("return 'done'", 0, "stage: done\n", ""),
        (
            "from facevalue.common.errors import SourceError; raise SourceError('no such folder.')",
            1,
            "",
            "stage: no such folder.\n",
        ),
        ("raise KeyboardInterrupt", 130, "", "stage: interrupted; the next run starts this stage afresh.\n"),
        (
            "raise OSError(28, 'No space left on device', 'data/x')",
            1,
            "",
            "stage: No space left on device: 'data/x'. The next run starts this stage afresh.\n",
        ),
        (
            "raise OSError(28, 'No space left on device', 'mine/x', None, 'data/x')",  # of a copy
            1,
            "",
            "stage: No space left on device: 'data/x'. The next run starts this stage afresh.\n",
        ),
    ],
)
def test_every_end_is_one_line(tmp_path: Path, body: str, code: int, out: str, err: str) -> None:
    done = subprocess.run(script(body, tmp_path), capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


def test_a_programming_error_keeps_its_traceback(tmp_path: Path) -> None:
    done = subprocess.run(script("return 1 / 0", tmp_path), capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "ZeroDivisionError" in done.stderr


def test_a_killed_stage_clears_its_partial_output(tmp_path: Path) -> None:
    body = f"""
        import time
        from facevalue.common import files
        with files.replacing_folder(Path({str(tmp_path / "out")!r})) as folder:
            (folder / "half").write_text("half")
            time.sleep(60)
    """
    running = subprocess.Popen(script(body, tmp_path), stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not (tmp_path / "out.partial/half").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGTERM)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert err == "stage: interrupted; the next run starts this stage afresh.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stage.py"]


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (["stages.sample"], "interrupted before the stage began; the next run starts it afresh.\n"),
        (["facevalue", "catalogue", "."], "facevalue: interrupted.\n"),
    ],
)
def test_an_interrupt_while_it_imports_is_one_line(tmp_path: Path, command: list[str], line: str) -> None:
    (tmp_path / "pandas.py").write_text("raise KeyboardInterrupt")
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run([sys.executable, "-m", *command], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == line
    assert done.returncode != 0
