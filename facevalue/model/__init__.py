"""A network: the pictures that it takes, their way to its input, and how it lies on disk."""
