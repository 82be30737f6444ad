"""The scores of a method: fakes upwards, reals downwards."""

import numpy as np
import pandas as pd

from facevalue.common.methods import METHODS, NAMES
from facevalue.drawing.charts.canvas import PAGE, SHEET, SIDE, Palette, Spec, colour, records, share, svg

BINS = 20


def histogram(scores: pd.DataFrame, method: str) -> str:
    """The probabilities that one method gives, for a page.

    Args:
        scores: A line per picture: `label` (`real` or `fake`) and the probability of fake in the column of the method.
        method: Which column.
    """
    return svg(_panel(scores, method, PAGE))


def histograms(scores: pd.DataFrame) -> str:
    """The same for every method, side by side: a picture of its own, readable on white and on black."""
    panels = [_panel(scores, method, SHEET) | {"title": NAMES[method]} for method in METHODS]
    return svg({"hconcat": panels, "spacing": 28}, SHEET)


def _panel(scores: pd.DataFrame, method: str, palette: Palette) -> Spec:
    counts = {each: _counts(scores, each) for each in METHODS if each in scores}
    most = max(1, *(int(bins["pictures"].abs().max()) for bins in counts.values()))  # one scale for all methods
    filled = counts[method].query("pictures != 0")
    axis = {"labelExpr": "abs(datum.value)", "tickMinStep": 1, "tickCount": 5, "format": "d"}
    encoding: Spec = {
        "x": share("left", "probability of fake", grid=False),
        "x2": {"field": "right"},
        "y": {
            "field": "pictures",
            "type": "quantitative",
            "title": "reals down, fakes up",
            "axis": axis,
            "scale": {"domain": [-most, most]},
            "stack": None,
        },
        "y2": {"datum": 0},
    }
    bars: list[Spec] = [
        {
            "transform": [{"filter": f"datum.label == '{label}'"}],
            "mark": {"type": "bar", **look},
            "encoding": encoding | extra,
        }
        for label, look, extra in (
            ("fake", {"opacity": 0.9}, {"color": colour(palette)}),
            ("real", {"opacity": 0.45, "color": palette.ink}, {}),
        )
    ]
    zero: Spec = {"data": {"values": [{}]}, "mark": {"type": "rule", "opacity": 0.6}, "encoding": {"y": {"datum": 0}}}
    return {"width": SIDE, "height": 180, "data": {"values": records(filled)}, "layer": [*bars, zero]}


def _counts(scores: pd.DataFrame, method: str) -> pd.DataFrame:
    """Pictures per bin of probability and label; reals are counted downwards."""
    edges = np.linspace(0, 1, BINS + 1)
    tables = []
    for label, sign in (("real", -1), ("fake", 1)):
        found, _ = np.histogram(scores.loc[scores["label"] == label, method].dropna(), bins=edges)
        tables.append(pd.DataFrame({"label": label, "left": edges[:-1], "right": edges[1:], "pictures": sign * found}))
    return pd.concat(tables, ignore_index=True).assign(method=method)
