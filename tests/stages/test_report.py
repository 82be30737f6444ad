"""The stage that writes the page, and what it says of its origin."""

import subprocess
from pathlib import Path

import pandas as pd
import pytest

from stages import provenance, report
from tests import results

pytestmark = pytest.mark.javascript

PAGE = Path("plots/report.html")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder in which every stage but the report has run."""
    results.remember_charts(monkeypatch)
    results.write(tmp_path, results.made())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.com", *arguments], check=True)


def commit() -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message", "state")


def test_it_ends_with_the_verdict(project: Path) -> None:
    line = report.write_report()
    assert line == f"plots/report.html; {results.made().comparison['verdict']['sentence']}"
    page = PAGE.read_text(encoding="utf-8")
    assert "missing" not in page[page.index("<main") :].replace('"missing">There was no external', "")
    assert "not under version control" in page
    assert sorted(file.name for file in project.glob("plots/*.html*")) == ["report.html"]


def test_the_same_files_give_the_same_bytes(project: Path) -> None:
    report.write_report()
    before = PAGE.read_bytes()
    report.write_report()
    assert PAGE.read_bytes() == before


def test_a_perturbation_that_was_not_asked_for_is_left_out(project: Path) -> None:
    for change in ("blur", "noise"):
        (project / f"plots/robustness/{change}.csv").unlink()
    report.write_report()
    page = PAGE.read_text(encoding="utf-8")
    assert "JPEG compression" in page
    assert "Gaussian blur" not in page


def test_a_kind_called_none_is_a_kind(project: Path) -> None:
    file = project / "plots/slices.csv"
    slices = pd.read_csv(file)
    slices.assign(value=slices["value"].replace("synthesis", "None")).to_csv(file, index=False)
    report.write_report()
    assert '<th scope="row">None</th>' in PAGE.read_text(encoding="utf-8")


def test_without_git_or_a_commit_there_is_no_version(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert provenance.commit() == "not under version control"
    git("init", "--quiet")
    assert provenance.commit() == "not under version control"
    monkeypatch.setenv("PATH", "")
    assert provenance.commit() == "not under version control"


def test_the_commit_is_that_of_the_code(project: Path) -> None:
    git("init", "--quiet")
    commit()
    made = provenance.commit()
    assert (
        made == subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    )

    report.write_report()
    commit()  # of results alone
    assert provenance.commit() == made
    before = PAGE.read_bytes()
    report.write_report()
    assert PAGE.read_bytes() == before

    (project / "params.yaml").write_text("source: elsewhere\n")
    assert provenance.commit() == f"{made} with uncommitted changes to 1 file"
    (project / "stages").mkdir()
    (project / "stages/new.py").touch()
    assert provenance.commit() == f"{made} with uncommitted changes to 2 files"
    commit()
    assert provenance.commit() not in (made, "not under version control")


def test_the_versions_are_those_that_run() -> None:
    assert provenance.provenance()["pandas"] == pd.__version__
