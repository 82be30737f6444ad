"""Where the page is served: a port of this machine, until Ctrl-C."""

import errno
import ipaddress
import signal
import socket
from typing import Any

import uvicorn

from facevalue.common.errors import OutputError
from facevalue.serving.guard import App

_BACKLOG = 128
_GRACE = 5  # seconds for answers that are under way when it ends


def listening(host: str, port: int) -> socket.socket:
    """A socket that connections may wait at from now on; port 0 is a free one.

    Raises:
        OutputError: another program has the port, or this machine has no such address.
    """
    family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was left a moment ago is free
        found.bind((host, port))
        found.listen(_BACKLOG)
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            raise OutputError(
                f"port {port} of {host} is in use; name another by --port, or 0 for a free one."
            ) from None
        raise OutputError(f"{host}, port {port}, cannot be served ({error.strerror}).") from None
    return found


def address(bound: socket.socket) -> str:
    """What a browser is given."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/" if bound.family == socket.AF_INET6 else f"http://{host}:{port}/"


def server(app: App) -> uvicorn.Server:
    """What serves it."""
    known: dict[str, Any] = {"log_level": "warning", "access_log": False, "lifespan": "off", "server_header": False}
    return uvicorn.Server(uvicorn.Config(app, timeout_graceful_shutdown=_GRACE, **known))


def serve(app: App, bound: socket.socket) -> None:
    """Until somebody ends it, by Ctrl-C or a signal to end."""
    before = signal.signal(signal.SIGTERM, _interrupt)  # so that what is to be cleared away is
    try:
        server(app).run(sockets=[bound])
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
