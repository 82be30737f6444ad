"""The page's addresses: itself, what is handed over to be examined, and experiments."""

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from facevalue import reporting
from facevalue.common import images
from facevalue.common.methods import TrainedMethod
from facevalue.common.words import printable, shortened
from facevalue.explaining.attention_sheet import LEGEND
from facevalue.predicting import standing
from facevalue.serving import experiments
from facevalue.serving.experiments import ExperimentsError
from facevalue.serving.guard import App, Guard
from facevalue.serving.limits import Limits, RefusedError
from facevalue.serving.turns import Turns
from facevalue.sources import videos

SUFFIXES = images.SUFFIXES | videos.SUFFIXES
_NO_VERDICT = "There is no verdict here; run dvc repro."
_CAVEAT = (
    "All this holds for pictures like those, of the same cameras and with fakes made in the same ways. A probability "
    "is what the networks say, not how often they are right on a picture from elsewhere."
)
_LONGEST_NAME = 200
_STATIC = Path(__file__).with_name("static")
_FILES = {
    "/page.js": (_STATIC / "page.js", "text/javascript"),
    "/page.css": (_STATIC / "page.css", "text/css"),
    "/report.css": (Path(str(reporting.__file__)).with_name("report.css"), "text/css"),  # it looks as the report does
}
_REPORT_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
_FAILED = "Something went wrong here, which is a mistake of this program; the terminal in which it runs tells more."


@dataclass(frozen=True)
class Site:
    """What the page's addresses answer with.

    Attributes:
        examine: what is said of a file, given with the name that its owner calls it by.
        root: of the project, for its metrics and experiments.
        folder: where a file lies while it is examined.
        limits: how much is taken at a time.
        models: the folder of each method's networks; those of `root` where none is given.
    """

    examine: Callable[[Path, str], dict[str, Any]]
    root: Path
    folder: Path
    limits: Limits = field(default_factory=Limits)
    models: Mapping[TrainedMethod, Path] | None = None

    def app(self, names: Iterable[str], any_address: bool = False) -> App:
        """For a server; see `Guard`."""
        turns, asking = Turns(self.limits.waiting), Turns(self.limits.waiting)

        shown = self._page()  # once: what it says of the networks takes reading all of them

        async def page(_: Request) -> Response:
            return HTMLResponse(shown)

        async def hand_over(request: Request) -> Response:
            return JSONResponse(await self._examined(request, turns))

        async def table(_: Request) -> Response:
            with asking.place():
                async with asking.turn():
                    return JSONResponse(await run_in_threadpool(experiments.table, self.root))

        async def report(request: Request) -> Response:
            with asking.place():
                async with asking.turn():
                    html = await run_in_threadpool(experiments.report, self.root, request.path_params["revision"])
            return HTMLResponse(html, headers={"content-security-policy": _REPORT_POLICY})

        routes = [
            Route("/", page),
            Route("/examine", hand_over, methods=["POST"]),
            Route("/experiments", table),
            Route("/experiments/{revision}/report", report),
            *(Route(path, _file(*file)) for path, file in _FILES.items()),
        ]
        handlers = {
            RefusedError: _refused,
            ExperimentsError: _no_experiment,
            ClientDisconnect: _gone,
            404: _unknown,
            405: _unknown,
            Exception: _broken,
        }
        return Guard(Starlette(routes=routes, exception_handlers=handlers), frozenset(names), any_address)

    def _page(self) -> str:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_STATIC), autoescape=True, undefined=jinja2.StrictUndefined
        )
        known = standing.read(self.root, self.models)
        worth = [known.verdict or _NO_VERDICT, *known.sentences, _CAVEAT]
        return environment.get_template("page.html").render(
            worth=worth, limits=self.limits, suffixes=sorted(SUFFIXES), legend=LEGEND
        )

    async def _examined(self, request: Request, turns: Turns) -> dict[str, Any]:
        """What is said of the file that is a request's body.

        Raises:
            RefusedError: it is too large or too slow, or too many are waiting.
        """
        name = shortened(printable(request.query_params.get("name", "")), _LONGEST_NAME)
        try:
            with turns.place(), tempfile.TemporaryDirectory(dir=self.folder) as own:
                file = Path(own) / f"upload{_suffix(name)}"
                await self._receive(request, file)
                async with turns.turn():
                    if await request.is_disconnected():
                        raise ClientDisconnect
                    said: dict[str, Any] = await run_in_threadpool(self.examine, file, name)
                    return said
        except RefusedError:
            await self._drain(request)  # so that a browser hears the answer, and not a broken line
            raise

    async def _receive(self, request: Request, file: Path) -> None:
        most = f"{self.limits.upload / 1_000_000:,.0f} MB at the most are taken of one file"
        if int(request.headers.get("content-length", "0")) > self.limits.upload:
            raise RefusedError(413, f"{most}; this one has more.")
        received = 0
        try:
            async with asyncio.timeout(self.limits.seconds):
                with file.open("wb") as out:
                    async for chunk in request.stream():
                        received += len(chunk)
                        if received > self.limits.upload:
                            raise RefusedError(413, f"{most}; this one has more.")
                        out.write(chunk)
        except TimeoutError:
            raise RefusedError(408, f"it did not arrive within {self.limits.seconds:g} s.") from None
        except OSError as error:
            raise RefusedError(507, f"it cannot be kept while it is examined ({error.strerror}).") from None

    async def _drain(self, request: Request) -> None:
        dropped = 0
        try:
            async with asyncio.timeout(self.limits.seconds):
                async for chunk in request.stream():
                    dropped += len(chunk)
                    if dropped > self.limits.upload:
                        return
        except (TimeoutError, RuntimeError):  # the latter where it was read before
            return


def _suffix(name: str) -> str:
    """The ending of a stranger's name where it is one of ours."""
    suffix = Path(name).suffix.lower()
    return suffix if suffix in SUFFIXES else ""


def _file(path: Path, kind: str) -> Callable[[Request], Response]:
    return lambda _: FileResponse(path, media_type=kind)


def _problem(status: int, reason: str) -> Response:
    return JSONResponse({"problem": reason}, status)


def _refused(_: Request, error: RefusedError) -> Response:
    return _problem(error.status, str(error))


def _no_experiment(request: Request, error: ExperimentsError) -> Response:
    """In a frame the reason is shown as it is, so it is text there."""
    if request.url.path == "/experiments":
        return _problem(502, str(error))
    return Response(str(error), 404, {"content-security-policy": _REPORT_POLICY}, "text/plain; charset=utf-8")


def _gone(_: Request, error: Exception) -> Response:
    return _problem(400, "It did not arrive whole.")


def _unknown(_: Request, error: Exception) -> Response:
    return _problem(404, "There is nothing at this address.")


def _broken(_: Request, error: Exception) -> Response:
    return _problem(500, _FAILED)
