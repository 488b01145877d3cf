"""Spool: the bytes of one upload, on their way into a file without a name, so that none are held in memory.

Nothing is left of an upload that ends in the middle, nor of a process that dies: the file has no name.
"""

import asyncio
import hashlib
import logging
import tempfile
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import IO, Self

from mci_router.attachments.types import HEAD
from mci_router.errors import AttachmentStoreUnavailable, AttachmentTooLarge

log = logging.getLogger(__name__)

PIECE = 262_144  # bytes: written at once, by a thread


class Spool:
    """The bytes of one upload. A context manager: the file goes with it."""

    def __init__(self, most: int) -> None:
        """Takes the most bytes that the upload may have. Raises AttachmentStoreUnavailable: there is no room for it."""
        with _no_room_told():
            self.file: IO[bytes] = tempfile.TemporaryFile(prefix="mci-upload-")  # noqa: SIM115 — closed by __exit__
        self.bytes = 0
        self.head = b""
        self._most = most
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError):  # what could not be written is tried once more
            self.file.close()

    @property
    def sha256(self) -> str:
        """The hash of all that came, in hex."""
        return self._digest.hexdigest()

    async def fill(self, pieces: AsyncIterable[bytes]) -> None:
        """Takes the bytes as they come.

        Raises AttachmentTooLarge as soon as they are too many, AttachmentStoreUnavailable once there is no room.
        """
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
        self.file.seek(0)

    def _write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self.head += piece[: HEAD - len(self.head)]
        with _no_room_told():
            self.file.write(piece)
            self.file.flush()


@contextmanager
def _no_room_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.warning("an upload found no room in the folder of temporary files: %s", error.strerror)
        raise AttachmentStoreUnavailable from None


def too_large(most: int) -> str:
    """Returns what is said of a file that is too large."""
    return f"The file has more than {most:,} bytes (MCI_ATTACHMENT_MOST_BYTES). Send a smaller one, or a link to it."
