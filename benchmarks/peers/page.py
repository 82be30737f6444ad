"""The page of results, from numbers."""

from collections.abc import Sequence
from statistics import median

from benchmarks.peers.running import Outcome, Result

_HEAD = """# facevalue against what one would otherwise write

Pictures a second, ours divided by the peer's: the median of the pairs, and in brackets the smallest and the largest.
Both sides have the same pictures and the same weights to start from, in turn, each in a fresh process with default
threads; imports do not count. `make bench` measures it anew; `benchmarks/peers/` holds both sides.
"""

_NOTES = """
- Crop: from the files to the cut faces. Ours searches a copy reduced to `crop.detect_side`, the peer the whole picture,
  as each does by default; whether both find the same face stands beside it. The peer saves faces of 160 px, its
  default; ours are stored at up to `crop.max_side`, several times as many pixels, in PNG.
  Both load their weights in that time, and ours also writes its tables and sheet.
- RetinaFace: from the files to the boxes. The weights are random and the same, set so that a handful of boxes per
  picture is confident. The peer rounds its boxes to whole pixels of the reduced picture, so that no box can be met
  entirely; and with random weights neighbouring anchors do not agree on a box as trained ones do, so that rounding in
  bf16 can bring another of them to the front.
- Training: from the tables to the saved network: training pictures (seven in ten of the sample, or of five folds three
  in five) times epochs, divided by the seconds of the whole, so that reading, validating and saving count. The plain
  loop is PyTorch on timm with albumentations and a `DataLoader` of two workers, which decodes in every epoch; the
  parameters are those of `params.yaml`, every epoch is run, and the weights with the lowest validation loss are kept.
  AUC is that epoch's on the validation pictures, a mean over the trainings.
"""


def render(results: Sequence[Result], facts: Sequence[str]) -> str:
    """The page in Markdown.

    Args:
        results: in the order of the rows.
        facts: what was measured with, a sentence each.
    """
    lines = [
        _HEAD,
        "| what | pictures | ours, pictures/s | peer, pictures/s | ratio | goal | beside it |",
        "|---|---|---:|---:|---:|---|---|",
        *map(_line, results),
        _NOTES,
        *(f"- {fact}" for fact in facts),
    ]
    return "\n".join(lines) + "\n"


def _line(result: Result) -> str:
    row, ratios = result.row, result.ratios
    ours, peer = result.speeds
    cells = [
        row.title,
        f"{row.pictures} of {row.side} px",
        f"{ours:.1f}",
        f"{peer:.1f}",
        f"**{median(ratios):.2f}** ({min(ratios):.2f} to {max(ratios):.2f})",
        goal(median(ratios), row.goal),
        _beside(result),
    ]
    return f"| {' | '.join(cells)} |"


def goal(ratio: float, wanted: float | None) -> str:
    """What was to be reached, and whether it was."""
    if wanted is None:
        return "none"
    return f"{wanted:g}: {'reached' if ratio >= wanted else 'missed'}"


def _beside(result: Result) -> str:
    if aucs := result.aucs:
        return f"AUC {aucs[0]:.3f}, peer {aucs[1]:.3f}"
    return _agreement(result.agreement)


def _agreement(found: Outcome) -> str:
    if "same" in found:
        return f"same face on {found['same']:.0f} of {found['of']:.0f} (IoU 0.8), mean IoU {found['mean_iou']:.3f}"
    if "boxes" in found:
        boxes, least, mean = found["boxes"], found["min_iou"], found["mean_iou"]
        return f"IoU of the peer's {boxes:.0f} boxes with ours: at least {least:.3f}, mean {mean:.3f}"
    return ""
