"""A throw-away project: this checkout's pipeline on a few small pictures, in a git repository of its own."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TRACKED = (
    *("dvc.yaml", "params.yaml", "requirements.txt", ".dvcignore", ".gitignore", ".dvc/config", ".dvc/plots"),
    *("stages", "facevalue", "demo"),
)
AFTER_EVALUATE = ("explain", "report")
AFTER_TRAINING = ("robustness", "evaluate", *AFTER_EVALUATE)
UNSEEN = ("unseen_full", "unseen_crop", "unseen")
CONTROL = ("squares", "control_crop", "control")
AFTER_SAMPLE = ("crop", "split", "audit", "train_full", "train_crop", *UNSEEN, *CONTROL, *AFTER_TRAINING)
STUBS = {
    "cropping/detectors.py": "detectors.py",
    "training/fit.py": "training.py",
    "predicting/predictor.py": "predicting.py",
    "explaining/gradcam.py": "gradcam.py",
}
TINY = {
    "sample": {"size": 24},
    "crop": {"detect_side": 128, "min_confidence": 0.5},
    "split": {"repeats": 1},
    "train": {"backbone": "test_resnet", "pretrained": False, "image_size": 32, "epochs": 2, "batch_size": 8},
    "evaluate": {"perturbations": {"jpeg": [30], "blur": [2], "resize": [], "noise": [20], "chain": [3]}},
}


@dataclass(frozen=True)
class Project:
    """A checkout and the commands that a user types in it."""

    root: Path

    def run(self, *command: str) -> str:
        """Run a command; its output, once it has ended well."""
        code, output = self.ended(*command)
        assert code == 0, f"{command} ended with {code}:\n{output}"
        return output

    def fails(self, *command: str) -> str:
        """Run a command that ends with an error; its output."""
        code, output = self.ended(*command)
        assert code != 0, f"{command} ended well:\n{output}"
        return output

    def ended(self, *command: str) -> tuple[int, str]:
        """Run a command as from an activated environment; its exit code and its output."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "COLUMNS": "80"}
        env.pop("PYTHONPATH", None)
        done = subprocess.run(command, cwd=self.root, env=env, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def repro(self) -> list[str]:
        """`dvc repro`, and the stages that it executed."""
        return executed(self.run("dvc", "repro"))

    def set(self, **sections: object) -> None:
        """Change parameters in params.yaml: `source`, or some keys of a section."""
        file = self.root / "params.yaml"
        content = yaml.safe_load(file.read_text())
        for section, values in sections.items():
            content[section] = {**content.get(section, {}), **values} if isinstance(values, dict) else values
        file.write_text(yaml.safe_dump(content))

    def commit(self) -> None:
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--allow-empty", "--message", "state")

    def files(self) -> dict[str, bytes]:
        """Every file that a stage has written, but those of DVC."""
        folders = (self.root / name for name in ("data", "models", "plots", "metrics"))
        found = (file for folder in folders for file in folder.rglob("*") if file.is_file())
        ours = (file for file in found if file.name != ".gitignore")
        return {file.relative_to(self.root).as_posix(): file.read_bytes() for file in ours}

    def outputs(self) -> dict[str, str]:
        """The hash of every output in dvc.lock."""
        lock = yaml.safe_load((self.root / "dvc.lock").read_text())
        return {out["path"]: out["md5"] for stage in lock["stages"].values() for out in stage["outs"]}


def executed(output: str) -> list[str]:
    """The names of the stages that DVC says it ran."""
    running = [line for line in output.splitlines() if line.startswith("Running stage ")]
    return [line.split("'")[1].split(":")[-1] for line in running]


def make_project(root: Path) -> Project:
    """A project with tiny pictures and networks, not yet run."""
    root.mkdir()
    project = Project(root)
    project.run("git", "init", "--quiet")
    for key, value in (("user.name", "Test"), ("user.email", "test@example.com"), ("gc.auto", "0")):
        project.run("git", "config", key, value)
    project.run("dvc", "init", "--quiet")
    for entry in TRACKED:
        if (ROOT / entry).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "pictures", "dvc.lock")
            shutil.copytree(ROOT / entry, root / entry, ignore=ignored, dirs_exist_ok=True)
        else:
            shutil.copy(ROOT / entry, root / entry)
    (root / "demo/params.yaml").write_text(yaml.safe_dump({"pictures": 48, "side": 128, "seed": 1}))
    project.set(**TINY)
    project.commit()
    return project


def use_stubs(project: Project) -> None:
    """Put stand-ins where faces are found, networks are trained and asked, and charts are drawn."""
    stubs = Path(__file__).parent / "stubs"
    for module, stub in STUBS.items():
        shutil.copy(stubs / stub, project.root / "facevalue" / module)
    shutil.copy(stubs / "vl_convert.py", project.root)  # found before the installed one
    project.commit()


def usable(project: Project) -> Project:
    """With what `make` needs: the packages are those that the tests run with."""
    for name in ("Makefile", "requirements.txt", "requirements-cpu.txt"):
        shutil.copy2(ROOT / name, project.root)  # with its time: nothing is to be installed
    (project.root / ".venv").symlink_to(sys.prefix)
    return project


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that has run, with stand-ins for all that needs torch: the wiring alone takes seconds.

    The stages, their parameters, their files and DVC are the real ones.
    """
    project = make_project(tmp_path_factory.mktemp("finished") / "project")
    use_stubs(project)
    assert set(project.repro()) == {"check", "demo", "sample", *AFTER_SAMPLE}
    project.commit()
    return project


@pytest.fixture(scope="module")
def project(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A module's own copy of it."""
    return Project(shutil.copytree(finished.root, tmp_path_factory.mktemp("copy") / "project", symlinks=True))


@pytest.fixture
def untouched(finished: Project, tmp_path: Path) -> Project:
    """A test's own copy of it."""
    return Project(shutil.copytree(finished.root, tmp_path / "project", symlinks=True))
