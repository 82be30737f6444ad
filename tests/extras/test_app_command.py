"""`python -m facevalue app` as a process: from its start to its end."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from facevalue.common import images
from tests.extras.serving import Client, needs_page
from tests.served import ROOT, served_project

pytestmark = [pytest.mark.extras, needs_page]


@contextmanager
def started(project: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Client]]:
    """The command at a free port, with a folder of its own for what it holds."""
    (project / "tmp").mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(project / "tmp")}
    command = [sys.executable, "-m", "facevalue", "app", "--port", "0", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=project, env=environment, **pipes) as process:  # type: ignore[call-overload]
        try:
            assert process.stdout
            address = re.fullmatch(r"app: http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends it\)\n", process.stdout.readline())
            assert address, process.stderr and process.stderr.read()
            yield process, Client(int(address[1]))
        finally:
            process.kill()


def test_it_answers_and_ends_when_told_to_and_leaves_nothing(tmp_path: Path) -> None:
    project = served_project(tmp_path)
    images.write_png(project / "a.png", np.full((64, 64, 3), 128, np.uint8))
    for number in (signal.SIGINT, signal.SIGTERM):
        with started(project) as (process, client):
            assert client.get("/").status == 200
            said = client.post("a.png", (project / "a.png").read_bytes()).said
            assert 0 < said["scores"]["ensemble"] < 1
            process.send_signal(number)
            assert process.wait(20) == 0
            assert process.stderr
            assert process.stderr.read() == ""
        assert list((project / "tmp").glob("facevalue-page*")) == []


def test_a_port_that_is_taken_is_said_before_networks_are_loaded(tmp_path: Path) -> None:
    project = served_project(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "facevalue", "app", "--port", str(port)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        ended = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == f"app: port {port} of 127.0.0.1 is in use; name another by --port, or 0 for a free one.\n"


def test_a_broken_network_is_one_line(tmp_path: Path) -> None:
    project = served_project(tmp_path)
    (project / "models/crop/repeat_02/model.safetensors").write_bytes(b"none")
    command = [sys.executable, "-m", "facevalue", "app", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(
        r"app: models/crop/repeat_02: no model of this pipeline \(.*\); train it again\.\n", ended.stderr
    )
