"""How long each stage takes as the sample grows: `make growth`, in a throw-away clone of the last commit.

Prints a Markdown table of seconds per stage, imports included.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


@contextmanager
def clone() -> Iterator[Path]:
    """The last commit in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        yield Path(folder)


def set_size(project: Path, size: int) -> None:
    """Change `sample.size`."""
    file = project / "params.yaml"
    params = yaml.safe_load(file.read_text())
    params["sample"]["size"] = size
    file.write_text(yaml.safe_dump(params))


def seconds_per_stage(project: Path) -> dict[str, float]:
    """Run `dvc repro` and take the time from each stage's first line to the next one's."""
    process = subprocess.Popen(["dvc", "repro"], cwd=project, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    marks: list[tuple[str, float]] = []
    for line in process.stdout:
        if line.startswith("Running stage "):
            marks.append((line.split("'")[1].split(":")[-1], time.monotonic()))
    marks.append(("", time.monotonic()))
    if process.wait():
        sys.exit(f"dvc repro failed in {project}")
    return {name: marks[i + 1][1] - start for i, (name, start) in enumerate(marks[:-1])}


def main() -> None:
    """Time every size and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[100, 200, 400], help="values of sample.size")
    sizes = parser.parse_args().sizes
    with clone() as project:
        subprocess.run(["dvc", "repro", "--quiet", "demo/dvc.yaml:demo"], cwd=project, check=True)
        columns = {}
        for size in sizes:
            set_size(project, size)
            columns[size] = seconds_per_stage(project)
    print(f"Seconds on {os.cpu_count()} cores:\n")
    print("| stage | " + " | ".join(f"{size} pictures" for size in sizes) + " |")
    print("|---|" + "---:|" * len(sizes))
    stages = dict.fromkeys(stage for column in columns.values() for stage in column)
    for stage in stages:
        print(f"| {stage} | " + " | ".join(f"{columns[size].get(stage, 0):.1f}" for size in sizes) + " |")
    print("| all | " + " | ".join(f"{sum(columns[size].values()):.1f}" for size in sizes) + " |")


if __name__ == "__main__":
    main()
