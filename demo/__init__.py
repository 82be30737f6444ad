"""The embedded default data set: procedural people, real and fake."""
