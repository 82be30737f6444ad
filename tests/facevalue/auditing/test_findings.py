import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from facevalue.auditing.duplicates import Duplicates
from facevalue.auditing.findings import Audit, Shortcut
from facevalue.auditing.shortcut import Telling
from facevalue.common import files

NONE_TWICE = Duplicates(0, 0, 0, 0, 0, 0, 0, 4, [])
TELLING = [Telling("luma_quantisation", 1.0, 29.03125, 1.0), Telling("format", 0.5, "JPEG", "JPEG")]


def shortcut(auc: float | None, *interval: float) -> Shortcut:
    return Shortcut(140, TELLING, auc, (interval[0], interval[1]) if interval else None)


@pytest.mark.parametrize(
    ("after", "before", "sentence"),
    [
        (
            shortcut(0.996, 0.97, 1.0),
            None,
            "file facts alone tell real from fake here: AUC 1.00 (95 % interval 0.97 to 1.00); "
            "the networks may have learnt the files, not the faces",
        ),
        (
            shortcut(0.73, 0.64, 0.81),
            shortcut(1.0, 0.98, 1.0),
            "file facts help to tell real from fake here: AUC 0.73 (95 % interval 0.64 to 0.81); "
            "the networks may have learnt the files beside the faces; AUC 1.00 before recoding",
        ),
        (
            shortcut(0.55, 0.5, 0.6),
            shortcut(1.0, 0.98, 1.0),
            "file facts alone do not tell real from fake here: AUC 0.55 (95 % interval 0.50 to 0.60); "
            "AUC 1.00 before recoding",
        ),
        (shortcut(None), shortcut(None), "too few groups of real or of fake pictures to ask what file facts tell"),
    ],
)
def test_the_sentence(after: Shortcut, before: Shortcut | None, sentence: str) -> None:
    audit = Audit(after, before, NONE_TWICE)
    assert audit.sentence == sentence
    assert audit.describe() == f"{sentence}; no duplicates"


@pytest.mark.parametrize(
    ("low", "high", "grade"),
    [
        (0.4, 0.49, "none"),
        (0.4, 0.9, "none"),
        (0.5, 0.54, "none"),
        (0.5000001, 0.5499999, "weak"),
        (0.5000001, 0.55, "some"),
        (0.51, 0.99, "some"),
        (0.8999999, 1.0, "some"),
        (0.9, 1.0, "alone"),
    ],
)
def test_the_interval_decides_on_the_grade_and_whether_to_warn(low: float, high: float, grade: str) -> None:
    metrics: Any = Audit(shortcut((low + high) / 2, low, high), None, NONE_TWICE).to_metrics()
    assert metrics["after"]["grade"] == grade
    assert metrics["after"]["beats_chance"] == (grade != "none")
    assert metrics["warning"] == (metrics["sentence"] if grade in ("some", "alone") else None)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.501, 0.553, "AUC 0.527 (95 % interval 0.501 to 0.553)"),
        (0.512, 0.548, "AUC 0.530 (95 % interval 0.512 to 0.548)"),
        (0.512, 0.538, "AUC 0.53 (95 % interval 0.51 to 0.54)"),
        (0.497, 0.7, "AUC 0.599 (95 % interval 0.497 to 0.700)"),
        (0.89999, 1.0, "AUC 0.94999 (95 % interval 0.89999 to 1.00000)"),
        (0.5, 0.55, "AUC 0.53 (95 % interval 0.50 to 0.55)"),
        (0.9, 1.0, "AUC 0.95 (95 % interval 0.90 to 1.00)"),
    ],
)
def test_no_end_of_the_interval_is_shown_as_a_bound_that_it_is_not(low: float, high: float, shown: str) -> None:
    assert shown in Audit(shortcut((low + high) / 2, low, high), None, NONE_TWICE).sentence


def told(pictures: int, auc: float) -> Shortcut:
    """As many reals as fakes, whose scores by file facts are normal and have that AUC."""
    quantiles = norm.ppf((np.arange(pictures // 2) + 0.5) / (pictures // 2))
    apart = 40.0 if auc == 1 else math.sqrt(2) * norm.ppf(auc)
    scores = np.concatenate([quantiles, quantiles + apart])
    return Shortcut.of(TELLING, np.repeat([0, 1], pictures // 2), scores, np.arange(pictures))


@pytest.mark.parametrize(
    ("pictures", "auc", "grade", "sentence"),
    [
        (
            10_000,
            0.51,
            "none",
            "file facts alone do not tell real from fake here: AUC 0.510 (95 % interval 0.499 to 0.521)",
        ),
        (
            10_000,
            0.513,
            "weak",
            "file facts tell real from fake a little here: AUC 0.513 (95 % interval 0.502 to 0.524), "
            "too little to carry a detector",
        ),
        (
            200,
            0.60,
            "some",
            "file facts help to tell real from fake here: AUC 0.60 (95 % interval 0.52 to 0.68); "
            "the networks may have learnt the files beside the faces",
        ),
        (
            100,
            1.0,
            "alone",
            "file facts alone tell real from fake here: AUC 1.00 (95 % interval 0.97 to 1.00); "
            "the networks may have learnt the files, not the faces",
        ),
    ],
)
def test_the_words_go_with_the_effect_and_not_with_the_number_of_pictures(
    pictures: int, auc: float, grade: str, sentence: str
) -> None:
    found = told(pictures, auc)
    assert found.grade == grade
    assert Audit(found, None, NONE_TWICE).sentence == sentence


def test_the_metrics_are_plain_json(tmp_path: Path) -> None:
    twice = Duplicates(1, 1, 0, 1, 1, 2, 2, 4, [("a.jpg", "b.jpg", 2)])
    files.write_json(Audit(shortcut(1.0, 0.9, 1.0), shortcut(None), twice).to_metrics(), tmp_path / "audit.json")
    metrics = json.loads((tmp_path / "audit.json").read_text())
    assert list(metrics) == ["pictures", "sentence", "warning", "after", "before", "duplicates"]
    assert metrics["after"]["interval"] == [0.9, 1.0]
    assert metrics["after"]["beats_chance"] is True
    assert metrics["after"]["grade"] == "alone"
    assert metrics["after"]["facts"][0] == {"fact": "luma_quantisation", "auc": 1.0, "real": 29.03125, "fake": 1.0}
    assert metrics["before"] | {"facts": []} == {
        "auc": None,
        "interval": None,
        "beats_chance": False,
        "grade": None,
        "pictures": 140,
        "facts": [],
    }
    assert metrics["duplicates"]["examples"] == [["a.jpg", "b.jpg", 2]]
