"""facevalue against its peers, in one run: `make bench`, or `python -m benchmarks.peers`. Writes a page of results."""

import argparse
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks import machine
from benchmarks.peers import page, retinaface
from benchmarks.peers.projects import Projects
from benchmarks.peers.rows import ROWS, Row
from benchmarks.peers.running import Result, compare, measure
from facevalue.common import catalogue

FEWEST = 20  # pictures: five folds and three parts need some of each class
RESULTS = machine.ROOT / "benchmarks/results.md"


def main() -> None:
    """Measure the rows that are asked for and write the page."""
    given = _arguments()
    rows = [replace(row, pictures=given.pictures or row.pictures) for row in ROWS if row.name in (given.only or _NAMES)]
    rows, impossible = [row for row in rows if _possible(row)], [row.name for row in rows if not _possible(row)]
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        most = {row.side: max(other.pictures for other in rows if other.side == row.side) for row in rows}
        projects = Projects(Path(folder), given.faces, most)
        results = []
        for row in rows:
            results.append(_compared(row, projects, given.pairs))
            # After each, so that a run that is cut off leaves what it found.
            given.into.write_text(page.render(results, _facts(given, load, impossible)), encoding="utf-8")
    print(f"{given.into} holds the results.")


_NAMES = [row.name for row in ROWS]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3, help="measurements of each side (default: 3)")
    parser.add_argument("--only", nargs="+", choices=_NAMES, metavar="ROW", help=f"some of {', '.join(_NAMES)}")
    parser.add_argument("--pictures", type=int, help="how many, for every row (even; default: each row's own number)")
    parser.add_argument("--faces", type=Path, help="a folder with real/ and fake/, of 1024 px, instead of drawn ones")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the page (default: benchmarks/results.md)")
    given = parser.parse_args()
    if given.pairs < 1:
        parser.error(f"argument --pairs: {given.pairs} is below 1")
    if given.pictures is not None and (given.pictures < FEWEST or given.pictures % 2):
        parser.error(f"argument --pictures: {given.pictures} is odd or below {FEWEST}")
    if given.faces and not all((given.faces / label).is_dir() for label in catalogue.LABELS):
        parser.error(f"argument --faces: '{given.faces}' is no folder with real/ and fake/")
    return given


def _possible(row: Row) -> bool:
    """Whether the processor has the row's precision."""
    return row.variant != "bf16" or "avx512_bf16" in machine.features()


def _compared(row: Row, projects: Projects, pairs: int) -> Result:
    project = projects.of(row)
    if row.module == "retinaface" and not (project / retinaface.WEIGHTS).exists():
        measure(row, project, "weights")
    return compare(row, project, pairs)


def _facts(given: argparse.Namespace, load: float, impossible: list[str]) -> list[str]:
    drawn = "drawn by `demo/drawing`"
    taken = "those of a given folder; the smaller ones are area means of the others"
    return [
        f"Pictures: {taken if given.faces else drawn}.",
        f"Pairs: {given.pairs}. Load of the machine before: {load:.1f}.",
        f"Machine: {machine.describe()}.",
        f"Packages: {machine.versions()}.",
        f"Commit: {machine.commit()}.",
        *(f"Left out: {name}, since /proc/cpuinfo names no avx512_bf16." for name in impossible),
    ]


if __name__ == "__main__":
    main()
