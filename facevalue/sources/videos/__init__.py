"""Videos from strangers: the frame on screen at a given time, upright, in RGB, or refused with a reason."""

from facevalue.sources.videos.frames import Frame, frames, timed
from facevalue.sources.videos.video_file import FORMATS, SUFFIXES

__all__ = ["FORMATS", "SUFFIXES", "Frame", "frames", "timed"]
