"""Who is examined next: one at a time, a few waiting, and nobody else."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from facevalue.serving.limits import RefusedError


class Turns:
    """A place is taken before anything of an upload is read, so that waiting costs no memory beyond `waiting` files."""

    def __init__(self, waiting: int) -> None:
        self._most = waiting + 1
        self._inside = 0
        self._desk = asyncio.Semaphore(1)

    @contextmanager
    def place(self) -> Iterator[None]:
        """To be somewhere in the queue.

        Raises:
            RefusedError: it is full.
        """
        if self._inside >= self._most:
            raise RefusedError(503, f"{self._inside} others are waiting already; try again in a moment.")
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """To be the one whose turn it is; those who wait come in the order in which they asked."""
        async with self._desk:
            yield
