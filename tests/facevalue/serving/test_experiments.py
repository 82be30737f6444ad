"""What DVC says of its experiments, as the page shows it; the real DVC is asked in tests/extras."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from facevalue.serving import experiments
from facevalue.serving.experiments import ExperimentsError


def state(rev: str, name: str | None, auc: float, **params: Any) -> dict[str, Any]:
    data = {
        "timestamp": "2026-01-02T03:04:05",
        "metrics": {
            "metrics/full.json": {"data": {"auc": auc}},
            "metrics/crop.json": {"data": {"auc": None}},
            "metrics/ensemble.json": {"error": {"msg": "no such file"}},
        },
        "params": {"params.yaml": {"data": {"train": params, "seed": 0}}, "other.yaml": {"data": {"a": 1}}},
    }
    return {"rev": rev, "name": name, "data": data, "error": None, "experiments": None}


FIRST, SECOND, THIRD = ("a" * 40, "b" * 40, "c" * 40)


def shown(*within: dict[str, Any], running: str | None = None) -> list[dict[str, Any]]:
    ranges = [{"revs": [each], "executor": None, "name": each["name"]} for each in within]
    if running:
        waiting = {"rev": THIRD, "name": "queued-one", "data": None, "error": None}
        ranges.append({"revs": [waiting], "executor": {"state": running}, "name": None})
    return [state("workspace", None, 0.5, epochs=5), {**state(FIRST, "main", 0.5, epochs=5), "experiments": ranges}]


def test_experiments_follow_their_commit_and_only_what_differs_is_a_column() -> None:
    table = experiments.tabulated(list(experiments.read(shown(state(SECOND, "moony-sora", 0.75, epochs=8)))))
    assert table["columns"] == ["AUC, whole picture", "AUC, face", "AUC, both together", "train.epochs"]
    assert [row["name"] for row in table["rows"]] == ["workspace", "main", "moony-sora"]
    assert [row["within"] for row in table["rows"]] == [False, False, True]
    assert table["rows"][2]["cells"] == ["0.750", "", "", "8"]
    assert table["rows"][2]["created"] == "2026-01-02 03:04"
    assert table["note"] == ""


def test_without_an_experiment_it_is_said_how_to_make_one() -> None:
    table = experiments.tabulated(list(experiments.read(shown())))
    assert "dvc exp run" in table["note"]
    assert len(table["rows"]) == 2


def test_one_that_has_no_numbers_says_why() -> None:
    failed = {"rev": SECOND, "name": "odd", "data": None, "error": {"msg": "YAML\nis broken"}}
    rows = experiments.tabulated(list(experiments.read(shown(failed, running="queued"))))["rows"]
    assert [row["note"] for row in rows] == ["", "", "YAML is broken", "queued"]
    assert rows[3]["cells"] == ["", "", ""]


def test_so_many_parameters_are_shown_and_the_others_counted() -> None:
    many = {f"key{number}": 1 for number in range(30)}
    table = experiments.tabulated(list(experiments.read(shown(state(SECOND, "wide", 0.7, **many)))))
    assert (len(table["columns"]), table["left_out"]) == (3 + 12, 31 - 12)


@pytest.mark.pipeline
def test_what_the_real_dvc_has_saved_is_found_with_its_report(tmp_path: Path) -> None:
    def run(*command: str) -> None:
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    def write(auc: float, epochs: int, report: str) -> None:
        (tmp_path / "metrics/full.json").write_text(json.dumps({"auc": auc}))
        (tmp_path / "params.yaml").write_text(f"train:\n  epochs: {epochs}\n")
        (tmp_path / "plots/report.html").write_text(report)

    (tmp_path / "metrics").mkdir()
    (tmp_path / "plots").mkdir()
    out = {"cmd": "true", "params": ["train"], "outs": [experiments.REPORT.as_posix()]}
    metrics = {"metrics": [{"metrics/full.json": {"cache": False}}]}
    (tmp_path / "dvc.yaml").write_text(json.dumps({"stages": {"all": out | metrics}}))
    run("git", "init", "-q", "-b", "main")
    run("git", "config", "user.name", "t")
    run("git", "config", "user.email", "t@example.org")
    run(sys.executable, "-m", "dvc", "init", "-q")
    write(0.5, 5, "the first report")
    run(sys.executable, "-m", "dvc", "commit", "-f", "-q")
    run("git", "add", "-A")
    run("git", "commit", "-q", "-m", "first")
    write(0.75, 8, "the second report")
    run(sys.executable, "-m", "dvc", "commit", "-f", "-q")
    run(sys.executable, "-m", "dvc", "exp", "save", "-n", "longer")

    table = experiments.table(tmp_path)
    assert table["columns"][3:] == ["train.epochs"]
    found = {row["name"]: row for row in table["rows"]}
    assert list(found) == ["workspace", "main", "longer"]
    assert found["longer"]["cells"] == ["0.750", "", "", "8"]
    assert found["main"]["cells"] == ["0.500", "", "", "5"]
    assert experiments.report(tmp_path, found["main"]["revision"]) == b"the first report"
    assert experiments.report(tmp_path, found["longer"]["revision"]) == b"the second report"
    with pytest.raises(ExperimentsError, match="dvc get failed and said"):
        experiments.report(tmp_path, "f" * 40)


@pytest.mark.parametrize("revision", ["--help", "main", "HEAD", "a" * 39, "../" * 5, "a" * 40 + "\n"])
def test_only_a_commit_is_a_revision(tmp_path: Path, revision: str) -> None:
    with pytest.raises(ExperimentsError, match="no such experiment"):
        experiments.report(tmp_path, revision)


def test_the_report_of_the_workspace_is_the_file_itself(tmp_path: Path) -> None:
    with pytest.raises(ExperimentsError, match=r"no plots/report\.html; run dvc repro"):
        experiments.report(tmp_path, "workspace")
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots/report.html").write_bytes(b"<p>found")
    assert experiments.report(tmp_path, "workspace") == b"<p>found"


def test_what_dvc_says_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(ExperimentsError, match=r"dvc exp failed and said: ERROR: .*not inside"):
        experiments.table(tmp_path)


def test_a_dvc_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(command: list[str], timeout: float, **_: Any) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", never)
    with pytest.raises(ExperimentsError, match="did not answer within"):
        experiments.table(tmp_path)
