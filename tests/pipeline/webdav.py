"""A WebDAV server on this machine, for as long as a test needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from cheroot.wsgi import Server
from wsgidav.wsgidav_app import WsgiDAVApp

USER, PASSWORD = "ada", "lovelace"


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder to one user, to read and to write; the URL that DVC takes."""
    settings = {
        "provider_mapping": {"/": str(folder)},
        "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
        "logging": {"enable": False},
        "verbose": 1,
    }
    server = Server(("127.0.0.1", 0), WsgiDAVApp(settings))  # port 0: the system chooses a free one
    server.prepare()
    thread = Thread(target=server.serve)
    thread.start()
    try:
        yield "webdav://{}:{}".format(*server.bind_addr)
    finally:
        server.stop()
        thread.join()
