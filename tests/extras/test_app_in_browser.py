"""The page as a person meets it: in a browser without a network, the face detector being the real one."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facevalue.common import images
from facevalue.serving import experiments
from facevalue.serving.examining import Examiner
from tests.browser import Browser, Page, needs_browser, running
from tests.extras.serving import Client, needs_page, serving
from tests.facevalue.videos_made import write_numbered
from tests.recorded import recorded
from tests.served import TRAININGS, examiner, served_project

pytestmark = [pytest.mark.extras, needs_page, needs_browser]

CARDS = "[...document.querySelectorAll('article')]"
DONE = f"{CARDS}.length == %d && {CARDS}.every(card => !card.classList.contains('waiting'))"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = served_project(tmp_path_factory.mktemp("project"))
    recorded(root, "demo/pictures")
    (root / "metrics").mkdir()
    verdict = {"sentence": "no difference shown: AUC 0.874 (crop) against 0.771 (full)."}
    (root / "metrics/comparison.json").write_text(json.dumps({"verdict": verdict}))
    (root / "plots").mkdir()
    (root / "plots/report.html").write_text("<h1>the report</h1>")
    return root


@pytest.fixture(scope="module")
def asked(project: Path) -> Examiner:
    return examiner(project)


@pytest.fixture
def served(project: Path, asked: Examiner, tmp_path: Path) -> Iterator[Client]:
    (tmp_path / "held").mkdir()
    with serving(asked.examine, project, tmp_path / "held", upload=20_000_000) as client:
        yield client
    assert list((tmp_path / "held").iterdir()) == []


@pytest.fixture
def opened(browser: Browser, served: Client) -> Iterator[Callable[..., Page]]:
    """Opens the page; when the test ends, nothing has gone wrong on it and nothing was asked of elsewhere."""
    pages: list[Page] = []

    def open_page(**how: Any) -> Page:
        pages.append(browser.open(f"http://{served.host}/", **how))
        return pages[-1]

    yield open_page
    for page in pages:
        page.evaluate("1")  # so that the last events are in
        assert page.problems == []
        assert [url for url in page.outside if not url.startswith(f"http://{served.host}/")] == []
        page.browser.call("Page.close", page)


@pytest.fixture
def pictures(portrait: Callable[[int], NDArray[np.uint8]], tmp_path: Path) -> dict[str, Path]:
    Image.fromarray(portrait(300)).save(tmp_path / "face.jpg", quality=92)
    images.write_png(tmp_path / "plain.png", np.full((90, 120, 3), 128, np.uint8))
    (tmp_path / "letter.jpg").write_bytes(b"Dear reader")
    Image.new("1", (10_001, 10_000)).save(tmp_path / "vast.png")
    write_numbered(tmp_path / "film.mp4", 30)
    return {path.stem: path for path in tmp_path.iterdir() if path.is_file()}


def texts(page: Page) -> list[str]:
    found: list[str] = page.evaluate(f"{CARDS}.map(card => card.innerText)")
    return found


def test_a_picture_is_chosen_and_everything_is_said_of_it(
    opened: Callable[..., Page], pictures: dict[str, Path]
) -> None:
    page = opened()
    assert "No difference shown" in page.evaluate("document.getElementById('worth').innerText")
    page.choose("#files", pictures["face"])
    page.wait_for(DONE % 1)
    (said,) = texts(page)
    assert "face.jpg" in said
    assert "say both together: probability of fake 0." in said
    assert f"of the mean logit of {TRAININGS} trainings" in said
    assert page.evaluate(f"{CARDS}[0].querySelectorAll('figure img').length") == 4
    assert page.evaluate(f"{CARDS}[0].querySelectorAll('.track i').length") == 3 * TRAININGS
    loaded = "[...document.images].every(image => image.complete && image.naturalWidth == 320 && image.alt)"
    page.wait_for(loaded)
    assert page.evaluate("document.getElementById('status').textContent") == "1 of 1 file examined."
    assert page.evaluate("document.getElementById('progress').hidden") is True
    page.evaluate("document.querySelector('details.file summary').click()")
    assert "92 (libjpeg's tables)" in page.evaluate("document.querySelector('dl').innerText")


def test_two_pictures_dropped_at_once_stand_in_their_order(
    opened: Callable[..., Page], pictures: dict[str, Path]
) -> None:
    page = opened()
    drop(page, {name: pictures[name].read_bytes() for name in ("face", "plain")})
    page.wait_for(DONE % 2)
    first, second = texts(page)
    assert first.startswith("face.jpg")
    assert second.startswith("plain.jpg")
    assert "No face was found" not in first
    assert "No face was found, so the whole picture alone decides." in second
    assert "say the whole picture: probability of fake" in second
    captions = f"[...{CARDS}[1].querySelectorAll('figcaption')].map(each => each.textContent)"
    assert page.evaluate(captions) == ["The picture", "Where a whole-picture network looked"]


def drop(page: Page, files: dict[str, bytes], suffix: str = ".jpg") -> None:
    given = {f"{name}{suffix}": base64.b64encode(content).decode() for name, content in files.items()}
    page.evaluate(
        f"""(() => {{
            const transfer = new DataTransfer();
            for (const [name, text] of Object.entries({json.dumps(given)}))
                transfer.items.add(new File([Uint8Array.from(atob(text), letter => letter.charCodeAt(0))], name));
            const dropping = new DragEvent('drop', {{dataTransfer: transfer, bubbles: true}});
            document.getElementById('drop').dispatchEvent(dropping);
        }})()"""
    )


def test_what_is_no_picture_or_too_vast_says_so_and_stops_nothing(
    opened: Callable[..., Page], pictures: dict[str, Path]
) -> None:
    page = opened()
    page.choose("#files", pictures["letter"], pictures["vast"], pictures["face"])
    page.wait_for(DONE % 3)
    letter, vast, face = texts(page)
    assert "No result: not a picture in JPEG" in letter
    assert "No result: 10001 x 10000 pixels, more than 100 megapixels" in vast
    assert "probability of fake" in face
    status = page.evaluate("document.getElementById('status').textContent")
    assert status == "3 of 3 files examined, 2 without a result."


def test_a_file_that_is_too_large_is_not_even_sent(opened: Callable[..., Page], tmp_path: Path) -> None:
    with (tmp_path / "long.mp4").open("wb") as file:
        file.truncate(20_000_001)
    page = opened()
    page.choose("#files", tmp_path / "long.mp4")
    page.wait_for(DONE % 1)
    assert "20 MB at the most are taken of one file" in texts(page)[0]
    assert not any("/examine" in url for url in page.requests)


def test_a_video_shows_its_frames(opened: Callable[..., Page], pictures: dict[str, Path]) -> None:
    page = opened()
    page.choose("#files", pictures["film"])
    page.wait_for(DONE % 1)
    (said,) = texts(page)
    assert "the mean of its frames" in said
    assert "2 further frames" in said
    assert page.evaluate(
        "[...document.querySelectorAll('details p')].every(line => /^At \\d+\\.\\d s: /.test(line.textContent))"
    )


def test_a_folder_gives_what_is_named_like_a_picture_and_counts_the_rest(
    opened: Callable[..., Page], pictures: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(pictures["face"].read_bytes())
    (folder / "notes.txt").write_text("none")
    page = opened()
    page.choose("#folder", folder)
    page.wait_for(DONE % 1)
    assert texts(page)[0].startswith("holiday/a.jpg")
    assert "left out: 1 file named like neither" in page.evaluate("document.getElementById('status').textContent")


def test_a_name_is_text(opened: Callable[..., Page], pictures: dict[str, Path]) -> None:
    page = opened()
    name = "<img src=x onerror=document.title=1>&amp;"
    drop(page, {name: pictures["plain"].read_bytes()}, ".png")
    page.wait_for(DONE % 1)
    assert texts(page)[0].startswith(f"{name}.png")
    assert page.evaluate("document.title").startswith("facevalue")
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0


def test_on_a_phone_nothing_is_wider_than_the_page(opened: Callable[..., Page], pictures: dict[str, Path]) -> None:
    for dark in (False, True):
        page = opened(width=360, height=740, dark=dark)
        assert page.overflow() <= 0
        page.choose("#files", pictures["face"], pictures["letter"], pictures["film"])
        page.wait_for(DONE % 3)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.overflow() <= 0
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (paper == "rgb(255, 255, 255)") is not dark


def test_it_can_be_used_by_the_keyboard(opened: Callable[..., Page]) -> None:
    page = opened()
    reached = []
    for _ in range(4):
        page.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert reached[:3] == ["tab-pictures", "files", "folder"]
    outline = "getComputedStyle(document.querySelector('label[for=files]')).outlineStyle"
    assert page.evaluate(outline) == "none"
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.getElementById('tab-pictures').focus()")
    page.press("Tab")
    assert page.evaluate(outline) == "solid"


def test_stopping_leaves_what_is_done_and_says_the_rest(
    browser: Browser, project: Path, pictures: dict[str, Path], tmp_path: Path
) -> None:
    go_on = threading.Event()

    def slowly(file: Path, name: str) -> dict[str, Any]:
        go_on.wait(20)
        return {"name": name, "problem": "stand-in"}

    (tmp_path / "held").mkdir()
    with serving(slowly, project, tmp_path / "held") as client:
        page = browser.open(f"http://{client.host}/")
        page.choose("#files", *[pictures[name] for name in ("face", "plain", "letter", "film")])
        page.wait_for(f"{CARDS}.length == 4")
        assert page.evaluate("document.getElementById('progress').hidden") is False
        page.evaluate("document.getElementById('stop').click()")
        page.wait_for(DONE % 2)
        assert all("No result: Stopped." in said for said in texts(page))
        go_on.set()
        page.evaluate("[...document.querySelectorAll('article button')].forEach(button => button.click())")
        page.wait_for(f"{CARDS}.every(card => card.innerText.includes('stand-in'))")
        assert page.evaluate("document.getElementById('status').textContent") == (
            "2 of 2 files examined, 2 without a result."
        )


def test_when_the_program_has_ended_the_page_says_so(
    browser: Browser, project: Path, pictures: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "held").mkdir()
    with serving(lambda file, name: {}, project, tmp_path / "held") as client:
        page = browser.open(f"http://{client.host}/")
    page.choose("#files", pictures["face"])
    page.wait_for(DONE % 1)
    assert "is the program still running in its terminal?" in texts(page)[0]


def test_two_experiments_stand_side_by_side(browser: Browser, served: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {
            "revision": revision,
            "name": name,
            "created": "",
            "note": "",
            "within": within,
            "cells": ["0.7", "0.8", "0.8"],
        }
        for revision, name, within in (("workspace", "workspace", False), ("a" * 40, "<b>moony</b>", True))
    ]
    table = {"columns": ["AUC, a", "AUC, b", "AUC, c"], "rows": rows, "left_out": 0, "note": ""}
    monkeypatch.setattr(experiments, "table", lambda root: table)
    monkeypatch.setattr(experiments, "report", lambda root, revision: f"<h1>of {revision}</h1>".encode())
    page = browser.open(f"http://{served.host}/")
    page.evaluate("document.getElementById('tab-pictures').focus()")
    page.press("ArrowRight")
    page.wait_for("document.querySelectorAll('#table tbody tr').length == 2")
    assert page.evaluate("document.getElementById('pictures').hidden") is True
    assert "<b>moony</b>" in page.evaluate("document.getElementById('table').innerText")
    sources = page.evaluate(
        "[...document.querySelectorAll('iframe')].map(frame => [frame.getAttribute('sandbox'), frame.src])"
    )
    assert sources == [
        ["", f"http://{served.host}/experiments/workspace/report"],
        ["", f"http://{served.host}/experiments/{'a' * 40}/report"],
    ]
    assert page.problems == []
