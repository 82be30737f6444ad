"""How the trainings of the methods came out, one by one."""

from collections.abc import Mapping

import pandas as pd

from facevalue.common.methods import NAMES
from facevalue.drawing.charts.canvas import SIDE, Spec, colour, records, shape, svg


def trainings(aucs: pd.DataFrame, names: Mapping[str, str] = NAMES) -> str:
    """A dot per training and method at its AUC; a line joins those of one training, a bar is the mean.

    Args:
        aucs: a row per training: its number, `training`, and the AUC in the column of each method.
        names: of each method, in their order, what it is called.
    """
    long = aucs.melt("training", list(names), "method", "auc")
    long = long.assign(named=long["method"].map(names))
    x: Spec = {
        "field": "named",
        "type": "nominal",
        "sort": list(names.values()),
        "title": None,
        "axis": {"labelAngle": 0, "grid": False, "labelLimit": 120},
        "scale": {"padding": 0.5},
    }
    y: Spec = {
        "field": "auc",
        "type": "quantitative",
        "title": "AUC of each training",
        "scale": {"zero": False, "nice": True, "padding": 8},
        "axis": {"tickCount": 6},
    }
    joined: Spec = {
        "mark": {"type": "line", "opacity": 0.35, "strokeWidth": 1},
        "encoding": {"detail": {"field": "training"}},
    }
    dots: Spec = {
        "mark": {"type": "point", "filled": True, "size": 44, "opacity": 0.85},
        "encoding": {"color": colour(), "shape": shape()},
    }
    means: Spec = {
        "mark": {"type": "tick", "thickness": 2.5, "size": 34},
        "encoding": {"y": y | {"aggregate": "mean"}, "color": colour()},
    }
    encoding: Spec = {"x": x, "y": y, "color": {"value": "currentColor"}}
    layers: list[Spec] = [{**layer, "encoding": {**encoding, **layer["encoding"]}} for layer in (joined, means, dots)]
    return svg({"width": SIDE + 80, "height": 220, "data": {"values": records(long)}, "layer": layers})
