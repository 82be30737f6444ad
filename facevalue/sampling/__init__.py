"""A sample of a source: drawn, written down with the facts of its files, its near-duplicates joined."""
