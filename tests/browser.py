"""A browser without a window and without a network, driven over a pipe by the DevTools protocol."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--hide-scrollbars", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--proxy-server=127.0.0.1:9",
)  # fmt: skip

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="neither chromium nor google-chrome is on PATH")


@dataclass
class Page:
    """A page that was opened; `problems` holds the errors of its console and its scripts."""

    browser: "Browser"
    session: str
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def outside(self) -> list[str]:
        """The requests that left the disk."""
        return [url for url in self.requests if not url.startswith(("file:", "data:"))]

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression; a promise is awaited."""
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = self.browser.call("Runtime.evaluate", self, **asked)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, condition: str, seconds: float = 20) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + seconds
        while not self.evaluate(condition):
            assert time.monotonic() < deadline, f"never true: {condition}; {self.problems}"
            time.sleep(0.1)

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def choose(self, selector: str, *files: Path) -> None:
        """Give files to an input, as if somebody had chosen them."""
        root = self.browser.call("DOM.getDocument", self)["root"]["nodeId"]
        node = self.browser.call("DOM.querySelector", self, nodeId=root, selector=selector)["nodeId"]
        self.browser.call("DOM.setFileInputFiles", self, nodeId=node, files=[str(file) for file in files])

    def press(self, key: str) -> None:
        """Press a key that writes nothing, such as `Tab`."""
        code = {"Tab": 9, "Enter": 13, "ArrowLeft": 37, "ArrowRight": 39}[key]
        for kind in ("rawKeyDown", "keyUp"):
            asked = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
            self.browser.call("Input.dispatchKeyEvent", self, **asked)

    def screenshot(self, file: Path) -> None:
        """Save the whole page as PNG."""
        shot = self.browser.call("Page.captureScreenshot", self, format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))


class Browser:
    """The running browser: numbered questions go in, answers and events come out."""

    def __init__(self, questions: int, answers: int) -> None:
        self._questions = os.fdopen(questions, "wb", buffering=0)
        self._answers = os.fdopen(answers, "rb")
        self._number = 0
        self._pages: dict[str, Page] = {}

    def open(self, file: Path | str, width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        """Open a file from disk, or an address of this machine, and wait until it is loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable", page)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", page, features=scheme)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", page, **size)
        self.call("Page.navigate", page, url=file if isinstance(file, str) else file.resolve().as_uri())
        page.wait_for("document.readyState == 'complete' && ['file:', 'http:'].includes(location.protocol)")
        return page

    def call(self, method: str, page: Page | None = None, **arguments: object) -> Any:
        """Ask, and note the events that come before the answer."""
        self._number += 1
        question = {"id": self._number, "method": method, "params": arguments}
        if page:
            question["sessionId"] = page.session
        self._questions.write(json.dumps(question).encode() + b"\0")
        while (message := self._read()).get("id") != self._number:
            self._note(message)
        assert "error" not in message, (method, message["error"])
        return message["result"]

    def _read(self) -> Any:
        text = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "the browser is gone"
            text += byte
        return json.loads(text)

    def _note(self, event: Any) -> None:
        page, facts = self._pages.get(event.get("sessionId")), event.get("params", {})
        if page is None:
            return
        match event["method"]:
            case "Runtime.exceptionThrown":
                page.problems.append(json.dumps(facts["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if facts["type"] in ("error", "assert"):
                page.problems.append(json.dumps(facts["args"]))
            case "Log.entryAdded" if facts["entry"]["level"] == "error":
                page.problems.append(json.dumps(facts["entry"]))
            case "Network.requestWillBeSent":
                page.requests.append(facts["request"]["url"])


@contextmanager
def running(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own, ended with the block."""
    (ours_out, theirs_in), (theirs_out, ours_in) = (_high(os.pipe()[::-1]), _high(os.pipe()[::-1]))
    theirs = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'  # the numbers that the browser reads from and writes to
    command = ["bash", "-c", theirs, "bash", str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    near = {**os.environ, "TMPDIR": "/tmp"}  # its socket's address holds a hundred letters
    process = subprocess.Popen(command, pass_fds=(theirs_in, theirs_out), env=near, **quiet)  # type: ignore[call-overload]
    os.close(theirs_in)
    os.close(theirs_out)
    browser = Browser(ours_out, ours_in)
    try:
        yield browser
        browser.call("Browser.close")
    finally:
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _high(pair: tuple[int, int]) -> tuple[int, int]:
    """The same descriptors above 10, so that none is in the way of 3 and 4."""
    moved = tuple(fcntl.fcntl(number, fcntl.F_DUPFD, 10) for number in pair)
    for number in pair:
        os.close(number)
    return moved[0], moved[1]
