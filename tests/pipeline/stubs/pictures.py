"""Stands in for facevalue.learning.pictures, which brings torch and timm."""

from facevalue.images import read as read_written

__all__ = ["read_written"]
