"""A sample that lies in shards is the same sample: nothing that is said of it changes."""

import tarfile

import pytest

from tests.pipeline.conftest import Project

pytestmark = pytest.mark.pipeline
PACKED = ("data/sampled", "data/cropped", "data/squares")


def told(project: Project) -> dict[str, bytes]:
    """What stands in the results, and the splits; the report names the folder's hash."""
    return {
        name: content
        for name, content in project.files().items()
        if not name.startswith(PACKED) and name != "plots/report.html"
    }


def test_every_stage_reads_both_and_finds_the_same(untouched: Project) -> None:
    project = untouched
    project.set(control="random_square")
    project.repro()
    of_files, alone = told(project), project.files()
    project.set(data={"shards": 3})
    assert {"sample", "crop", "squares"} <= set(project.repro())
    assert told(project) == of_files
    for folder in PACKED:
        names = {path.name for path in (project.root / folder).iterdir()}
        assert {name for name in names if not name.endswith(".csv")} == {f"{number:05}.tar" for number in range(3)}
        inside = {}
        for shard in (project.root / folder).glob("*.tar"):
            with tarfile.open(shard) as opened:
                for member in opened:
                    content = opened.extractfile(member)
                    assert content
                    inside[f"{folder}/{member.name}"] = content.read()
        pictures = {name: content for name, content in alone.items() if name.startswith(f"{folder}/")}
        assert inside == {name: content for name, content in pictures.items() if not name.endswith(".csv")}
    assert "up to date" in project.run("dvc", "status")

    project.set(data={"shards": 0})
    assert project.repro() == []
    assert project.files() == alone
