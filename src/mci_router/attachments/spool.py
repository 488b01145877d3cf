"""Spool: the bytes of one upload, on their way into a file without a name, so that none are held in memory.

Nothing is left of an upload that ends in the middle, nor of a process that dies: the file has no name.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterable
from types import TracebackType
from typing import IO, Self

from mci_router.attachments.types import HEAD
from mci_router.errors import AttachmentTooLarge

PIECE = 262_144  # bytes: written at once, by a thread


class Spool:
    """The bytes of one upload. A context manager: the file goes with it."""

    def __init__(self, most: int) -> None:
        """Takes the most bytes that the upload may have."""
        self.file: IO[bytes] = tempfile.TemporaryFile(prefix="mci-upload-")  # noqa: SIM115 — closed by __exit__
        self.bytes = 0
        self.head = b""
        self._most = most
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.file.close()

    @property
    def sha256(self) -> str:
        """The hash of all that came, in hex."""
        return self._digest.hexdigest()

    async def fill(self, pieces: AsyncIterable[bytes]) -> None:
        """Takes the bytes as they come. Raises AttachmentTooLarge as soon as they are too many."""
        waiting = bytearray()
        async for piece in pieces:
            self.bytes += len(piece)
            if self.bytes > self._most:
                raise AttachmentTooLarge(too_large(self._most))
            waiting += piece
            if len(waiting) >= PIECE:
                await asyncio.to_thread(self._write, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(self._write, bytes(waiting))
        await asyncio.to_thread(self.file.flush)
        self.file.seek(0)

    def _write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self.head += piece[: HEAD - len(self.head)]
        self.file.write(piece)


def too_large(most: int) -> str:
    """Returns what is said of a file that is too large."""
    return f"The file has more than {most:,} bytes (MCI_ATTACHMENT_MOST_BYTES). Send a smaller one, or a link to it."
