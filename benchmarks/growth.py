"""How long each stage takes, and what the verdict is, as the sample grows: `make growth`.

Runs in a throw-away clone of the last commit. Prints a Markdown table of seconds per stage, imports included, and
each size's verdict.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from benchmarks.machine import ROOT, describe


@contextmanager
def clone() -> Iterator[Path]:
    """The last commit in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        yield Path(folder)


def run(project: Path, size: int) -> tuple[dict[str, float], str]:
    """Run every stage after `demo` on a sample of `size`: each stage's seconds, and the verdict."""
    file = project / "params.yaml"
    params = yaml.safe_load(file.read_text())
    params["sample"]["size"] = size
    file.write_text(yaml.safe_dump(params))
    command = ["dvc", "repro", "--force", "--downstream", "check"]  # every stage but the drawing of the demo
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    marks, verdict = [], ""
    for line in process.stdout:
        if line.startswith("Running stage "):
            marks.append((line.split("'")[1], time.monotonic()))
        if line.startswith("evaluate: "):
            verdict = line.removeprefix("evaluate: ").strip()
    marks.append(("", time.monotonic()))
    if process.wait():
        sys.exit(f"dvc repro failed at sample.size {size}")
    return {name: marks[i + 1][1] - start for i, (name, start) in enumerate(marks[:-1])}, verdict


def main() -> None:
    """Time every size and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[100, 200, 400], help="values of sample.size")
    sizes = parser.parse_args().sizes
    with clone() as project:
        subprocess.run(["dvc", "repro", "--quiet", "demo/dvc.yaml:demo"], cwd=project, check=True)
        results = {size: run(project, size) for size in sizes}
    columns = [seconds for seconds, _ in results.values()]
    print(f"Seconds on {describe()}:\n")
    print("| stage | " + " | ".join(f"{size} pictures" for size in sizes) + " |")
    print("|---|" + "---:|" * len(sizes))
    for stage in columns[0]:
        print(f"| `{stage}` | " + " | ".join(f"{column[stage]:.1f}" for column in columns) + " |")
    print("| all | " + " | ".join(f"{sum(column.values()):.1f}" for column in columns) + " |\n")
    for size, (_, verdict) in results.items():
        print(f"- {size} pictures: {verdict}")


if __name__ == "__main__":
    main()
