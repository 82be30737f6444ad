"""What other pages, and names that lead here, cannot get."""

import asyncio
import json
from typing import Any

import pytest

from facevalue.serving.guard import POLICY, Guard

NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


async def answering(scope: Any, receive: Any, send: Any) -> None:
    own = [(b"content-security-policy", b"sandbox")] if scope["path"] == "/own" else []
    await send({"type": "http.response.start", "status": 200, "headers": own})
    await send({"type": "http.response.body", "body": b"yes"})


def asked(
    method: str = "GET", path: str = "/", any_address: bool = False, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of the answer; `_` in a header's name stands for `-`."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": given}
    guard = Guard(answering, NAMES, any_address)
    asyncio.run(guard(scope, None, send))  # type: ignore[arg-type]  # nothing is received
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], sent[1]["body"], told


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost:9000", "LOCALHOST", "[::1]:8642", "[::1]"])
def test_the_server_answers_to_its_names(host: str) -> None:
    assert asked(host=host)[:2] == (200, b"yes")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8642",
        "127.0.0.1.evil.example:8642",
        "",
        "192.168.1.5:8642",
        "localhost:8642@evil.example",
        "localhost:8642:8642",
        "localhost:",
        "[localhost]:8642",
        "localhost:864200",
    ],
)
def test_a_name_that_was_led_here_is_refused_in_words(host: str) -> None:
    status, body, _ = asked(host=host)
    assert status == 403
    assert "not known by that name" in json.loads(body)["problem"]


def test_no_host_and_two_hosts_are_refused() -> None:
    guard = Guard(answering, NAMES)
    host = (b"host", b"localhost:8642")
    assert guard.refuses("GET", "/", [])
    assert guard.refuses("GET", "/", [host, host])
    assert not guard.refuses("GET", "/", [host])


def test_exposed_it_answers_to_any_address_and_to_no_other_name() -> None:
    assert asked(host="192.168.1.5:8642", any_address=True)[0] == 200
    assert asked(host="[fe80::1]:8642", any_address=True)[0] == 200
    assert asked(host="evil.example:8642", any_address=True)[0] == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8642"])
def test_another_page_may_hand_nothing_over(origin: str) -> None:
    status, body, _ = asked("POST", "/examine", host="127.0.0.1:8642", origin=origin)
    assert (status, "Only the page of this server" in json.loads(body)["problem"]) == (403, True)


def test_the_page_itself_and_a_program_may() -> None:
    assert asked("POST", "/examine", host="127.0.0.1:8642", origin="http://127.0.0.1:8642")[0] == 200
    assert asked("POST", "/examine", host="127.0.0.1:8642")[0] == 200


def test_another_page_may_lead_to_this_one_and_load_nothing_of_it() -> None:
    assert asked(host="localhost:8642", sec_fetch_site="cross-site")[0] == 200
    for site, expected in (("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)):
        assert asked(path="/experiments", host="localhost:8642", sec_fetch_site=site)[0] == expected


def test_every_answer_says_what_a_browser_may_do_with_it_also_a_refusal() -> None:
    for told in (asked(host="localhost:8642")[2], asked(host="evil.example")[2]):
        assert told["content-security-policy"] == POLICY
        assert told["x-content-type-options"] == "nosniff"
        assert told["cache-control"] == "no-store"
    assert "unsafe" not in POLICY
    assert asked(path="/own", host="localhost:8642")[2]["content-security-policy"] == "sandbox"
