"""What a sampled picture is called: names of our own, since strangers' may be long, or alike but for their case."""

import hashlib
import re
from pathlib import PurePosixPath

_READABLE = 24  # characters of the picture's name that stay, for whoever looks into the folder
_DIGITS = 16  # of the digest: among a million pictures two share one with a chance of 1 in 10^7
_OTHERS = re.compile(r"[^a-z0-9]+")


def own_name(label: str, source: str) -> str:
    """`fake/033-097-` and a digest of where it lies in the source; without an ending, short, and told by that alone.

    Args:
        label: names the folder.
        source: the path of a picture or video in the source.
    """
    readable = _OTHERS.sub("-", PurePosixPath(source).stem.casefold())[:_READABLE].strip("-")
    digest = hashlib.sha256(source.encode()).hexdigest()[:_DIGITS]
    return f"{label}/{readable}-{digest}" if readable else f"{label}/{digest}"


def ending(source: str) -> str:
    """The ending of a picture's name, in lower case."""
    return PurePosixPath(source).suffix.lower()
