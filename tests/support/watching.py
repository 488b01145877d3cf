"""A screen that watches a workspace: the stream, read event by event, and the picture that it makes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.service import PATIENCE_S, TLS, Workspace


@dataclass
class Screen:
    """What a wallboard knows."""

    lines: AsyncIterator[str]
    picture: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def next(self) -> tuple[str, dict[str, Any]]:
        """The next event, laid over the picture."""
        kind = (await self._line()).removeprefix("event: ")
        data: dict[str, Any] = json.loads((await self._line()).removeprefix("data: "))
        assert await self._line() == ""
        self.events.append((kind, data))
        if kind == "snapshot":
            self.picture = data
        for section, entries in data.items() if kind == "change" else ():
            if section != "at":
                known = self.picture[section]
                known.update(entries)
                self.picture[section] = {name: value for name, value in known.items() if value is not None}
        return kind, data

    async def until(self, shows: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The picture, once it shows something."""
        async with asyncio.timeout(PATIENCE_S):
            while not (self.picture and shows(self.picture)):
                await self.next()
        return self.picture

    async def _line(self) -> str:
        return await anext(self.lines)


@asynccontextmanager
async def watching(workspace: Workspace, key: str | None = None, **query: Any) -> AsyncIterator[Screen]:
    """A screen of a workspace, with its own connection."""
    headers = {"Authorization": f"Bearer {key or workspace.key}"}
    async with (
        httpx.AsyncClient(base_url=workspace.url, headers=headers, timeout=PATIENCE_S, verify=TLS) as client,
        client.stream("GET", "/v1/live", params=query) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Screen(response.aiter_lines())
