"""Media of statuses: kept by the router where we may fetch them, else named by their links.

Who writes a status does not choose an address that we ask: only the hosts of our own instance are asked.
"""

import logging
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from mci_router.adapters.fetching import at_most
from mci_router.adapters.router import Refused, Router

log = logging.getLogger(__name__)


class Media:
    """Fetches the files of statuses from `hosts`, and hands them to the router."""

    def __init__(self, router: Router, hosts: Iterable[str], timeout_s: float) -> None:
        self._router = router
        self._hosts = frozenset(hosts)
        self._client = httpx.AsyncClient(timeout=timeout_s, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def taken(self, files: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
        """Returns files, each a link of `{url, name, content_type}`, as a message names them. Raises RouterAway."""
        return [await self._one(file) for file in files]

    async def _one(self, file: Mapping[str, str]) -> Mapping[str, str]:
        if urlsplit(file["url"]).netloc not in self._hosts:
            return file
        try:
            content = await self._fetched(file["url"])
            return {"id": await self._router.upload(file["name"], file["content_type"], content)} if content else file
        except (httpx.HTTPError, Refused) as error:
            log.info("a file stays where it is: %s", type(error).__name__)
            return file

    async def _fetched(self, url: str) -> bytes:
        """Returns a file; nothing if there is none, or it is too large."""
        async with self._client.stream("GET", url) as answer:
            content = await at_most(answer) if answer.status_code == httpx.codes.OK else None
        return content or b""
