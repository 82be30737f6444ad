"""`compare EXP EXP`: whether a method does better in one experiment than in another."""

import argparse
import sys

from facevalue.common import files
from facevalue.common.methods import METHODS

HELP = "say whether a method does better in one experiment than in another"
DESCRIPTION = """Compare two experiments, method by method, on the pictures that both have tested: one sentence each,
with the statistics of the verdict, on the second against the first. An experiment is a name of DVC's, a git revision,
or workspace."""
EXAMPLES = ("python -m facevalue compare workspace puffy-toad --method crop",)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("experiments", nargs=2, metavar="EXP", help="a name, a git revision, or workspace")
    command.add_argument("--method", choices=METHODS, help="default: all three, a line each")


def run(options: argparse.Namespace) -> int:
    """Write how many pictures there are, and a sentence per method."""
    from facevalue.judging import compare, experiments, lines  # late: scipy and scikit-learn take seconds

    methods = [options.method] if options.method else list(METHODS)
    with files.temporary_folder("facevalue-compare") as folder:
        first, second = experiments.both(options.experiments, methods, folder)
    pair = compare.Pair.of(first, second)
    for sentence in (pair.counts, *(f"{method}: {pair.sentence(method)}" for method in methods)):
        sys.stdout.write(f"{lines.wrapped(sentence)}\n")
    sys.stdout.flush()
    return 0
