"""Experiments: in the workspace, beside it, and in a queue; each with its own checkout's code."""

import csv
import io
import time

import pytest

from tests.pipeline.conftest import Project, executed

pytestmark = pytest.mark.pipeline


def table(project: Project) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(project.run("dvc", "exp", "show", "--csv"))))


def test_a_queue_runs_each_experiment_beside_the_workspace(project: Project) -> None:
    project.run("dvc", "exp", "run", "--queue", "--set-param", "evaluate.threshold=0.3,0.4")
    project.run("dvc", "queue", "start", "--jobs", "2")
    wait_for_queue(project)
    thresholds = {row["evaluate.threshold"] for row in table(project) if row["Experiment"]}
    assert thresholds == {"0.3", "0.4"}
    assert project.run("git", "status", "--porcelain") == ""


def wait_for_queue(project: Project) -> None:
    deadline = time.monotonic() + 120
    while "Running" in (status := project.run("dvc", "queue", "status")) or "Queued" in status:
        assert time.monotonic() < deadline, status
        time.sleep(1)
    assert "Failed" not in status


def test_an_experiment_records_and_runs_the_code_of_its_own_checkout(project: Project) -> None:
    script = project.root / "stages/evaluate.py"
    original = script.read_text()
    changed = original.replace('return f"', 'return f"changed code: ')
    script.write_text(changed)
    output = project.run("dvc", "exp", "run", "--temp")
    script.write_text(original)
    assert executed(output) == ["evaluate"]  # its outputs are the same, so nothing after it runs
    assert "evaluate: changed code: " in output


@pytest.mark.parametrize("written", ["evaluate.threshold={fpr: 0.05}", "+evaluate.threshold.fpr=0.1"])
def test_a_false_alarm_rate_is_set_on_the_command_line(project: Project, written: str) -> None:
    output = project.run("dvc", "exp", "run", "--temp", "--set-param", written)
    assert executed(output)[:2] == ["check", "evaluate"]
    assert "evaluate.threshold.fpr is 0." in output  # few pictures: the line of the stage says so


def test_slices_are_asked_for_on_the_command_line(project: Project) -> None:
    output = project.fails("dvc", "exp", "run", "--temp", "--set-param", "evaluate.slices=[skin tone,age]")
    assert "check: params.yaml: evaluate.slices names 'skin tone', which is no column of " in output


def test_metrics_and_plots_differ_between_experiments(project: Project) -> None:
    project.run("dvc", "exp", "run", "--name", "longer", "--set-param", "+train_crop.epochs=4")
    diff = project.run("dvc", "metrics", "diff", "--md", "HEAD")
    assert "metrics/crop.json" in diff
    assert "metrics/full.json" not in diff
    project.run("dvc", "plots", "diff", "HEAD", "--out", "diff")
    assert (project.root / "diff/index.html").exists()
