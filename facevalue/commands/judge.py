"""`judge scores.csv`: the verdict on any two detectors, by what they gave the same pictures."""

import argparse
import sys
from pathlib import Path

from facevalue.common.words import printable
from facevalue.judging.scale import SCALES
from facevalue.statistics.thresholds import HALF

HELP = "compare any two detectors by a table of their scores"
DESCRIPTION = """Compare any two detectors by a CSV of their scores: picture,label (real or fake), optionally group
(whom or what pictures share) and kind (how a fake was made), and a column of scores per detector, or per training of
it: clip_01, clip_02, ... A higher score means fake. The pipeline's own plots/evaluate/scores.csv is such a table."""
EXAMPLES = (
    "python -m facevalue judge plots/evaluate/scores.csv",
    "python -m facevalue judge scores.csv --of xception effnet --to judged",
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("table", type=Path, metavar="SCORES", help="a CSV")
    command.add_argument(
        "--of", nargs=2, default=(), metavar=("A", "B"), help="which detectors, where there are more: B against A"
    )
    command.add_argument("--to", type=Path, metavar="FOLDER", help="also write a report page, its numbers and tables")
    command.add_argument(
        "--scores",
        choices=SCALES,
        help="what the scores are; default: probabilities where a detector's are all from 0 to 1, logits where one is "
        "below 0",
    )
    command.add_argument(
        "--threshold",
        type=_thresholds,
        default=(HALF, HALF),
        metavar="P[,P]",
        help="the probability from which a picture is called fake; or two, of A and of B; default: 0.5",
    )


def run(options: argparse.Namespace) -> int:
    """Write the verdict and the measures to standard output; how the table was read, to standard error."""
    from facevalue.judging import judge, lines, page, table  # late: scipy and scikit-learn take seconds

    given = table.read(options.table, options.of)
    found = judge.judge(given, options.threshold, options.scores)
    first, second = found.names
    trainings = found.panel.trainings
    sys.stderr.write(
        f"judge: {found.given:,} pictures; {second} ({found.scales[second]}) against {first} ({found.scales[first]}), "
        f"{trainings} training{'s' if trainings > 1 else ''} of each\n"
    )
    sys.stdout.write(f"{lines.wrapped(found.verdict.sentence)}\n\n{lines.as_text(found)}")
    if options.to:
        written = page.write(found, options.table, options.to)
        sys.stdout.write(f"\nReport: {printable(str(written))}\n")
    sys.stdout.flush()
    return 0


def _thresholds(text: str) -> tuple[float, float]:
    values = [float(each) for each in text.split(",")]
    if len(values) > 2 or not all(0 <= value <= 1 for value in values):
        raise argparse.ArgumentTypeError(f"{text} is neither a probability, from 0 to 1, nor two with a comma")
    return values[0], values[-1]
