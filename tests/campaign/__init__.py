"""Faults and hostile input, outside the default suite: `make campaign` tries them all and counts what held."""
