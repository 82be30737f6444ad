"""The stage that writes the page, and what it says of its origin."""

import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest
import yaml

from facevalue.reporting import provenance
from stages import report
from stages.report import MADE
from tests import results

pytestmark = pytest.mark.javascript

PAGE = Path("plots/report.html")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder in which every stage but the report has run."""
    results.cache_charts(monkeypatch)
    results.write(tmp_path, results.made())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_ends_with_the_verdict(project: Path) -> None:
    line = report.write_report()
    assert line == f"plots/report.html; {results.made().comparison['verdict']['sentence']}"
    page = PAGE.read_text(encoding="utf-8")
    said = re.findall(r'"missing">(.*?)</p>', page)
    assert [sentence.partition(" (")[0] for sentence in said] == [
        "Each method was trained once",
        "No kind of fakes was left out",
        "Method 2 was not set against squares placed at random",
        "There was no external set: evaluate.external names none.",
    ]
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
    file = project / "plots/evaluate/slices.csv"
    slices = pd.read_csv(file)
    slices.assign(value=slices["value"].replace("synthesis", "None")).to_csv(file, index=False)
    report.write_report()
    assert '<th scope="row">None</th>' in PAGE.read_text(encoding="utf-8")


def test_the_page_names_what_dvc_recorded(project: Path) -> None:
    report.write_report()
    assert "not recorded" in PAGE.read_text(encoding="utf-8")
    outs = [{"path": path.as_posix(), "md5": f"{number}{'a' * 31}.dir"} for number, path in enumerate(MADE)]
    (project / "dvc.lock").write_text(yaml.safe_dump({"stages": {"any": {"cmd": "any", "outs": outs}}}))
    report.write_report()
    page = PAGE.read_text(encoding="utf-8")
    assert "not recorded" not in page
    for out in outs:
        assert f'<th scope="row">{out["path"]}</th><td>{out["md5"]}</td>' in page


def test_the_page_is_the_same_wherever_it_was_made(project: Path) -> None:
    """So that it is committed with what it shows: neither the commit nor the machine is in it."""
    report.write_report()
    before = PAGE.read_bytes()
    subprocess.run(["git", "init", "--quiet"], check=True)
    content = yaml.safe_load(Path("params.yaml").read_text())
    Path("params.yaml").write_text(yaml.safe_dump({**content, "machine": {"workers": 7}}, sort_keys=False))
    report.write_report()
    assert PAGE.read_bytes() == before


def test_the_versions_are_those_that_run() -> None:
    assert provenance.provenance(Path("none"), [])["pandas"] == pd.__version__
