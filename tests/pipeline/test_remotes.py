"""DVC's own ways in and out: a remote that is shared, and pictures that come by path, `dvc add` or `dvc import-url`."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pipeline.conftest import Project, executed
from tests.pipeline.webdav import PASSWORD, USER, serving

pytestmark = pytest.mark.pipeline
CREDENTIALS = Path(".dvc/config.local")  # git does not track it


@dataclass(frozen=True)
class Lab:
    """A project that has been pushed to a server, and the folder that this one serves."""

    project: Project
    folder: Path

    def clone(self, root: Path) -> Project:
        """The project on a colleague's machine, who knows the password; nothing is fetched yet."""
        self.project.run("git", "clone", "--quiet", str(self.project.root), str(root))
        shutil.copy(self.project.root / CREDENTIALS, root / CREDENTIALS)
        return Project(root)


@pytest.fixture(scope="module")
def lab(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("served")
    project = copied(finished, tmp_path_factory.mktemp("lab") / "project")
    with serving(folder) as url:
        connect(project, url)
        project.run("dvc", "push")
        project.commit()
        yield Lab(project, folder)


def copied(finished: Project, root: Path) -> Project:
    return Project(shutil.copytree(finished.root, root, symlinks=True))


def connect(project: Project, url: str) -> None:
    project.run("dvc", "remote", "add", "--default", "lab", url)
    project.run("dvc", "remote", "modify", "--local", "lab", "user", USER)
    project.run("dvc", "remote", "modify", "--local", "lab", "password", PASSWORD)


@pytest.fixture
def clone(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Another machine's: neither the cache nor what DVC remembers between runs is shared."""
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "site"))
    return lab.clone(tmp_path / "clone")


@pytest.fixture
def project(finished: Project, tmp_path: Path) -> Project:
    """A copy for each test, its cache empty."""
    project = copied(finished, tmp_path / "project")
    shutil.rmtree(project.root / ".dvc/cache")
    return project


@pytest.fixture
def pictures(finished: Project, tmp_path: Path) -> Path:
    """48 pictures outside every repository, in real/ and fake/KIND/."""
    demo = finished.root / "demo/pictures"
    return shutil.copytree(demo, tmp_path / "pictures", ignore=shutil.ignore_patterns("catalogue.csv"))


def hashes(folder: Path) -> set[str]:
    return {hashlib.md5(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def cached(project: Project) -> set[str]:
    """The hashes of all files in the cache, without the lists that stand for folders."""
    objects = (project.root / ".dvc/cache/files/md5").glob("??/*")
    return {path.parent.name + path.name for path in objects if path.suffix != ".dir"}


def sample(project: Project, *options: str) -> list[str]:
    """The stages that ran up to it, but for the check that every change of parameters runs."""
    return [stage for stage in executed(project.run("dvc", "repro", *options, "sample")) if stage != "check"]


def test_a_clone_pulls_and_has_nothing_to_do(lab: Lab, clone: Project) -> None:
    assert not (clone.root / "data/sampled").exists()
    clone.run("dvc", "pull")
    output = clone.run("dvc", "repro")
    assert executed(output) == []
    assert "up to date" in output
    assert clone.run("git", "status", "--porcelain") == ""
    for folder in ("data", "demo/pictures", "models"):
        assert hashes(clone.root / folder) == hashes(lab.project.root / folder)


def test_a_clone_fetches_what_a_change_needs(clone: Project) -> None:
    clone.set(split={"seed": 1})
    output = clone.run("dvc", "repro", "--pull", "--allow-missing", "split")
    assert executed(output) == ["check", "split"]
    assert (clone.root / "data/sampled").exists()
    assert not (clone.root / "demo/pictures").exists()


def test_a_clone_that_has_not_pulled_runs_again_to_the_same_end(lab: Lab, clone: Project) -> None:
    assert sample(clone) == ["demo", "sample"]
    assert hashes(clone.root / "data/sampled") == hashes(lab.project.root / "data/sampled")


def test_one_output_comes_without_the_project(lab: Lab, tmp_path: Path) -> None:
    anywhere = Project(tmp_path)
    login = (f"user={USER}", f"password={PASSWORD}")
    anywhere.run("dvc", "get", lab.project.root.as_uri(), "models/crop", "--remote-config", *login)
    assert hashes(tmp_path / "crop") == hashes(lab.project.root / "models/crop")


def test_of_an_absolute_path_only_the_sample_is_copied(project: Project, pictures: Path) -> None:
    project.set(source=str(pictures))
    assert sample(project) == ["sample"]
    sampled = hashes(project.root / "data/sampled")
    outs = ("data/checked", "data/left_out.csv", "data/further.csv")
    beside = {hashlib.md5((project.root / name).read_bytes()).hexdigest() for name in outs}
    assert cached(project) - beside == sampled
    assert len(hashes(pictures) & sampled) == 24


def test_added_pictures_are_kept_and_watched(project: Project, pictures: Path) -> None:
    mine = shutil.copytree(pictures, project.root / "data/mine")
    project.run("dvc", "add", "data/mine")
    project.set(source="data/mine")
    project.commit()
    assert sample(project) == ["sample"]
    assert cached(project) >= hashes(pictures)
    shutil.copy(mine / "real/01.jpg", mine / "real/00.jpg")
    assert sample(project) == ["sample"]
    assert "data/mine.dvc" in project.run("git", "status", "--porcelain")


def test_pictures_are_imported_from_a_folder(project: Project, pictures: Path) -> None:
    project.run("dvc", "import-url", str(pictures), "data/theirs")
    assert hashes(project.root / "data/theirs") == hashes(pictures) == cached(project)


def test_pictures_are_imported_from_a_remote_and_follow_it_when_told(lab: Lab, clone: Project, pictures: Path) -> None:
    theirs = shutil.copytree(pictures, lab.folder / "pictures")
    clone.run("dvc", "import-url", "remote://lab/pictures", "data/theirs")
    clone.set(source="data/theirs")
    assert sample(clone) == ["sample"]
    shutil.copy(theirs / "real/01.jpg", theirs / "real/new.jpg")
    assert sample(clone) == []
    clone.run("dvc", "update", "data/theirs.dvc")
    assert sample(clone, "--dry") == ["sample"]
    assert hashes(clone.root / "data/theirs") == hashes(theirs)


def test_hard_links_hold_each_picture_once(project: Project, pictures: Path) -> None:
    mine = shutil.copytree(pictures, project.root / "data/mine")
    project.run("dvc", "config", "cache.type", "hardlink")
    project.run("dvc", "add", "data/mine")
    project.set(source="data/mine")
    assert sample(project) == ["sample"]
    for picture in (mine / "real/00.jpg", *(project.root / "data/sampled").rglob("*.jpg")):
        digest = hashlib.md5(picture.read_bytes()).hexdigest()
        assert picture.samefile(project.root / ".dvc/cache/files/md5" / digest[:2] / digest[2:])
        assert not picture.is_symlink()
        assert picture.stat().st_mode & 0o222 == 0  # a change would change the cache


def test_symbolic_links_into_the_cache_are_read(project: Project, pictures: Path) -> None:
    mine = shutil.copytree(pictures, project.root / "data/mine")
    project.run("dvc", "config", "cache.type", "symlink")
    project.run("dvc", "add", "data/mine")
    project.set(source="data/mine")
    assert sample(project) == ["sample"]
    for picture in (mine / "real/00.jpg", *(project.root / "data/sampled").rglob("*.jpg")):
        assert picture.readlink().is_relative_to(project.root / ".dvc/cache/files/md5")


def test_a_registered_version_of_the_networks_comes_by_its_name(untouched: Project, tmp_path: Path) -> None:
    first = hashes(untouched.root / "models/crop")
    untouched.run("dvc", "remote", "add", "--default", "lab", str(tmp_path / "remote"))
    untouched.run("dvc", "push")
    untouched.commit()
    untouched.run("gto", "register", "crop", "--version", "v1.0.0")
    untouched.run("gto", "assign", "crop", "--version", "v1.0.0", "--stage", "prod")
    untouched.set(train={"seed": 1})
    untouched.run("dvc", "repro", "train_crop")
    second = hashes(untouched.root / "models/crop")
    untouched.run("dvc", "push")
    untouched.commit()
    untouched.run("gto", "register", "crop", "--version", "v1.1.0")
    (tmp_path / "anywhere").mkdir()
    anywhere, place = Project(tmp_path / "anywhere"), untouched.root.as_uri()
    anywhere.run("dvc", "artifacts", "get", place, "crop")
    anywhere.run("dvc", "artifacts", "get", place, "crop", "--rev", "v1.0.0", "-o", "older")
    anywhere.run("dvc", "artifacts", "get", place, "crop", "--stage", "prod", "-o", "used")
    assert first != second
    assert [hashes(anywhere.root / name) for name in ("crop", "older", "used")] == [second, first, first]
    assert "v1.1.0" in untouched.run("gto", "show")
