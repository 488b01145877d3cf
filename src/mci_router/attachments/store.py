"""Store: where the bytes of attachments are, in a local folder or in the cloud, by names that say nothing of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mci_router.attachments.opening import READING, WRITING, is_gone, opened, reason
from mci_router.errors import AttachmentStoreUnavailable, NotFound
from mci_router.imports import later

if TYPE_CHECKING:
    import obstore
else:
    obstore = later("obstore")  # the first file needs it

log = logging.getLogger(__name__)

PIECE = 262_144  # bytes read at once
PART = 5_242_880  # bytes: the least that a cloud takes of a large object at a time
FIRST_BYTES_S = 35  # for an object to begin: one answer that does not come, and not all that are asked for again
OF_A_PREVIEW = ".preview"
UNREADABLE = "The store of attachments cannot give the file now. Ask for it again soon."


class Store:
    """Keeps bytes under names. A failure is logged by its kind alone: its text may hold an address with a secret."""

    def __init__(self, url: str | None, data_dir: Path) -> None:
        """Takes the URL of the store, None for the folder `attachments` of `data_dir`."""
        self._url = url
        self._folder = (data_dir / "attachments").absolute()
        self._local = not url or url.startswith("file:")
        self._writes: Any = None
        self._reads: Any = None

    async def put(self, name: str, file: IO[bytes]) -> None:
        """Keeps the bytes of a file. Raises AttachmentStoreUnavailable."""
        try:
            await obstore.put_async(self._writing(), name, file, chunk_size=PART, max_concurrency=1)
        except Exception as error:
            raise _unavailable("put", error) from None

    async def open(self, name: str) -> AsyncIterator[bytes]:
        """Returns the bytes of an object, piece by piece. Raises NotFound, AttachmentStoreUnavailable; the latter also
        where the bytes break off.
        """
        try:
            async with asyncio.timeout(FIRST_BYTES_S):
                found = await obstore.get_async(self._reading(), name)
        except Exception as error:
            if isinstance(error, FileNotFoundError) and is_gone(error, local=self._local):
                raise NotFound("The file is not there any longer.") from None
            raise _unavailable("get", error, UNREADABLE) from None
        return _pieces(found)

    async def remove(self, name: str) -> None:
        """Removes an object and its preview. Idempotent. Raises AttachmentStoreUnavailable."""
        for one in (name, name + OF_A_PREVIEW):
            try:
                await obstore.delete_async(self._writing(), one)
            except Exception as error:
                if not isinstance(error, FileNotFoundError) or not is_gone(error, local=self._local):
                    raise _unavailable("delete", error) from None

    def _writing(self) -> Any:
        if self._writes is None:
            self._writes = opened(self._url, self._folder, WRITING)
        return self._writes

    def _reading(self) -> Any:
        if self._reads is None:
            self._reads = opened(self._url, self._folder, READING)
        return self._reads


async def _pieces(found: Any) -> AsyncIterator[bytes]:
    try:
        async for piece in found.stream(min_chunk_size=PIECE):
            yield bytes(piece)
            await asyncio.sleep(0)
    except Exception as error:
        raise _unavailable("read on", error, UNREADABLE) from None


def _unavailable(doing: str, error: Exception, detail: str = "") -> AttachmentStoreUnavailable:
    log.warning("the store of attachments failed to %s: %s", doing, reason(error))
    return AttachmentStoreUnavailable(detail)
