import json
from pathlib import Path

import pytest

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
            "file facts alone reach AUC 1.00 here: the networks may have learnt the files, not the faces "
            "(95 % interval 0.97 to 1.00)",
        ),
        (
            shortcut(0.73, 0.64, 0.81),
            shortcut(1.0, 0.98, 1.0),
            "file facts alone reach AUC 0.73 here: the networks may have learnt the files, not the faces "
            "(95 % interval 0.64 to 0.81); AUC 1.00 before recoding",
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


@pytest.mark.parametrize(("low", "warned"), [(0.5000001, True), (0.5, False), (0.4, False)])
def test_a_warning_is_given_where_the_whole_interval_is_above_chance(low: float, warned: bool) -> None:
    metrics = Audit(shortcut(0.7, low, 0.9), None, NONE_TWICE).to_metrics()
    assert metrics["warning"] == (metrics["sentence"] if warned else None)


def test_the_metrics_are_plain_json(tmp_path: Path) -> None:
    twice = Duplicates(1, 1, 0, 1, 1, 2, 2, 4, [("a.jpg", "b.jpg", 2)])
    files.write_json(Audit(shortcut(1.0, 0.9, 1.0), shortcut(None), twice).to_metrics(), tmp_path / "audit.json")
    metrics = json.loads((tmp_path / "audit.json").read_text())
    assert list(metrics) == ["pictures", "sentence", "warning", "after", "before", "duplicates"]
    assert metrics["after"]["interval"] == [0.9, 1.0]
    assert metrics["after"]["beats_chance"] is True
    assert metrics["after"]["facts"][0] == {"fact": "luma_quantisation", "auc": 1.0, "real": 29.03125, "fake": 1.0}
    assert metrics["before"] | {"facts": []} == {
        "auc": None,
        "interval": None,
        "beats_chance": False,
        "pictures": 140,
        "facts": [],
    }
    assert metrics["duplicates"]["examples"] == [["a.jpg", "b.jpg", 2]]
