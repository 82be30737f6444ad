"""Charts as SVG text: numbers in, ink out; the same numbers give the same bytes, and no network is asked.

A chart on a page takes its ink from the text around it (`currentColor`) and the colours of its methods from the page's
`--full`, `--crop` and `--ensemble`, so that it follows the page from light to dark. Only `histograms` stands alone.
"""

from facevalue.drawing.charts.canvas import Palette
from facevalue.drawing.charts.curves import losses, precision_recall, reliability, roc
from facevalue.drawing.charts.histograms import histogram, histograms
from facevalue.drawing.charts.intervals import forest
from facevalue.drawing.charts.robustness import CHANGES, robustness
from facevalue.drawing.charts.trainings import trainings

__all__ = [
    "CHANGES",
    "Palette",
    "forest",
    "histogram",
    "histograms",
    "losses",
    "precision_recall",
    "reliability",
    "robustness",
    "roc",
    "trainings",
]
