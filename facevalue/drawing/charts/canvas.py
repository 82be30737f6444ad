"""What all charts share: the methods and their colours, and the way from a Vega-Lite specification to SVG."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from facevalue.common.methods import METHODS

Spec = dict[str, Any]

SIDE = 264  # px, a square chart; with its labels it fits a phone
CHANCE: Spec = {"type": "rule", "strokeDash": [3, 4], "opacity": 0.55}

_DASHES = {"full": [1, 0], "crop": [1, 0], "ensemble": [5, 3]}
_SHAPES = {"full": "circle", "crop": "square", "ensemble": "diamond"}


@dataclass(frozen=True)
class Palette:
    """The colours of a chart: of its text and axes, of each method, and behind it (None: the page shows through)."""

    ink: str
    methods: dict[str, str]
    background: str | None = None


PAGE = Palette("currentColor", {method: f"var(--{method})" for method in METHODS})
# Slate, as the picture of both methods: dark enough for a white page, light enough for a black one.
SHEET = Palette("#f2f4f7", {"full": "#6cb6ff", "crop": "#ffa657", "ensemble": "#56d3a4"}, "#2a2f38")


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """The lines as plain values; what is not finite becomes null."""
    return list(json.loads(table.to_json(orient="records")))


def by_method(tables: Mapping[str, pd.DataFrame], digits: int = 3) -> pd.DataFrame:
    """The points of several methods in one table, in the order of each (`order`), without what looks the same twice.

    Rounding to a thousandth moves a point by less than a pixel and keeps a curve of any number of pictures small.
    """
    rounded = {method: tables[method].round(digits) for method in METHODS if method in tables}
    curves = [
        points[(points != points.shift()).any(axis=1)].assign(method=method) for method, points in rounded.items()
    ]
    return pd.concat([points.assign(order=range(len(points))) for points in curves], ignore_index=True)


def colour(palette: Palette = PAGE) -> Spec:
    """The encoding of a method's colour; the page carries one legend for all charts."""
    return {"field": "method", "type": "nominal", "legend": None, "scale": _scale(palette.methods)}


def dash() -> Spec:
    """The encoding of a method's line, which tells both together apart also without colour."""
    return {"field": "method", "type": "nominal", "legend": None, "scale": _scale(_DASHES)}


def shape() -> Spec:
    """The encoding of a method's symbol."""
    return {"field": "method", "type": "nominal", "legend": None, "scale": _scale(_SHAPES)}


def share(field: str, title: str, **axis: object) -> Spec:
    """The encoding of a number between 0 and 1."""
    scale = {"domain": [0, 1], "nice": False}
    ticks = {"values": [0, 0.25, 0.5, 0.75, 1], "format": ".2~f", **axis}
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": ticks}


def diagonal() -> Spec:
    """The dashed line from (0, 0) to (1, 1)."""
    ends: Spec = {"x": {"datum": 0}, "y": {"datum": 0}, "x2": {"datum": 1}, "y2": {"datum": 1}}
    return {"data": {"values": [{}]}, "mark": CHANCE, "encoding": ends}


def svg(spec: Spec, palette: Palette = PAGE) -> str:
    """The chart as one `<svg>` element."""
    import vl_convert  # late: it starts a JavaScript engine

    return vl_convert.vegalite_to_svg({**spec, "config": _style(palette)}, allowed_base_urls=[])


def _scale(values: dict[str, Any]) -> Spec:
    return {"domain": list(values), "range": list(values.values())}


def _style(palette: Palette) -> Spec:
    ink = palette.ink
    text = {"labelColor": ink, "titleColor": ink, "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal"}
    lines = {"domainColor": ink, "tickColor": ink, "gridColor": ink}
    return {
        "aria": False,  # the page describes each chart in words
        "background": palette.background,
        "font": "sans-serif",
        "padding": 4 if palette.background is None else 20,
        "view": {"stroke": None},
        "axis": {
            **text,
            **lines,
            "grid": True,
            "domainOpacity": 0.5,
            "tickOpacity": 0.5,
            "gridOpacity": 0.12,
            "labelPadding": 4,
        },
        "title": {"color": ink, "fontSize": 13, "fontWeight": 600, "anchor": "start", "offset": 8},
        "header": {"labelColor": ink, "titleColor": ink},
        "rule": {"color": ink},
        "text": {"color": ink},
    }
