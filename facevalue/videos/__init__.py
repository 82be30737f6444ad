"""Videos from strangers: the frame on screen at a given time, upright, in RGB, or refused with a reason."""

from facevalue.videos.film import FORMATS, SUFFIXES
from facevalue.videos.picking import Frame, frame_name, frames

__all__ = ["FORMATS", "SUFFIXES", "Frame", "frame_name", "frames"]
