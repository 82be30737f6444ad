"""`predict PATH...`: both trained methods on pictures of your own."""

import argparse
import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from facevalue.common.errors import SourceError
from facevalue.common.machine import MachineParams
from facevalue.common.methods import TRAINED
from facevalue.common.words import printable
from facevalue.cropping.params import CropParams
from facevalue.evaluating.params import EvaluateParams
from facevalue.sampling.params import SampleParams
from facevalue.sources.read import media_in

HELP = "score pictures with both trained methods"
DESCRIPTION = """Score pictures with both trained methods: the probability of fake from the whole picture, from the
face, and from both together. The networks and the crop's settings are those of the last `dvc repro`. First it says what
these networks learnt from and are worth; a picture that resembles none of theirs is marked."""
EXAMPLES = (
    "python -m facevalue predict holiday",
    "python -m facevalue predict --json --threshold 0.8 portrait.jpg",
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a picture, or a folder of pictures")
    command.add_argument("--models", type=Path, default=Path("models"), help="default: %(default)s")
    command.add_argument("--params", type=Path, default=Path("params.yaml"), help="default: %(default)s")
    command.add_argument("--threshold", type=_probability, metavar="P", help="default: evaluate.threshold")
    style = command.add_mutually_exclusive_group()
    for name in ("csv", "json"):
        style.add_argument(f"--{name}", dest="format", action="store_const", const=name, help=f"print {name.upper()}")


def run(options: argparse.Namespace) -> int:
    """Write the table of scores to standard output."""
    crop, recode = CropParams.load(options.params), SampleParams.load(options.params).recode
    machine, threshold = MachineParams.load(options.params), threshold_of(options)
    pictures = list(_pictures(options.paths))
    from tqdm import tqdm

    from facevalue.predicting import both_methods, standing, table  # late, so that a wrong argument is answered at once

    models = {method: options.models / method for method in TRAINED}
    trained = both_methods.load(models, crop, recode, machine.for_single_pictures)
    bar = tqdm(trained.predictions(pictures, machine), total=len(pictures), unit=" pictures", disable=None, leave=False)
    scores = table.tabulate(bar, threshold)
    known = standing.read(options.models.absolute().parent, models)
    said = [*known.sentences, *filter(None, [table.said(scores)])]
    if options.format == "json":
        sys.stdout.write(table.as_json(scores, known.facts))
    elif options.format == "csv":
        sys.stdout.write(table.as_csv(scores))
        sys.stderr.writelines(f"{line}\n" for line in said)
    else:
        width = shutil.get_terminal_size().columns
        sys.stdout.write("".join(f"{textwrap.fill(line, width)}\n" for line in said))
        sys.stdout.write(f"\n{table.as_text(scores, width)}")
    sys.stdout.flush()
    return int((scores["problem"] != "").any())


def _probability(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no probability; it must be from 0 to 1")
    return value


def threshold_of(options: argparse.Namespace) -> float:
    """As given; else as in the parameters; what the validation part decides, `evaluate` has turned into a number."""
    if options.threshold is not None:
        return float(options.threshold)
    threshold = EvaluateParams.load(options.params).threshold
    if isinstance(threshold, float):
        return threshold
    recorded = options.params.parent / "metrics" / "ensemble.json"
    try:
        return float(json.loads(recorded.read_text(encoding="utf-8"))["threshold"])
    except (OSError, ValueError, KeyError, TypeError):
        rule = "val" if threshold == "val" else f"{{fpr: {threshold.fpr:g}}}"
        raise SourceError(f"evaluate.threshold is {rule}, and {recorded} does not tell it; run dvc repro.") from None


def _pictures(paths: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    for path in paths:
        if path.is_dir():
            found, others = media_in(path)
            if not found:
                raise SourceError(f"'{path}' holds no file that is named like a picture or a video.")
            if others:
                example, reason = others[0]
                told = f"{len(others):,} other files or folders in {path} are not read, e.g. {example!r}: {reason}"
                sys.stderr.write(f"{printable(told)}\n")
            yield from ((str(path / name), path / name) for name in found)
        elif path.exists():
            yield str(path), path
        else:
            raise SourceError(f"'{path}' does not exist; name pictures or folders of pictures.")
