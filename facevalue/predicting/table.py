"""Scores of single pictures, as a table for people and for programs."""

import json
import math
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import TYPE_CHECKING, Any

import pandas as pd
from scipy.special import expit

from facevalue.common.words import printable

if TYPE_CHECKING:  # it brings torch, which an empty table does not need
    from facevalue.predicting.both_methods import Prediction

COLUMNS = ("picture", "face", "confidence", "full", "crop", "ensemble", "verdict", "resembles", "unlikeness", "problem")
_HEADINGS = {"full": "whole picture", "crop": "face", "ensemble": "both"}


def tabulate(predictions: "Iterable[Prediction]", threshold: float) -> pd.DataFrame:
    """One row per picture, with the columns `COLUMNS`.

    `full`, `crop` and `ensemble` are probabilities of fake, of the mean logit of all trainings, missing where there is
    none; the verdict is the ensemble's, `fake` from `threshold` on. `resembles` says whether the networks have learnt
    from pictures like it, `unlikeness` how far it lies from them: more than 1 is too far. `problem` says why a picture
    could not be read.
    """
    rows = [_row(prediction, threshold) for prediction in predictions]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(prediction: "Prediction", threshold: float) -> tuple[object, ...]:
    logits = (prediction.full, prediction.crop, prediction.ensemble)
    full, crop, both = (float(expit(_mean(each))) for each in logits)
    problem = prediction.problem or ("" if math.isfinite(both) else "the networks gave no number")
    verdict = "" if problem else "fake" if both >= threshold else "real"
    face = "" if prediction.problem else "yes" if prediction.face else "no"
    confidence = prediction.face.confidence if prediction.face else None
    resembles = {None: "", True: "no", False: "yes"}[prediction.unlike]
    far = prediction.unlikeness
    return prediction.picture, face, confidence, full, crop, both, verdict, resembles, far, problem


def _mean(logits: tuple[float, ...]) -> float:
    """NaN where one is no number: of an infinite one, `expit` would make a probability."""
    return fmean(logits) if all(map(math.isfinite, logits)) else math.nan


def as_csv(table: pd.DataFrame) -> str:
    """With a header; a probability that is missing is an empty cell."""
    return table.to_csv(index=False, lineterminator="\n")


def as_json(table: pd.DataFrame, networks: Mapping[str, Any]) -> str:
    """`networks`, the facts of those that were asked, and `pictures`, a list of objects; what is missing is null."""
    missing = table.astype(object).where(table.notna(), None)
    told = {"networks": networks, "pictures": missing.to_dict("records")}
    return json.dumps(told, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def said(table: pd.DataFrame) -> str:
    """How many pictures are unlike what the networks learnt from; empty where none is, or nothing is known."""
    asked = int((table["resembles"] != "").sum())
    unlike = int((table["resembles"] == "no").sum())
    if not unlike:
        return ""
    which = f"{unlike:,} of {asked:,} pictures resemble" if unlike > 1 else f"1 of {asked:,} pictures resembles"
    return f"{which} nothing that the networks learnt from: their word on it is a guess."


def as_text(table: pd.DataFrame, width: int) -> str:
    """Aligned columns in `width` characters; a long picture name loses its beginning."""
    cells = {"face found": table["face"]} | {_HEADINGS[name]: table[name].map(_probability) for name in _HEADINGS}
    resembles = {"resembles": table["resembles"]} if (table["resembles"] != "").any() else {}
    columns = pd.DataFrame(cells | {"verdict": table["verdict"]} | resembles)
    widths = [max(len(heading), 5) for heading in map(str, columns)]
    space = max(12, width - sum(widths) - 2 * len(widths))

    def line(name: str, values: Iterable[object]) -> str:
        return f"{name:{space}}" + "".join(f"  {value:>{n}}" for value, n in zip(values, widths, strict=True))

    lines = [line("picture", columns)]
    for name, problem, values in zip(table["picture"], table["problem"], columns.to_numpy(), strict=True):
        name = _shortened(str(name), space)
        lines.append(f"{name:{space}}  {problem}" if problem else line(name, values))
    return "\n".join(text.rstrip() for text in lines) + "\n"


def _probability(value: float) -> str:
    return "-" if pd.isna(value) else f"{value:.3f}"


def _shortened(name: str, width: int) -> str:
    shown = printable(name)
    return shown if len(shown) <= width else "..." + shown[len(shown) - width + 3 :]
