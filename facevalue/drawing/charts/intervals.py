"""Intervals side by side: a forest plot."""

import pandas as pd

from facevalue.common.methods import METHODS
from facevalue.drawing.charts.canvas import CHANCE, Spec, colour, records, shape, share, svg

_STEP = 14  # px from one method's interval to the next
_LABELS, _WIDTH = 118, 190  # px


def forest(slices: pd.DataFrame, measure: str, title: str, chance: float | None = None) -> str:
    """A measure of every method, or of some, on every part of the pictures, each with its interval and its count.

    Args:
        slices: A line per part and method: `value` (the part's name), `count` (its pictures, in words), `method`, and
            the measure with its ends (`auc`, `auc_low`, `auc_high`); empty where undefined, as is then the line.
        measure: `auc` or `accuracy`.
        title: What the axis says.
        chance: Where to draw the line of chance.
    """
    counted = slices["value"].astype(str) + "\n" + slices["count"]
    table = slices[["method", measure, f"{measure}_low", f"{measure}_high"]].assign(part=counted)
    methods = set(table["method"])
    lines = {
        "labelExpr": "split(datum.label, '\\n')",
        "labelLimit": _LABELS,
        "labelLineHeight": 14,
        "ticks": False,
        "domain": False,
    }
    position: Spec = {
        "y": {
            "field": "part",
            "type": "nominal",
            "sort": None,
            "title": None,
            "axis": lines,
            "scale": {"domain": list(counted.unique()), "paddingInner": 0.25},
        },
        "yOffset": {"field": "method", "scale": {"domain": [name for name in METHODS if name in methods]}},
        "color": colour(),
    }
    x = share(measure, title)
    ends = {"x": x | {"field": f"{measure}_low"}, "x2": {"field": f"{measure}_high"}}
    layers: list[Spec] = [
        {"mark": {"type": "rule", "strokeWidth": 1.75}, "encoding": {**position, **ends}},
        {
            "mark": {"type": "point", "filled": True, "size": 42, "opacity": 1},
            "encoding": {**position, "x": x, "shape": shape()},
        },
    ]
    if chance is not None:
        layers.append({"data": {"values": [{}]}, "mark": CHANCE, "encoding": {"x": {"datum": chance}}})
    step = {"step": _STEP, "for": "offset"}
    return svg({"width": _WIDTH, "height": step, "data": {"values": records(table)}, "layer": layers})
