"""Figures from numbers and pictures that others computed."""
