"""The page's addresses: what they answer, refuse and leave behind."""

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facevalue import __main__ as command_line
from facevalue.common.files import temporary_folder
from tests.extras.serving import Answer, Client, needs_page, serving
from tests.recorded import recorded
from tests.served import examiner, served_project

pytestmark = [pytest.mark.extras, needs_page]


def png(side: int = 40) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(1, 255, (side, side, 3), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def lengths(file: Path, name: str) -> dict[str, Any]:
    """A stand-in that says how long a file is."""
    return {"name": name, "suffix": file.suffix, "bytes": file.stat().st_size}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Serves a site for as long as the test lasts."""
    with ExitStack() as stack:

        def start(examine: Callable[[Path, str], dict[str, Any]] = lengths, **limits: Any) -> Client:
            (tmp_path / "held").mkdir(exist_ok=True)
            return stack.enter_context(serving(examine, tmp_path, tmp_path / "held", **limits))

        yield start


def test_the_page_and_its_parts_come_from_here(client: Callable[..., Client]) -> None:
    asked = client()
    page = asked.get("/")
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert b"http://" not in page.body
    assert b"https://" not in page.body
    for path, kind in (("/page.js", "text/javascript"), ("/page.css", "text/css"), ("/report.css", "text/css")):
        part = asked.get(path)
        assert (part.status, part.headers["content-type"].split(";")[0]) == (200, kind)
    assert asked.get("/static/../page.html").said["problem"] == "There is nothing at this address."
    assert asked.get("/docs").status == 404


def test_the_verdict_on_the_page_is_text(client: Callable[..., Client], tmp_path: Path) -> None:
    recorded(tmp_path, "demo/pictures")
    (tmp_path / "metrics").mkdir()
    sentence = "<script>alert(1)</script> is better"
    (tmp_path / "metrics/comparison.json").write_text(json.dumps({"verdict": {"sentence": sentence}}))
    body = client().get("/").body
    assert b"<script>alert" not in body
    assert b"&lt;script&gt;alert" in body


def test_what_is_handed_over_is_examined_under_its_name_and_not_kept(
    client: Callable[..., Client], tmp_path: Path
) -> None:
    said = client().post("a b/<i>\u202e.JPG", b"12345").said
    assert said == {"name": "a b/<i> .JPG", "suffix": ".jpg", "bytes": 5}
    assert list((tmp_path / "held").iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "x.sh", "a.jpg\x00.sh", "." * 300, "a.png/.."])
def test_a_name_decides_nothing_but_a_known_ending(client: Callable[..., Client], name: str, tmp_path: Path) -> None:
    said = client().post(name, b"1").said
    assert said["suffix"] == ""
    assert len(said["name"]) < 250
    assert {path.name for path in tmp_path.iterdir()} == {"held"}


def test_a_file_that_is_too_large_is_refused_before_and_while_it_comes(
    client: Callable[..., Client], tmp_path: Path
) -> None:
    asked = client(upload=1_000_000)
    for told in (True, False):
        answer = asked.post("a.png", b"x" * 1_000_001, told=told)
        assert answer.status == 413
        assert answer.said["problem"] == "1 MB at the most are taken of one file; this one has more."
    assert asked.post("a.png", b"x" * 1_000_000).status == 200
    assert list((tmp_path / "held").iterdir()) == []


def test_one_that_does_not_come_is_given_up(client: Callable[..., Client], tmp_path: Path) -> None:
    asked = client(seconds=0.2)
    with asked.connection() as line:
        line.putrequest("POST", "/examine?name=a.png", skip_host=True)
        for name, value in (("host", asked.host), ("content-length", "10")):
            line.putheader(name, value)
        line.endheaders(b"12345")
        answer = Answer.of(line.getresponse())
    assert answer.status == 408
    assert "did not arrive within 0.2 s" in answer.said["problem"]
    assert list((tmp_path / "held").iterdir()) == []


def test_fifty_at_once_are_all_answered_or_refused_in_words(client: Callable[..., Client], tmp_path: Path) -> None:
    at_work: list[int] = []
    most: list[int] = []

    def slowly(file: Path, name: str) -> dict[str, Any]:
        at_work.append(1)
        most.append(len(at_work))
        time.sleep(0.05)
        at_work.pop()
        return lengths(file, name)

    asked = client(slowly, waiting=8)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: asked.post(f"{number}.png", b"x" * 200_000), range(50)))
    done = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status == 503]
    assert len(done) + len(refused) == 50
    assert len(done) >= 9
    assert max(most) == 1
    assert all("others are waiting already; try again" in answer.said["problem"] for answer in refused)
    assert all(answer.said["bytes"] == 200_000 for answer in done)
    assert asked.post("later.png", b"1").status == 200
    assert list((tmp_path / "held").iterdir()) == []


def test_whoever_leaves_is_not_examined(client: Callable[..., Client], tmp_path: Path) -> None:
    names: list[str] = []
    first_is_in, go_on = threading.Event(), threading.Event()

    def examine(file: Path, name: str) -> dict[str, Any]:
        names.append(name)
        first_is_in.set()
        go_on.wait(10)
        return {}

    asked = client(examine)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(asked.post, "first.png", b"1")
        first_is_in.wait(10)
        with asked.connection() as line:
            line.request("POST", "/examine?name=leaves.png", b"1", {"host": asked.host})
            deadline = time.monotonic() + 10
            while len(list((tmp_path / "held").iterdir())) < 2 and time.monotonic() < deadline:
                time.sleep(0.01)
        go_on.set()
        assert first.result().status == 200
        assert asked.post("last.png", b"1").status == 200
    assert names == ["first.png", "last.png"]
    assert list((tmp_path / "held").iterdir()) == []


def test_a_mistake_of_the_program_is_said_to_be_one_and_leaves_nothing(
    client: Callable[..., Client], tmp_path: Path
) -> None:
    def broken(file: Path, name: str) -> dict[str, Any]:
        raise ZeroDivisionError

    answer = client(broken).post("a.png", b"1")
    assert answer.status == 500
    assert "a mistake of this program" in answer.said["problem"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert list((tmp_path / "held").iterdir()) == []


def test_another_page_and_another_name_are_refused(client: Callable[..., Client]) -> None:
    asked = client()
    assert asked.post("a.png", b"1", origin="https://evil.example").status == 403
    assert asked.get("/", host=f"evil.example:{asked.port}").status == 403
    assert asked.get("/experiments", **{"sec-fetch-site": "cross-site"}).status == 403
    assert asked.post("a.png", b"1", origin=f"http://{asked.host}").status == 200


def test_without_dvc_the_experiments_say_so_and_a_report_in_its_frame_too(client: Callable[..., Client]) -> None:
    asked = client()
    answer = asked.get("/experiments")
    assert (answer.status, answer.said["problem"].startswith("dvc exp failed and said: ERROR")) == (502, True)
    report = asked.get("/experiments/workspace/report")
    assert (report.status, report.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert b"no plots/report.html" in report.body


def test_a_report_is_shown_without_scripts_and_only_in_the_page(client: Callable[..., Client], tmp_path: Path) -> None:
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots/report.html").write_bytes(b"<script>alert(1)</script>")
    report = client().get("/experiments/workspace/report")
    assert report.body == b"<script>alert(1)</script>"
    policy = report.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in policy


def test_over_the_wire_the_scores_are_those_of_predict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = served_project(tmp_path, monkeypatch)
    (project / "a.png").write_bytes(png())
    with temporary_folder("facevalue-test") as folder:
        with serving(examiner(project).examine, project, folder) as asked:
            said = asked.post("a.png", png()).said
        assert [path.name for path in folder.iterdir()] == [".lock"]
    assert command_line.main(["predict", "--json", "a.png"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["pictures"]
    assert said["scores"] == row
