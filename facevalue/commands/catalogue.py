"""`catalogue FOLDER > FOLDER/catalogue.csv`: a CSV of whatever lies in a folder, to be corrected."""

import argparse
import csv
import sys
from pathlib import Path

from facevalue.sources.proposing.proposal import propose
from facevalue.sources.read import NAMES

HELP = "propose a CSV for a folder that no layout fits"
DESCRIPTION = """Propose a CSV of the pictures and videos in a folder: what a known layout reads, or else what tables,
folders and names seem to say. It is written to standard output; correct it, put it into the folder as catalogue.csv,
and name the folder as source. What was guessed, and which labels are to be filled in, is said on standard error."""
EXAMPLES = (
    "python -m facevalue catalogue pictures > pictures/catalogue.csv",
    "python -m facevalue catalogue --layout ff++ FaceForensics > faces.csv",
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("folder", type=Path, metavar="FOLDER", help="a folder of pictures or videos")
    command.add_argument(
        "--layout", choices=("auto", *NAMES), metavar="LAYOUT", default="auto", help="as in params.yaml; default: auto"
    )


def run(options: argparse.Namespace) -> int:
    """Write the CSV to standard output, and how it came about to standard error."""
    proposal = propose(options.folder, options.layout)
    # In quotes, so that a space at the start of a path stays.
    text = proposal.rows.to_csv(index=False, quoting=csv.QUOTE_ALL, lineterminator="\n") if len(proposal.rows) else ""
    sys.stdout.buffer.write(text.encode())  # in UTF-8 on every machine, as the CSV is read
    sys.stdout.flush()
    sys.stderr.writelines(f"catalogue: {note}\n" for note in proposal.notes)
    return 0
