"""How reading a source grows: `python -m benchmarks.sources [sizes]`, by default 1,000, 10,000 and 100,000 files.

Makes tiny pictures in the layout `splits` in a temporary folder and prints a Markdown table of seconds and memory for
recognising and cataloguing, for putting all in the order of drawing, and for drawing 1,000 of them, each decoded,
copied and looked at for duplicates. Every size runs in a process of its own, so that its peak memory is its own;
imports are not counted.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from facevalue.common import catalogue
from facevalue.sampling import draw
from facevalue.sampling.writer import SampleWriter
from facevalue.sources.read import read_source

SIZES = (1_000, 10_000, 100_000)
DRAWN = 1_000
_PARTS = {"train": 0.7, "valid": 0.15, "test": 0.15}


def make(root: Path, size: int) -> None:
    """Tiny pictures, half of them fake, as "140k Real and Fake Faces" lies on the disk."""
    one = root / "one.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(one)
    content = one.read_bytes()
    one.unlink()
    for part, share in _PARTS.items():
        for label in ("real", "fake"):
            folder = root / "real_vs_fake/real-vs-fake" / part / label
            folder.mkdir(parents=True)
            for i in range(int(size * share / 2)):
                (folder / f"{i:06d}.png").write_bytes(content)


def measure(root: Path, target: Path) -> dict[str, float]:
    """Seconds of each step and the process's peak memory in MB."""
    start = time.perf_counter()
    offer = read_source(root)
    read = time.perf_counter()
    items = catalogue.items(offer.pictures)
    draw.drawing_order(items, seed=0)
    ordered = time.perf_counter()

    writer = SampleWriter.of(offer.root, offer.pictures, target, 1, "none")
    drawn = draw.draw(items, min(DRAWN, len(items)), 0, writer.write, str(root))
    writer.written(drawn.catalogue)
    end = time.perf_counter()
    return {
        "files": len(offer.pictures),
        "drawn": len(drawn.catalogue),
        "read": read - start,
        "order": ordered - read,
        "draw": end - ordered,
        "total": end - start,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sources", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=list(SIZES), help="numbers of files")
    parser.add_argument("--measure", type=Path, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*arguments.measure)))
        return
    print(
        "| files | recognise and catalogue, s | order, s | draw 1,000 (orders too), s | in all, s | peak memory, MB |"
    )
    print("|---|---|---|---|---|---|")
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as source, tempfile.TemporaryDirectory() as target:
            make(Path(source), size)
            command = [sys.executable, "-m", "benchmarks.sources", "--measure", source, target]
            got = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        seconds = " | ".join(f"{got[step]:.2f}" for step in ("read", "order", "draw", "total"))
        print(f"| {got['files']:,} | {seconds} | {got['memory']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
