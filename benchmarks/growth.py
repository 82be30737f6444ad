"""How time, memory and disk of each stage grow with the sample: `make growth`.

Runs in a throw-away clone of the last commit, without the cache of faces and trainings, and trains the classifiers
alone (`train.tune: head`). The built-in pictures are drawn once, at most `--drawn` of them. Where a size asks for
more, the rest are copies, under other names, with some bytes behind the picture's: other files that show the same. So
near-duplicates are ignored, and what the verdict says of such a sample says nothing.

Prints Markdown: of every stage seconds, imports included, the peak of memory of its processes (PSS, GB) and what it
leaves on disk (MB); and the slope, the exponent with which seconds grow from a size to the next. Then what `dvc` took
for all of it, for finding out that nothing is to be done, and for `dvc status`.
"""

import argparse
import math
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import psutil
import yaml

from benchmarks.machine import ROOT, describe

SIZES = (100, 1_000, 10_000)
_BRIEF = 5.0  # seconds; a stage that takes less is hardly more than its imports, and has no slope
_PAUSE = 0.2  # seconds between two looks at the memory


@dataclass
class Stage:
    """What one stage took."""

    start: float
    seconds: float = 0.0
    memory: int = 0  # bytes
    disk: int = 0  # bytes


@dataclass
class Run:
    """What every stage took on a sample of one size, what `dvc` took, and what the verdict was."""

    stages: dict[str, Stage] = field(default_factory=dict)
    commands: dict[str, float] = field(default_factory=dict)  # seconds
    verdict: str = ""


@contextmanager
def clone() -> Iterator[Path]:
    """The last commit in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        yield Path(folder)


def change(file: Path, **sections: object) -> None:
    """Write other values into a file of parameters, of a section some keys."""
    params = yaml.safe_load(file.read_text())
    for key, value in sections.items():
        params[key] = {**params[key], **value} if isinstance(value, dict) else value
    file.write_text(yaml.safe_dump(params))


def grow(drawn: Path, folder: Path, pictures: int) -> None:
    """A source of so many pictures, from the drawn ones and their copies, alternating between the classes."""
    table = pd.read_csv(drawn / "catalogue.csv").sample(frac=1, random_state=0)
    table = table.assign(turn=table.groupby("label").cumcount()).sort_values(["turn", "label"])
    rows = []
    for number in range(pictures):
        copy, row = number // len(table), table.iloc[number % len(table)]
        path = f"copy_{copy:03}/{row['path']}"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        behind = f"copy {copy}".encode() if copy else b""
        (folder / path).write_bytes((drawn / row["path"]).read_bytes() + behind)
        rows.append((path, row["label"], row["kind"], f"{row['group']} {copy}"))
    pd.DataFrame(rows, columns=["path", "label", "kind", "group"]).to_csv(folder / "catalogue.csv", index=False)


def run(project: Path, size: int, until: str = "") -> Run:
    """Run every stage after `demo` on a sample of so many pictures, or those until one of them."""
    change(project / "params.yaml", sample={"size": size})
    # Without a last one, every stage but the drawing of the demo
    target = [until] if until else []
    command = ["dvc", "repro", "--force", *(target or ["--downstream", "check"])]
    found, over, start = Run(), threading.Event(), time.monotonic()
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    watch = threading.Thread(target=_watch, args=(process.pid, found, over))
    watch.start()
    for line in process.stdout:
        if line.startswith("Running stage "):
            _end(found)
            found.stages[line.split("'")[1]] = Stage(time.monotonic())
        if line.startswith("evaluate: "):
            found.verdict = line.removeprefix("evaluate: ").strip()
    _end(found)
    over.set()
    watch.join()
    if process.wait():
        sys.exit(f"dvc repro failed at sample.size {size}")
    found.commands["dvc repro"] = time.monotonic() - start
    for name, command in (("again", ["dvc", "repro", *target]), ("dvc status", ["dvc", "status", *target])):
        start = time.monotonic()
        subprocess.run(command, cwd=project, stdout=subprocess.DEVNULL, check=True)
        found.commands[name] = time.monotonic() - start
    for name, stage in yaml.safe_load((project / "dvc.lock").read_text())["stages"].items():
        if name in found.stages:
            found.stages[name].disk = sum(out.get("size", 0) for out in stage.get("outs", ()))
    return found


def slope(sizes: Sequence[int], seconds: Sequence[float]) -> str:
    """The exponent from the last size but one to the last; nothing where either is brief."""
    if len(sizes) < 2 or min(seconds[-2:]) < _BRIEF:
        return ""
    return f"{math.log(seconds[-1] / seconds[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"


def table(runs: dict[int, Run]) -> str:
    """Markdown, a row per stage."""
    sizes = list(runs)
    lines = [
        "| stage | " + " | ".join(f"{size:,}: s, GB, MB" for size in sizes) + " | slope |",
        "|---|" + "---:|" * (len(sizes) + 1),
    ]
    for name in runs[sizes[0]].stages:
        stages = [each.stages[name] for each in runs.values()]
        cells = [f"{each.seconds:.1f}, {each.memory / 1e9:.2f}, {each.disk / 1e6:.1f}" for each in stages]
        lines.append(f"| `{name}` | {' | '.join(cells)} | {slope(sizes, [each.seconds for each in stages])} |")
    return "\n".join(lines)


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="values of sample.size, rising")
    parser.add_argument("--drawn", type=int, default=2_000, help="how many pictures are drawn at the most")
    parser.add_argument("--shards", type=int, default=0, help="data.shards: in how many tars the pictures lie")
    parser.add_argument("--until", default="", metavar="STAGE", help="the last stage that is run, such as sample")
    given = parser.parse_args()
    with clone() as project, tempfile.TemporaryDirectory() as source:
        change(project / "demo/params.yaml", pictures=min(given.drawn, max(given.sizes)))
        subprocess.run(["dvc", "repro", "--quiet", "demo/dvc.yaml:demo"], cwd=project, check=True)
        grow(project / "demo/pictures", Path(source), max(given.sizes))
        settings = {"source": source, "split": {"near_duplicates": "ignore"}, "train": {"tune": "head"}}
        change(project / "params.yaml", **settings, machine={"cache": "none"}, data={"shards": given.shards})
        runs = {size: run(project, size, given.until) for size in given.sizes}
    drawn = min(given.drawn, max(given.sizes))
    print(f"On {describe()}; {drawn:,} pictures were drawn, the rest are copies.\n\n{table(runs)}\n")
    for size, each in runs.items():
        took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in each.commands.items())
        print(f"- {size:,} pictures: {took}. {each.verdict}")


def _end(found: Run) -> None:
    if found.stages:
        last = list(found.stages.values())[-1]
        last.seconds = time.monotonic() - last.start


def _watch(dvc: int, found: Run, over: threading.Event) -> None:
    """Remember the most that the processes below DVC's hold, shared pages shared out."""
    while not over.wait(_PAUSE):
        held = 0
        with suppress(psutil.Error):
            for process in psutil.Process(dvc).children(recursive=True):
                with suppress(psutil.Error):
                    held += process.memory_full_info().pss
        if found.stages:
            last = list(found.stages.values())[-1]
            last.memory = max(last.memory, held)


if __name__ == "__main__":
    main()
