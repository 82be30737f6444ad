"""Who may ask: pages of this server, by the name that it is known under; and what a browser may do with an answer."""

import ipaddress
import json
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,  # an answer's own one goes first
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^\[\]:]+)(:[0-9]{1,5})?")
_ELSEWHERE = ("cross-site", "same-site")  # another port of this machine is the same site, and another page


@dataclass(frozen=True)
class Guard:
    """In front of the page: what another page sends is refused before anything of it is read.

    A page from elsewhere may have a name of its own lead to this machine (DNS rebinding); then `Host` is that name.

    Attributes:
        app: what is asked.
        names: what the server may be called, such as `localhost`, without a port: a tunnel may have another.
        any_address: whether an address in digits will do as well: no name leads there.
    """

    app: App
    names: frozenset[str] = field(default_factory=frozenset)
    any_address: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            return
        if reason := self.refuses(scope["method"], scope["path"], scope["headers"]):
            body = json.dumps({"problem": reason}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await _protected(send)({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        await self.app(scope, receive, _protected(send))

    def refuses(self, method: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """Why a request is not answered; empty where it is."""
        given = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]
        hosts, origins, sites = (
            [value for name, value in given if name == wanted] for wanted in ("host", "origin", "sec-fetch-site")
        )
        if len(hosts) != 1 or not self._known(hosts[0]):
            return "This server is not known by that name; open the address that it printed when it started."
        if any(origin != f"http://{hosts[0]}" for origin in origins):
            return "Only the page of this server may send something."
        if (method != "GET" or path != "/") and any(site in _ELSEWHERE for site in sites):
            return "Only the page of this server may ask for this."
        return ""

    def _known(self, host: str) -> bool:
        match = _HOST.fullmatch(host)
        name = match["name"].lower().strip("[]") if match else ""
        return name in self.names or (self.any_address and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _protected(send: Send) -> Send:
    """Adds what every answer says of itself."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _ in message["headers"]}
            further = [(name.encode(), value.encode()) for name, value in _HEADERS.items() if name.encode() not in own]
            message = {**message, "headers": [*message["headers"], *further]}
        await send(message)

    return sending
