"""Everything that a run found, on one page."""
