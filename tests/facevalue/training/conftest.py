"""Tiny pictures and networks."""

from pathlib import Path

import pytest

from tests.tiny_networks import one_thread, outside_any_repository, root, settings, table

__all__ = ["one_thread", "outside_any_repository", "root", "settings", "table"]


@pytest.fixture(autouse=True)
def this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that are started elsewhere import its code; the one that others start from has it beforehand."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
