"""Procedural people, their portraits and their fakes; the same seed draws the same bytes."""
