"""`python -m facevalue judge` as it is typed."""

from pathlib import Path

import pytest

from facevalue import __main__ as command_line

ROWS = "".join(
    f"{number:02}.jpg,{'fake' if number % 2 else 'real'},{number % 7 / 10},{(number % 2 * 5 + number % 3) / 10}\n"
    for number in range(40)
)


@pytest.fixture
def scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forty pictures and two detectors, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scores.csv").write_text(f"picture,label,one,other\n{ROWS}")
    return tmp_path / "scores.csv"


def test_the_sentence_and_the_table(scores: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["judge", "scores.csv"]) == 0
    captured = capsys.readouterr()
    sentence, blank, *table = captured.out.splitlines()
    assert sentence.startswith("other is better: AUC 1.000 (other) against ")
    assert blank == ""
    assert table[0].split() == ["one", "other"]
    assert max(map(len, table)) < 80
    assert captured.err == "judge: 40 pictures; other (probabilities) against one (probabilities), 1 training of each\n"
    assert list(scores.parent.iterdir()) == [scores]


def test_the_order_the_scale_and_the_thresholds_are_as_asked(scores: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--of", "other", "one", "--scores", "logits", "--threshold", "0.5,0.9"]
    assert command_line.main(["judge", "scores.csv", *asked]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("other is better: AUC ")
    assert "(one) against 1.000 (other)" in captured.out
    assert "one (logits) against other (logits)" in captured.err
    (threshold,) = (line for line in captured.out.splitlines() if line.startswith("Threshold"))
    assert threshold.split() == ["Threshold", "0.500", "0.900"]


@pytest.mark.javascript
def test_a_report_is_written_where_it_is_asked_for(scores: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["judge", "scores.csv", "--to", "judged"]) == 0
    assert capsys.readouterr().out.endswith("\n\nReport: judged/report.html\n")
    assert (scores.parent / "judged/report.html").read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nowhere.csv"], "'nowhere.csv' does not exist; name a CSV of scores."),
        (["scores.csv", "--of", "one", "two"], "'scores.csv' has no scores of 'two'; it has those of one, other."),
        (["scores.csv", "--to", "scores.csv"], "'scores.csv' cannot be written (File exists); name another folder."),
    ],
)
def test_a_mistake_is_one_line(
    scores: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert command_line.main(["judge", *arguments]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"judge: {line}"


@pytest.mark.parametrize("value", ["2", "-0.1", "high", "nan", "0.1,0.2,0.3", ""])
def test_a_threshold_is_a_probability(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["judge", "scores.csv", f"--threshold={value}"])
    assert "--threshold" in capsys.readouterr().err
