"""What all tests share."""

import os

import pytest
from hypothesis import settings

from facevalue.common.cache import PLACE
from facevalue.common.parallel import meet_nearby

# The same examples in every run, and no deadline: a busy machine is no defect.
settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile("seeded")
meet_nearby()
os.environ[PLACE] = "none"  # no test finds what another computed, or the user, but those of the cache


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the long ones first, so that the processes end together, and what no fork survives last."""
    items.sort(key=lambda item: ("javascript" in item.keywords, "pipeline" not in item.keywords))
