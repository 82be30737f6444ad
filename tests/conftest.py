"""What all tests share."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the long ones first, so that the processes end together."""
    items.sort(key=lambda item: "pipeline" not in item.keywords)
