"""The page of two detectors, in a browser and as text."""

import html
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from facevalue.common import files
from facevalue.common.errors import OutputError
from facevalue.judging import judge, lines, page, table
from facevalue.judging.judge import Judged
from tests import results
from tests.browser import needs_browser, running

pytestmark = pytest.mark.javascript

HOSTILE = '</svg><script>document.title="x"</script>{{ 7 * 7 }}'


@pytest.fixture(autouse=True)
def charts_are_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    results.cache_charts(monkeypatch)


def made(folder: Path, names: tuple[str, str] = ("ResNet-50", "crop"), trainings: int = 3, **changed: Any) -> Path:
    """Sixty pictures with groups and kinds, and so many trainings of each of two detectors."""
    rng = np.random.default_rng(0)
    fake = np.arange(60) % 2
    rows = {
        "picture": [f"{number:02}.jpg" for number in range(60)],
        "label": np.where(fake, "fake", "real"),
        "group": [f"person_{number // 2}" for number in range(60)],
        "kind": np.where(fake, np.where(np.arange(60) % 3, "swap", "lips"), ""),
    }
    for name, apart in zip(names, (0.8, 2.0), strict=True):
        for number in range(1, trainings + 1):
            column = f"{name}_{number:02}" if trainings > 1 else name
            rows[column] = (fake * apart - 1 + rng.normal(0, 1, 60)).round(3)
    files.write_csv(pd.DataFrame({**rows, **changed}), folder / "scores.csv")
    return folder / "scores.csv"


def judged(file: Path) -> Judged:
    return judge.judge(table.read(file))


def plain(text: str) -> str:
    """What is written on a page."""
    body = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def test_the_names_stand_where_methods_would(tmp_path: Path) -> None:
    file = made(tmp_path)
    found = judged(file)
    text = plain(page.render(found, file))
    assert "Which detector is better: ResNet-50 or crop?" in text
    assert found.verdict.answer == "crop is better"
    assert found.verdict.sentence.removeprefix("crop is better: ").split(" Beyond")[0] in text
    again = found.verdict.auc.again if found.verdict.auc else None
    assert again
    for name in ("ResNet-50", "crop"):
        assert f"{name} {again.scatter[name].trainings:.3f} {again.scatter[name].pictures:.3f}" in text
    for words in ("whole picture", "both together", "predict", "split.repeats", "n/a to"):
        assert words not in text
    for part in ("ROC.", "Precision and recall.", "Confusion", "Are the probabilities meant?", "By kind.", "lips"):
        assert part in text


@pytest.mark.parametrize(("names", "slot"), [(("full", "crop"), "crop"), (("crop", "full"), "crop")])
def test_colours_go_by_the_place_and_not_by_the_name(tmp_path: Path, names: tuple[str, str], slot: str) -> None:
    file = made(tmp_path, names)
    found = judged(file)
    assert found.verdict.answer == f"{names[1]} is better"
    written = page.render(found, file)
    assert f'<div class="verdict {slot}" id="verdict">' in written
    again = found.verdict.auc.again if found.verdict.auc else None
    assert again
    assert f"{names[0]} {again.scatter[names[0]].trainings:.3f}" in plain(written)


def test_a_name_is_text_and_never_markup(tmp_path: Path) -> None:
    file = made(tmp_path, (HOSTILE, "b<i>&\"'"))
    written = page.render(judged(file), file)
    assert "<script" not in written
    assert "<i>&" not in written
    assert HOSTILE in plain(written)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"label": "fake"}, "all 60 test pictures are fake"),
        ({"ResNet-50": np.nan}, "nothing to compare: no test picture was scored by both methods"),
    ],
)
def test_what_cannot_be_told_is_said(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    file = made(tmp_path, trainings=1, **changed)
    found = judged(file)
    text = plain(page.render(found, file))
    assert said in text
    assert "There are no ROC and precision-recall curves" in text
    assert "so this page cannot say" in text
    assert said in found.verdict.sentence
    assert lines.as_text(found).splitlines()[1].startswith("AUC                      n/a")


def test_a_folder_gets_the_page_and_the_numbers_and_keeps_what_is_its_own(tmp_path: Path) -> None:
    file, folder = made(tmp_path), tmp_path / "to/there"
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine")
    found = judged(file)
    assert page.write(found, file, folder) == folder / "report.html"
    first = {each.name: each.read_bytes() for each in folder.iterdir()}
    assert sorted(first) == [
        *("judged.json", "mine.txt", "pr.csv", "reliability.csv", "report.html", "roc.csv", "slices.csv"),
        "trainings.csv",
    ]
    assert json.loads(first["judged.json"])["verdict"]["sentence"] == found.verdict.sentence
    assert set(pd.read_csv(folder / "roc.csv")["method"]) == {"ResNet-50", "crop"}
    page.write(judged(file), file, folder)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == first
    with pytest.raises(OutputError, match=r"cannot be written .*; name another folder"):
        page.write(found, file, file / "below")


def test_the_table_of_a_terminal_has_its_width(tmp_path: Path) -> None:
    found = judged(made(tmp_path, ("a" * 60, "detector")))
    told = lines.as_text(found).splitlines()
    assert max(map(len, told)) < 80
    assert told[0].split() == ["a" * 20, "...", "detector"]
    first = found.metrics()["a" * 60]
    assert f"{first['auc']:.3f} ({first['auc_low']:.3f} to {first['auc_high']:.3f})" in told[1]


@needs_browser
def test_in_a_browser(tmp_path: Path) -> None:
    file = made(tmp_path, (HOSTILE, "a" * 60))
    page.write(judged(file), file, tmp_path / "to")
    with running(tmp_path / "profile") as browser:
        for width in (1280, 360):
            opened = browser.open(tmp_path / "to/report.html", width)
            assert opened.problems == []
            assert opened.outside == []
            assert opened.overflow() <= 0
            assert opened.evaluate("document.title").startswith("facevalue: </svg>")
