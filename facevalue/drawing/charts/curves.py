"""Curves of a method: how it ranks, how well its probabilities are meant, how it learnt."""

from collections.abc import Mapping

import pandas as pd

from facevalue.drawing.charts.canvas import (
    CHANCE,
    PAGE,
    SIDE,
    Spec,
    by_method,
    colour,
    dash,
    diagonal,
    records,
    share,
    svg,
)

NONE = pd.DataFrame(columns=["method", "training"])
_DIGITS = 3


def roc(points: Mapping[str, pd.DataFrame], single: pd.DataFrame = NONE) -> str:
    """The ROC of every method, corner by corner, and the diagonal of chance; behind it, faint, those of its trainings.

    Args:
        points: By method, columns `false_positive_rate` and `true_positive_rate`, in the order of the curve.
        single: The same columns, with `method` and `training`.
    """
    columns = ["false_positive_rate", "true_positive_rate"]
    curves = by_method({method: table[columns] for method, table in points.items()})
    x, y = share(columns[0], "reals called fake"), share(columns[1], "fakes called fake")
    return svg(_square(diagonal(), *_faint(single, x, y, "linear"), _lines(curves, x, y, "linear")))


def precision_recall(points: Mapping[str, pd.DataFrame], single: pd.DataFrame = NONE) -> str:
    """Precision against recall, and the share of fakes, which is the precision of chance; `single` as in `roc`.

    Between two points the precision is that of the higher recall, as in the average precision; a straight line would
    promise too much (Davis & Goadrich 2006, "The relationship between precision-recall and ROC curves").

    Args:
        points: By method, columns `recall`, falling from 1 to 0, and `precision`.
        single: The same columns, with `method` and `training`.
    """
    curves = by_method({method: table[["recall", "precision"]] for method, table in points.items()})
    fakes = float(curves["precision"].iloc[0])  # every picture is called fake
    chance: Spec = {"data": {"values": [{}]}, "mark": CHANCE, "encoding": {"y": {"datum": fakes}}}
    x, y = share("recall", "fakes called fake (recall)"), share("precision", "fakes among those called fake")
    return svg(_square(chance, *_faint(single, x, y, "step-after"), _lines(curves, x, y, "step-after")))


def reliability(points: pd.DataFrame, method: str) -> str:
    """How often a picture is fake where a method says so with a given probability; on the diagonal it is as said.

    Args:
        points: Columns `probability`, `share`, `low`, `high` and `pictures`; one line per bin.
        method: The method that they belong to.
    """
    x, y = share("probability", "probability of fake, as given"), share("share", "share of fakes, as found")
    shown = {"x": x, "color": colour()}
    bars = {
        "mark": {"type": "rule", "strokeWidth": 1.5},
        "encoding": {**shown, "y": y | {"field": "low"}, "y2": {"field": "high"}},
    }
    dots = {"mark": {"type": "circle", "size": 48, "opacity": 1}, "encoding": {**shown, "y": y}}
    counts = {
        "mark": {"type": "text", "baseline": "bottom", "dy": -4, "fontSize": 10},
        "encoding": {"x": x, "y": {"datum": 1}, "text": {"field": "pictures"}},
    }
    data = {"values": records(points.assign(method=method))}
    return svg(_square(diagonal(), {"data": data, "layer": [bars, dots, counts]}))


def losses(steps: pd.DataFrame, method: str) -> str:
    """The loss of a method by epoch: on the training pictures dashed, on the validation pictures solid.

    Args:
        steps: Columns `step`, `train`, `val` and `training`, a number, 0 for the mean; single ones are faint.
        method: The method that they belong to.
    """
    long = steps.melt(["step", "training"], ["train", "val"], "part", "loss").assign(method=method)
    dashes = {"field": "part", "legend": None, "scale": {"domain": ["train", "val"], "range": [[3, 3], [1, 0]]}}
    whole = {"tickMinStep": 1, "grid": False, "format": "d"}
    encoding: Spec = {
        "x": {"field": "step", "type": "quantitative", "title": "epoch", "axis": whole, "scale": {"nice": False}},
        "y": {"field": "loss", "type": "quantitative", "title": "loss (nats)", "axis": {"tickCount": 5}},
        "color": colour(),
        "strokeDash": dashes,
        "detail": {"field": "training"},
        "opacity": {"condition": {"test": "datum.training == 0", "value": 1}, "value": 0.25},
    }
    chart = {"data": {"values": records(long)}, "mark": {"type": "line", "strokeWidth": 1.75}, "encoding": encoding}
    return svg({"width": SIDE, "height": 180, **chart})


def _lines(curves: pd.DataFrame, x: Spec, y: Spec, interpolate: str) -> Spec:
    mark = {"type": "line", "interpolate": interpolate, "strokeWidth": 2, "strokeJoin": "miter"}
    encoding = {"x": x, "y": y, "color": colour(PAGE), "strokeDash": dash(), "order": {"field": "order"}}
    return {"data": {"values": records(curves)}, "mark": mark, "encoding": encoding}


def _faint(single: pd.DataFrame, x: Spec, y: Spec, interpolate: str) -> list[Spec]:
    """The lines of single trainings, where there are several."""
    if single["training"].nunique() < 2:
        return []
    shown = single[["method", "training", x["field"], y["field"]]].round(_DIGITS).drop_duplicates()
    mark = {"type": "line", "interpolate": interpolate, "strokeWidth": 1, "opacity": 0.25}
    encoding = {"x": x, "y": y, "color": colour(PAGE), "detail": {"field": "training"}, "order": {"field": "order"}}
    return [{"data": {"values": records(shown.assign(order=range(len(shown))))}, "mark": mark, "encoding": encoding}]


def _square(*layers: Spec) -> Spec:
    return {"width": SIDE, "height": SIDE, "layer": list(layers)}
