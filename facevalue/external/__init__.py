"""A test set from elsewhere, and what the methods are worth on it."""
