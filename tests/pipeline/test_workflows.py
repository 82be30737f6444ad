"""The workflows: what they may do, and a dry run of the shell in them, with stand-ins for `make` and `cml`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from tests.pipeline.conftest import ROOT, Project

pytestmark = pytest.mark.pipeline

WORKFLOWS = {file.stem: yaml.safe_load(file.read_text()) for file in (ROOT / ".github/workflows").glob("*.yml")}
STEPS = [step for flow in WORKFLOWS.values() for job in flow["jobs"].values() for step in job["steps"]]
MAKE = '#!/bin/sh\necho make "$@" >> commands\n'
# What `cml comment update` does with its file: it sends that, and every picture that it shows.
CML = """#!/bin/sh
set -eu
echo cml "$@" >> commands
test -n "$REPO_TOKEN"
for file in "$@"; do :; done
cat "$file" > comment.md
cd "$(dirname "$file")"
for picture in $(sed -n 's/^!\\[.*\\](\\(.*\\))$/\\1/p' report.md); do test -s "$picture"; done
"""


def jobs() -> dict[str, dict[str, Any]]:
    return {f"{flow}/{name}": job for flow, content in WORKFLOWS.items() for name, job in content["jobs"].items()}


def test_a_request_never_runs_with_what_a_push_may_do() -> None:
    for content in WORKFLOWS.values():
        triggers = content[True]  # YAML 1.1 reads `on` as true
        assert set(triggers) <= {"push", "pull_request"}  # not pull_request_target, not workflow_run
        assert "permissions" in content
    writing = {name for name, job in jobs().items() if "write" in (job.get("permissions") or {}).values()}
    assert writing == {"report/comment"}
    secrets = {name for name, job in jobs().items() if "secrets." in yaml.safe_dump(job)}
    assert secrets == {"report/comment"}


def test_the_job_that_may_write_runs_no_code_of_a_request() -> None:
    job = jobs()["report/comment"]
    assert "head.repo.full_name == github.repository" in job["if"]
    (checkout,) = (step for step in job["steps"] if "checkout" in step.get("uses", ""))
    assert "base.sha" in checkout["with"]["ref"]
    assert [step["run"].split()[0] for step in job["steps"] if "run" in step] == ["cml"]


def test_no_request_writes_into_a_shell_and_no_token_stays_behind() -> None:
    assert [step["run"] for step in STEPS if "${{" in step.get("run", "")] == []
    for step in jobs()["report/run"]["steps"] + jobs()["report/comment"]["steps"]:
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_actions_are_pinned() -> None:
    used = {step["uses"] for name, job in jobs().items() if name.startswith("report/") for step in job["steps"]
            if "uses" in step}  # fmt: skip
    assert len(used) >= 6
    for each in used:
        action, _, version = each.partition("@")
        exact = r"[0-9a-f]{40}" if action.startswith("actions/") else r"v\d+\.\d+\.\d+"
        assert re.fullmatch(exact, version), each


def test_a_dry_run_comments_the_verdict_the_changes_and_the_charts(untouched: Project) -> None:
    root = untouched.root
    shutil.copytree(ROOT / ".github", root / ".github")
    (root / "vl_convert.py").unlink()  # the real one draws
    untouched.commit()
    untouched.set(evaluate={"threshold": 0.9})
    untouched.run("dvc", "repro", "evaluate")
    untouched.commit()
    tools = root.parent / "tools"
    tools.mkdir()
    for name, text in (("make", MAKE), ("cml", CML)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    (root / ".venv/bin").mkdir(parents=True)
    dry_run(root, tools, "run")
    dry_run(root, tools, "comment")

    assert (root / "commands").read_text().splitlines() == [
        "make TORCH=cpu",
        "cml comment update --target pr/7 report/report.md",
    ]
    comment, summary = (root / "comment.md").read_text(), (root / "summary").read_text()
    verdict = untouched.run(
        "python", "-c", 'import json; print(json.load(open("metrics/comparison.json"))["verdict"]["sentence"])'
    )
    for said in (comment, summary):
        assert verdict in said
        assert re.search(r"\| metrics/crop\.json +\| threshold +\| 0\.5 +\| 0\.9 ", said)
    assert summary == comment[: len(summary)]
    charts = re.findall(r"^!\[(.+)\]\((.+)\)$", comment, re.MULTILINE)
    assert [name for name, _ in charts] == [
        "AUC of each training",
        "Probability of fake, whole picture against face",
    ]
    for _, file in charts:
        with Image.open(root / "report" / file) as chart:
            assert chart.format == "PNG"
            assert len(set(chart.convert("L").resize((64, 64)).tobytes())) > 8  # something is drawn


def dry_run(root: Path, tools: Path, job: str) -> None:
    """Every `run:` of a job of the report, as a runner starts it."""
    path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
    given = {"GITHUB_STEP_SUMMARY": str(root / "summary"), "REPO_TOKEN": "token", "NUMBER": "7"}
    for step in jobs()[f"report/{job}"]["steps"]:
        if "run" in step:
            named = {name: given[name] for name in step.get("env", {})}
            env = {**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": given["GITHUB_STEP_SUMMARY"], **named}
            env.pop("PYTHONPATH", None)
            command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
            done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
