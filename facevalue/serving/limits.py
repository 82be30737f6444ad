"""What the page takes on, and what it refuses in words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much at a time.

    Attributes:
        upload: bytes of one file.
        files: that one drop may hold.
        at_once: files that one page sends at a time.
        waiting: uploads that wait while one is examined; a further one is refused.
        seconds: that one upload may take to arrive.
        frames: that are looked at of a video, evenly spaced.
    """

    upload: int = 100_000_000
    files: int = 200
    at_once: int = 2
    waiting: int = 8
    seconds: float = 120
    frames: int = 6


class RefusedError(Exception):
    """An answer that is none: its status in HTTP, and why in words."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
