"""What the campaign shares: a count of what was tried and what held, and projects to try it on."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.conftest import Project, make_project
from tests.pipeline.conftest import finished as finished
from tests.pipeline.conftest import project as project
from tests.pipeline.conftest import untouched as untouched

_TALLIES: list["Tally"] = []


@dataclass
class Tally:
    """Cases of one kind; one that does not hold is noted, and the next is tried."""

    name: str
    held: int = 0
    broke: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """How many were tried."""
        return self.held + len(self.broke)

    @contextmanager
    def tried(self, case: str) -> Iterator[None]:
        """Count a case; whatever is raised, it did not hold."""
        try:
            yield
        except Exception as error:  # counted, and told by `check`
            self.broke[case] = f"{type(error).__name__}: {error}"
        else:
            self.held += 1

    def check(self) -> None:
        """Fail the test if one did not hold, and name each."""
        assert not self.broke, "\n".join(f"{case!r}: {why}" for case, why in self.broke.items())


@pytest.fixture
def tally() -> Callable[[str], Tally]:
    """Begin a count."""

    def begin(name: str) -> Tally:
        _TALLIES.append(Tally(name))
        return _TALLIES[-1]

    return begin


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with real networks, tiny ones, that has run without a fault."""
    project = make_project(tmp_path_factory.mktemp("whole") / "project")
    project.set(split={"repeats": 2})
    project.run("dvc", "repro")
    project.commit()
    return project


@pytest.fixture
def copied(whole: Project, tmp_path: Path) -> Project:
    """A test's own copy of it."""
    return Project(shutil.copytree(whole.root, tmp_path / "project", symlinks=True))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process beside others hands its counts over."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tallies"] = [(each.name, each.held, each.broke) for each in _TALLIES]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """And the one that waits for them takes them."""
    _TALLIES.extend(Tally(*each) for each in getattr(node, "workeroutput", {}).get("tallies", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The counts, under the tests."""
    if not _TALLIES:
        return
    terminalreporter.section("tried and held")
    tried, held = sum(each.number for each in _TALLIES), sum(each.held for each in _TALLIES)
    for name, number, good in [*((each.name, each.number, each.held) for each in _TALLIES), ("all", tried, held)]:
        terminalreporter.line(f"{name:<30}{number:>6} tried{good:>6} held")
    for each in _TALLIES:
        for case, why in each.broke.items():
            terminalreporter.line(f"not held: {each.name}, {case}: {why}")
