"""Every command's help has examples that it understands; shells complete it; the version is the same everywhere."""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from facevalue import __main__ as command_line

ROOT = Path(__file__).parents[2]
PARSER = command_line.command_line()
COMMANDS: dict[str, argparse.ArgumentParser] = next(
    action.choices for action in PARSER._actions if isinstance(action, argparse._SubParsersAction)
)
WIDTH = "80"


@pytest.mark.parametrize("command", COMMANDS)
def test_its_help_shows_examples_that_it_understands(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", WIDTH)
    with pytest.raises(SystemExit, match="0"):
        command_line.main([command, "--help"])
    text, _, after = capsys.readouterr().out.partition("\nexamples:\n")
    examples = after.splitlines()
    assert examples, "give its module EXAMPLES"
    assert max(map(len, text.splitlines())) <= int(WIDTH)
    for line in examples:
        found = re.search(r"python -m facevalue ([^|>)]+)", line)
        assert found, line
        assert PARSER.parse_args(shlex.split(found[1])).command == command


def test_the_help_of_the_whole_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command_line.main(["--help"])
    out = capsys.readouterr().out
    assert {"predict", "catalogue", "check", "completion"} <= set(COMMANDS)
    assert [name for name in COMMANDS if not re.search(rf"^ +{name}\b", out, re.MULTILINE)] == []


def typed(*words: str, folder: Path = ROOT) -> list[str]:
    """What bash offers for the last word of a line."""
    script = (
        'eval "$(python -m facevalue completion bash)"\n'
        'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))\n'
        '_shtab_facevalue facevalue "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    command = ["bash", "--noprofile", "--norc", "-c", script, "bash", *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")


@needs_bash
def test_bash_completes_commands_options_choices_and_files(tmp_path: Path) -> None:
    assert set(typed("facevalue", "")) >= set(COMMANDS)
    assert typed("facevalue", "pre") == ["predict"]
    assert typed("facevalue", "predict", "--thr") == ["--threshold"]
    assert "ff++" in typed("facevalue", "catalogue", "--layout", "ff")
    (tmp_path / "holiday.jpg").touch()
    assert typed("facevalue", "predict", "hol", folder=tmp_path) == ["holiday.jpg"]


@needs_bash
def test_in_the_shell_its_name_runs_it() -> None:
    script = 'eval "$(python -m facevalue completion bash)"; facevalue --version'
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path}
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert done.stdout == f"facevalue {version()}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_given_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["completion", shell]) == 0
    text = capsys.readouterr().out
    assert "python -m facevalue" in text
    assert all(name in text for name in COMMANDS)
    assert shell == "bash" or "make a shell complete these commands" in text
    if path := shutil.which(shell):
        syntax = [path, "--no-execute"] if shell == "fish" else [path, "-n"]
        assert subprocess.run(syntax, input=text, text=True, check=False).returncode == 0


def version() -> str:
    told: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    return told


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command_line.main(["--version"])
    assert capsys.readouterr().out == f"facevalue {version()}\n"


def test_the_changelog_begins_with_the_version_and_who_cites_names_it() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == version()
    assert len(set(headings)) == len(headings) > 1
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert cited["version"] == version()
    assert cited["license"] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license"]


def test_the_citation_has_the_form_of_1_2_0() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    known = {"cff-version", "message", "type", "title", "abstract", "authors", "keywords", "license", "version"}
    assert set(cited) == known
    assert (cited["cff-version"], cited["type"]) == ("1.2.0", "software")
    assert all(isinstance(text, str) and text for text in (cited["message"], cited["title"], cited["abstract"]))
    assert [set(author) for author in cited["authors"]] == [{"name"}]  # an entity
    assert len(set(cited["keywords"])) == len(cited["keywords"])
