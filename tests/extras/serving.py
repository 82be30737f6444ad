"""A site that is served in this process, and a client that says of itself what it likes."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from facevalue.serving.limits import Limits

needs_page = pytest.mark.skipif(
    find_spec("starlette") is None or find_spec("uvicorn") is None, reason="what the page needs is not installed"
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, response: HTTPResponse) -> "Answer":
        headers = {name.lower(): value for name, value in response.getheaders()}
        return cls(response.status, headers, response.read())

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @contextmanager
    def connection(self) -> Iterator[HTTPConnection]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            yield line

    def get(self, path: str, **headers: str) -> Answer:
        with self.connection() as line:
            line.request("GET", path, headers={"host": self.host} | headers)
            return Answer.of(line.getresponse())

    def post(self, name: str, content: bytes, told: bool = True, **headers: str) -> Answer:
        """`told`: whether its length is said beforehand."""
        with self.connection() as line:
            body = content if told else (content[start : start + 65536] for start in range(0, len(content), 65536))
            line.request("POST", f"/examine?name={quote(name)}", body, {"host": self.host} | headers)
            return Answer.of(line.getresponse())


@contextmanager
def serving(examine: Callable[[Path, str], Any], root: Path, folder: Path, **limits: Any) -> Iterator[Client]:
    """A site served by the server of the command, at a free port."""
    from facevalue.serving import server
    from facevalue.serving.site import Site

    site = Site(examine, root, folder, Limits(**limits))

    with server.listening("127.0.0.1", 0) as bound:
        served = server.server(site.app(["127.0.0.1", "localhost"]))
        thread = threading.Thread(target=served.run, args=[[bound]])
        thread.start()
        try:
            deadline = time.monotonic() + 20
            while not served.started:
                assert thread.is_alive()
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.01)
            yield Client(bound.getsockname()[1])
        finally:
            served.should_exit = True
            thread.join(20)
    assert not thread.is_alive()
