"""What frames and names have in common: folders that say nothing, and the name of an item."""

import re

from facevalue.sources.tree import medium

HOLDERS = frozenset({"frames", "videos", "images", "faces", "crops", "imgs", "pictures"})
"""Folders that say what lies in them, not whose it is."""
ACTORS = re.compile(r"(\d\d)(?:_(\d\d))?__[a-z].*", re.I)
"""A video of Google's DeepFakeDetection, `01__walking` or `01_02__walking__KEY`: who is on it, whose face it wears."""


def is_picture(item: str) -> bool:
    """Whether an item is a single picture, and no video or folder of frames."""
    return medium(item) == "picture"


def stem_of(item: str) -> str:
    """The name of a picture, of a video's file, or of a folder of frames."""
    name = item.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] if medium(name) else name
