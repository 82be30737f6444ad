"""The pipeline's nodes: one short script each, run by DVC as `python -m stages.NAME` from the project's root."""

from stages.shared import environment as environment
