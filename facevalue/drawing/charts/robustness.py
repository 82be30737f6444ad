"""How the AUC falls while pictures get worse."""

import pandas as pd

from facevalue.common.methods import METHODS
from facevalue.drawing.charts.canvas import CHANCE, SIDE, Spec, colour, dash, records, shape, share, svg

UNDISTURBED = "as is"
CHANGES = {
    "jpeg": "JPEG quality",
    "blur": "blur: standard deviation in px",
    "resize": "down to this factor and up again",
    "noise": "noise: standard deviation of 255",
    "chain": "sharing chain: strength",
}


def robustness(levels: pd.DataFrame, change: str) -> str:
    """The AUC of every method with its interval, level by level, and the line of chance.

    Args:
        levels: One line per level, ascending: `level`, `value` (empty for the undisturbed pictures), and for every
            method its AUC (`full`) and the ends of its interval (`full_low`, `full_high`); empty where undefined.
        change: One of `CHANGES`.
    """
    named = levels.assign(named=[UNDISTURBED if pd.isna(value) else f"{value:g}" for value in levels["value"]])
    long = pd.concat(
        [
            named[["level", "named"]].assign(
                method=method, auc=named[method], low=named[f"{method}_low"], high=named[f"{method}_high"]
            )
            for method in METHODS
        ]
    )
    level = {"field": "named", "type": "ordinal", "sort": None, "title": CHANGES[change], "scale": {"padding": 0.25}}
    x: Spec = {"x": level | {"axis": {"labelAngle": 0, "grid": False}}, "color": colour()}
    auc = share("auc", "AUC")
    band = {"y": auc | {"field": "low"}, "y2": {"field": "high"}}
    layers: list[Spec] = [
        {"mark": {"type": "area", "opacity": 0.13}, "encoding": {**x, **band}},
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {**x, "y": auc, "strokeDash": dash()}},
        {
            "mark": {"type": "point", "filled": True, "size": 36, "opacity": 1},
            "encoding": {**x, "y": auc, "shape": shape()},
        },
        {"data": {"values": [{}]}, "mark": CHANCE, "encoding": {"y": {"datum": 0.5}}},
    ]
    return svg({"width": SIDE, "height": 200, "data": {"values": records(long)}, "layer": layers})
