"""What `make` does before `dvc`: it heals what a kill has left, and stops before anything is removed."""

import pytest

from tests.pipeline.conftest import Project, executed, usable

pytestmark = pytest.mark.pipeline


def test_the_empty_list_that_a_killed_dvc_leaves_is_healed(untouched: Project) -> None:
    project = usable(untouched)
    (project.root / ".dvc/tmp/rwlock").write_text("")
    assert executed(project.run("make")) == []
    assert "up to date" in project.run("dvc", "status")


@pytest.mark.parametrize("source", ["nowhere", "/nonexistent", "/dev/zero"])
def test_a_source_that_is_none_stops_it_before_anything_is_removed(untouched: Project, source: str) -> None:
    project = usable(untouched)
    before, parameters = project.files(), (project.root / "params.yaml").read_text()
    project.set(source=source)
    for command in (("make",), ("dvc", "repro")):
        output = project.fails(*command)
        (told,) = (line for line in output.splitlines() if line.startswith("check: "))
        assert told.startswith(f"check: params.yaml: source is {source!r}, which ")
        assert executed(output) == (["check"] if command[0] == "dvc" else [])
        assert project.files() == before
    (project.root / "params.yaml").write_text(parameters)
    assert project.repro() == []


def test_check_alone_tells_whether_the_parameters_are_in_order(untouched: Project) -> None:
    assert untouched.run("python", "-m", "facevalue", "check") == "check: params.yaml is in order\n"
    untouched.set(foo=1)
    output = untouched.fails("python", "-m", "facevalue", "check")
    assert output.startswith("check: params.yaml: foo is not a parameter.")
