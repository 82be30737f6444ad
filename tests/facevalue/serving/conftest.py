"""Tiny trained networks behind the page, the face detector alone a stand-in."""

from pathlib import Path

import pytest

from tests.served import served_project
from tests.tiny_networks import one_thread, outside_any_repository

__all__ = ["one_thread", "outside_any_repository"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return served_project(tmp_path, monkeypatch)
