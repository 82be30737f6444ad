"""The notebook of docs/ runs from the project's folder and from its own, on what the pipeline wrote."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.pipeline.conftest import ROOT, Project

pytestmark = pytest.mark.pipeline
TOUR = ROOT / "docs/tour.ipynb"


def executed(folder: Path) -> str:
    """Everything that it says when it is run in a folder."""
    notebook = nbformat.read(TOUR, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    said = []
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        said.append(output["text"] if "text" in output else output["data"]["text/plain"])
    return "\n".join(said)


@pytest.mark.parametrize("start", [".", "docs"])
def test_it_tells_what_the_pipeline_wrote(untouched: Project, start: str) -> None:
    (untouched.root / "docs").mkdir()
    before = untouched.files()
    said = executed(untouched.root / start)
    verdict = untouched.run(
        "python", "-c", 'import json; print(json.load(open("metrics/comparison.json"))["verdict"]["sentence"])'
    )
    assert verdict.strip() in said
    assert "groups in two parts: 0" in said
    assert re.search(r"a face in \d+ of 24 pictures", said)
    recomputed = re.findall(r"(full|crop): (0\.\d+) here, (0\.\d+) in metrics", said)
    assert [method for method, _, _ in recomputed] == ["full", "crop"]
    assert all(here == there for _, here, there in recomputed)
    assert untouched.files() == before


def test_without_results_it_says_what_to_run(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "facevalue/common", tmp_path / "facevalue/common")
    with pytest.raises(CellExecutionError, match=r"There are no results in .*; run `make` there"):
        executed(tmp_path)


def test_it_is_committed_without_outputs_and_keeps_to_fifteen_cells_or_so() -> None:
    notebook = nbformat.read(TOUR, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    assert 13 <= len(notebook.cells) <= 17
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
