"""Store: where the bytes of attachments are, in a local folder or in the cloud, by names that say nothing of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mci_router.errors import AttachmentStoreUnavailable, NotFound
from mci_router.imports import later

if TYPE_CHECKING:
    import obstore
else:
    obstore = later("obstore")  # the first file needs it

log = logging.getLogger(__name__)

PIECE = 262_144  # bytes read at once
PART = 5_242_880  # bytes: the least that a cloud takes of a large object at a time
OF_A_PREVIEW = ".preview"


class Store:
    """Keeps bytes under names. A failure is logged by its kind alone: its text may hold an address with a secret."""

    def __init__(self, url: str | None, data_dir: Path) -> None:
        """Takes the URL of the store, None for the folder `attachments` of `data_dir`. Raises ValueError for a URL with
        credentials, which belong into the environment.
        """
        if url and (urlsplit(url).username or urlsplit(url).password):
            raise ValueError(
                "MCI_ATTACHMENTS_URL has credentials: give them by the environment, as its store reads them"
            )
        self._url = url
        self._folder = (data_dir / "attachments").absolute()
        self._opened: Any = None

    async def put(self, name: str, file: IO[bytes]) -> None:
        """Keeps the bytes of a file. Raises AttachmentStoreUnavailable."""
        try:
            await obstore.put_async(self._store(), name, file, chunk_size=PART, max_concurrency=1)
        except Exception as error:
            raise _unavailable("put", error) from None

    async def open(self, name: str) -> AsyncIterator[bytes]:
        """Returns the bytes of an object, piece by piece. Raises NotFound, AttachmentStoreUnavailable."""
        try:
            found = await obstore.get_async(self._store(), name)
        except FileNotFoundError:
            raise NotFound("The file is not there any longer.") from None
        except Exception as error:
            raise _unavailable("get", error) from None
        return _pieces(found)

    async def remove(self, name: str) -> None:
        """Removes an object and its preview. Idempotent. Raises AttachmentStoreUnavailable."""
        for one in (name, name + OF_A_PREVIEW):
            try:
                await obstore.delete_async(self._store(), one)
            except FileNotFoundError:
                continue
            except Exception as error:
                raise _unavailable("delete", error) from None

    def _store(self) -> Any:
        if self._opened is None:
            stores = obstore.store
            if self._url is None:
                self._opened = stores.LocalStore(self._folder, mkdir=True)
            elif self._url.startswith("file:"):
                self._opened = stores.LocalStore(urlsplit(self._url).path, mkdir=True)
            else:
                self._opened = stores.from_url(self._url)
        return self._opened


async def _pieces(found: Any) -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=PIECE):
        yield bytes(piece)
        await asyncio.sleep(0)


def _unavailable(doing: str, error: Exception) -> AttachmentStoreUnavailable:
    log.warning("the store of attachments failed to %s: %s", doing, type(error).__name__)
    return AttachmentStoreUnavailable()
