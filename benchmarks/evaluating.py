"""How long the whole evaluation takes, and how much memory, as the test pictures grow: scores given, models left out.

python -m benchmarks.evaluating [pictures ...] prints a Markdown table. Every line is a process of its own, so that its
peak memory is its own; the seconds leave out the imports, the memory does not. The processor's seconds are what a
machine with other work would need if it had none. Groups hold three pictures.
"""

import argparse
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import sklearn.metrics  # noqa: F401  (the evaluation imports it when it is first needed)

from facevalue.common.methods import METHODS
from facevalue.evaluating.evaluation import evaluate

KINDS = ("attribute", "expression_swap", "identity_swap", "synthesis")
GROUP_SIZES = {"no": 1, "yes": 3}


def pictures(count: int, group_size: int) -> pd.DataFrame:
    """So many scored pictures, half of them fake, of four kinds."""
    rng = np.random.default_rng(0)
    fake = np.arange(count) % 2
    shared = rng.normal(size=count)
    return pd.DataFrame(
        {
            "picture": [f"pictures/{index:06d}.jpg" for index in range(count)],
            "label": np.where(fake, "fake", "real"),
            "kind": np.where(fake, rng.choice(KINDS, count), "real"),
            "group": [f"person_{index // group_size:06d}" for index in range(count)],
            "logit_full": fake + shared + rng.normal(size=count),
            "logit_crop": 1.2 * fake + shared + rng.normal(size=count),
            "face_share": rng.random(count),
            "confidence": 1 - rng.random(count) / 100,
        }
    )


def measure(count: int, group_size: int) -> tuple[float, float, float]:
    """Of one evaluation with all its tables: seconds, the processor's seconds, and the process's peak memory in MB."""
    scored = pictures(count, group_size)
    start, start_of_processor = time.perf_counter(), time.process_time()
    found = evaluate([scored], [dict.fromkeys(METHODS, 0.5)])
    for method in found.methods.values():
        _ = (method.to_metrics(), method.roc(), method.precision_recall(), method.confusion(), method.reliability())
    _ = found.to_metrics(), found.scores()
    seconds, of_processor = time.perf_counter() - start, time.process_time() - start_of_processor
    return seconds, of_processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table, or with `--one` measure in this process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluating", description=__doc__)
    parser.add_argument("pictures", type=int, nargs="*", default=[15, 1_000, 100_000])
    parser.add_argument("--one", choices=GROUP_SIZES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        seconds, of_processor, memory = measure(given.pictures[0], GROUP_SIZES[given.one])
        print(
            f"| {given.pictures[0]:,} | {given.one} | {seconds:.2f} | {of_processor:.2f} | {memory:.0f} |", flush=True
        )
        return
    print("| pictures | groups | seconds | of the processor | peak memory, MB |", flush=True)
    print("|---:|---|---:|---:|---:|", flush=True)
    for count in given.pictures:
        for grouped in GROUP_SIZES:
            subprocess.run([sys.executable, "-m", "benchmarks.evaluating", str(count), "--one", grouped], check=True)


if __name__ == "__main__":
    main()
