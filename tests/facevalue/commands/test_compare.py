"""`python -m facevalue compare` on experiments of the real dvc, whose one stage writes scores."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[3]
STAGE = """
stages:
  split:
    cmd: python scores.py
    params: [split, better]
    deps: [scores.py]
    outs: [plots/evaluate]
"""
SCRIPT = """
import csv, pathlib, random, yaml
better = yaml.safe_load(open("params.yaml"))["better"]
pathlib.Path("plots/evaluate").mkdir(parents=True)
chance = random.Random(0)
with open("plots/evaluate/scores.csv", "w") as file:
    table = csv.writer(file)
    table.writerow(["picture", "label", "group", "full", "crop", "ensemble"])
    for number in range(60):
        fake, own, other = number % 2, chance.random(), chance.random()
        facts = [f"{number:02}", "fake" if fake else "real", f"g{number // 2}"]
        table.writerow([*facts, own, (other + better * fake) / (1 + better), own])
"""


@dataclass(frozen=True)
class Project:
    """A repository of git and DVC, whose workspace was run once and committed."""

    root: Path

    def run(self, *command: str) -> str:
        done = self.ended(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ended(self, *command: str) -> subprocess.CompletedProcess[str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "DVC_NO_ANALYTICS": "1"}
        return subprocess.run(command, cwd=self.root, env=env, capture_output=True, text=True, check=False)

    def compare(self, *arguments: str) -> list[str]:
        return self.run(sys.executable, "-m", "facevalue", "compare", *arguments).splitlines()

    def refused(self, *arguments: str) -> str:
        """What is said of a comparison that cannot be made: a line."""
        done = self.ended(sys.executable, "-m", "facevalue", "compare", *arguments)
        assert done.returncode == 1, done.stderr
        assert done.stdout == ""
        (line,) = done.stderr.splitlines()
        return line


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """With an experiment, `far`, whose crop is better, and two commits without scores, `bare` and `empty`."""
    found = Project(tmp_path_factory.mktemp("project"))
    found.run("git", "init", "--quiet")
    for key, value in (("user.name", "a"), ("user.email", "a@b.c")):
        found.run("git", "config", key, value)
    found.run("git", "commit", "--quiet", "--allow-empty", "--message", "bare")
    found.run("git", "tag", "bare")
    found.run("dvc", "init", "--quiet")
    found.run("git", "commit", "--quiet", "--message", "empty")
    found.run("git", "tag", "empty")
    for name, content in (
        ("dvc.yaml", STAGE),
        ("scores.py", SCRIPT),
        ("params.yaml", "better: 0.1\nsplit: {folds: 1}\n"),
    ):
        (found.root / name).write_text(content)
    found.run("dvc", "repro", "--quiet")
    found.run("git", "add", "--all")
    found.run("git", "commit", "--quiet", "--message", "run")
    found.run("dvc", "exp", "run", "--temp", "--name", "far", "-S", "better=2")
    return found


def test_an_experiment_against_the_workspace(project: Project) -> None:
    counts, full, crop, ensemble = project.compare("workspace", "far")
    assert counts == "60 pictures were tested by both, 0 by workspace alone and 0 by far alone."
    for said in (full, ensemble):
        assert said.partition(": ")[2].startswith("the same: both give each of 60 pictures the same scores, AUC 0.")
    assert crop.startswith("crop: far is better: AUC ")
    assert "(workspace) on 60 test pictures in 30 groups, difference +" in crop
    assert "for these two networks alone" in crop


def test_with_itself(project: Project) -> None:
    for name in ("HEAD", "workspace"):
        counts, *said = project.compare(name, name)
        assert counts == f"60 pictures were tested by both, 0 by {name} alone and 0 by {name} alone."
        assert [line.split(": ")[1] for line in said] == ["the same"] * 3


def test_what_is_not_there(project: Project) -> None:
    assert project.refused("", "workspace") == (
        "compare: an experiment has no name; write workspace, or the name of one."
    )
    assert project.refused("nowhere", "workspace") == (
        "compare: 'nowhere' is no experiment, commit, branch or tag here; dvc exp list --all shows the experiments."
    )
    for name in ("bare", "empty"):
        reason = "evaluate had not run there, or wrote none in that version"
        assert project.refused(name, "workspace") == f"compare: '{name}' has no plots/evaluate/scores.csv: {reason}."
    scores = project.root / "plots/evaluate/scores.csv"
    kept = scores.read_bytes()
    scores.unlink()
    assert project.refused("workspace", "workspace") == (
        "compare: the workspace has no plots/evaluate/scores.csv; run dvc repro or dvc pull, in the project's root."
    )
    scores.write_bytes(kept)


def test_what_is_not_on_this_machine(project: Project) -> None:
    cache = project.root / ".dvc/cache"
    cache.rename(project.root / "away")
    try:
        assert project.refused("far", "workspace") == (
            "compare: plots/evaluate/scores.csv of 'far' is not on this machine; dvc push where it was run, and dvc "
            "pull here, bring it."
        )
    finally:
        (project.root / "away").rename(cache)
