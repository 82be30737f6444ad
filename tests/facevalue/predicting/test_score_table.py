import json
import math

import pandas as pd
import pytest

from facevalue.cropping.finding import Found
from facevalue.cropping.geometry import Square
from facevalue.predicting import table as score_table
from facevalue.predicting.both_methods import Prediction

FACE = Found((0.0, 0.0, 9.0, 9.0), ((0.0, 0.0),) * 5, 0.99, 1, 0.5, Square(0, 0, 9))
NAN = float("nan")
PREDICTIONS = [
    Prediction("a/" + "long/" * 20 + "fake.png", "", FACE, (0.5, 1.5), (3.0, 3.0)),
    Prediction("b\x1b[31m.png", "", None, (-1.0, -1.0), (NAN, NAN)),
    Prediction("c.png", "zero bytes", None, (NAN, NAN), (NAN, NAN)),
]


@pytest.fixture
def table() -> pd.DataFrame:
    return score_table.tabulate(PREDICTIONS, threshold=0.5)


def test_the_verdict_is_the_ensembles(table: pd.DataFrame) -> None:
    assert table["verdict"].tolist() == ["fake", "real", ""]
    assert table["face"].tolist() == ["yes", "no", ""]
    assert table["ensemble"][0] == pytest.approx(1 / (1 + math.exp(-2)))
    assert table["ensemble"][1] == table["full"][1]


def test_the_threshold_itself_is_fake() -> None:
    assert score_table.tabulate([Prediction("a", "", None, (0.0,), (NAN,))], 0.5)["verdict"].tolist() == ["fake"]


@pytest.mark.parametrize("logits", [(NAN,), (math.inf,), (-math.inf,), (math.inf, -math.inf), (5.0, NAN)])
def test_networks_that_give_no_number_give_no_verdict(logits: tuple[float, ...]) -> None:
    (told,) = score_table.tabulate([Prediction("a.png", "", None, logits, (NAN,))], 0.5).to_dict("records")
    assert (told["verdict"], told["problem"]) == ("", "the networks gave no number")
    assert math.isnan(told["ensemble"])


def test_text_fits_the_terminal_and_carries_no_control_character(table: pd.DataFrame) -> None:
    text = score_table.as_text(table, 80)
    lines = text.splitlines()
    assert len(lines) == 4
    assert max(map(len, lines)) <= 80
    assert lines[1].startswith("...")
    assert lines[0].split() == ["picture", "face", "found", "whole", "picture", "face", "both", "verdict"]
    assert lines[1].split()[1:] == ["yes", "0.731", "0.953", "0.881", "fake"]
    assert lines[2].split()[-5:] == ["no", "0.269", "-", "0.269", "real"]
    assert "\x1b" not in text
    assert lines[3].endswith("zero bytes")


def test_pictures_that_the_networks_know_nothing_like_are_marked_and_counted(table: pd.DataFrame) -> None:
    assert score_table.said(table) == ""
    made = [Prediction(f"{far}.png", "", None, (0.0,), (NAN,), far) for far in (0.4, 1.0, 1.1, 7.0)]
    marked = score_table.tabulate([*made, PREDICTIONS[2]], 0.5)
    assert marked["resembles"].tolist() == ["yes", "yes", "no", "no", ""]
    head, *rows = score_table.as_text(marked, 80).splitlines()
    assert head.endswith("verdict  resembles")
    assert [row.split()[-1] for row in rows[:4]] == ["yes", "yes", "no", "no"]
    assert max(map(len, rows)) <= 80
    assert score_table.said(marked) == (
        "2 of 4 pictures resemble nothing that the networks learnt from: their word on it is a guess."
    )


def test_json_has_null_for_what_is_missing(table: pd.DataFrame) -> None:
    first, second, third = json.loads(score_table.as_json(table, {}))["pictures"]
    assert list(first) == list(score_table.COLUMNS)
    assert second["crop"] is None
    assert second["picture"] == "b\x1b[31m.png"
    assert (third["full"], third["problem"]) == (None, "zero bytes")


def test_csv_has_a_header_and_empty_cells(table: pd.DataFrame) -> None:
    lines = score_table.as_csv(table).splitlines()
    assert lines[0] == ",".join(score_table.COLUMNS)
    assert lines[3] == "c.png,,,,,,,,,zero bytes"


def test_no_picture_at_all_is_an_empty_table() -> None:
    empty = score_table.tabulate([], 0.5)
    assert score_table.as_csv(empty) == ",".join(score_table.COLUMNS) + "\n"
    assert json.loads(score_table.as_json(empty, {"auc": 1})) == {"networks": {"auc": 1}, "pictures": []}
    assert len(score_table.as_text(empty, 80).splitlines()) == 1
