"""Tiny pictures and networks."""

from tests.tiny_networks import one_thread, outside_any_repository, root, settings, table

__all__ = ["one_thread", "outside_any_repository", "root", "settings", "table"]
