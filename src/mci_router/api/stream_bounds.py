"""Bounds of the streams on which adapters read their messages."""

from collections.abc import Iterator
from contextlib import contextmanager

from mci_router.errors import TooManyStreams


class Streams:
    """The adapters that read through this process; there may be `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0

    def refuse_too_many(self) -> None:
        """Checks that one more adapter may read. Raises TooManyStreams."""
        if self._open >= self._most:
            raise TooManyStreams(f"{self._open} adapters read their messages through this process.")

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Counts a reader for as long as it reads."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
