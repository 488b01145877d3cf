"""What comes to a desk: its agent, what it missed, and what happens from then on."""

import asyncio
import contextlib
from typing import Any

from mci_router.errors import EngineUnavailable
from mci_router.routing.engine import Engine
from mci_router.routing.engine.journal import FeedItem
from mci_router.routing.entries import JournalEntry

RETRIES_S = (0.1, 0.5)


async def take_over(engine: Engine, workspace: str, agent: str, session: str) -> dict[str, Any]:
    """Takes the agent over, if need be at the second or third try: a desk that is sent away comes again anyway.

    Returns the reply of `connect`. Raises EngineUnavailable.
    """
    for pause_s in RETRIES_S:
        with contextlib.suppress(EngineUnavailable):
            return await engine.connect(workspace, agent, session)
        await asyncio.sleep(pause_s)
    return await engine.connect(workspace, agent, session)


async def missed(
    engine: Engine, workspace: str, agent: str, resume: int | None, newest: int
) -> list[JournalEntry] | None:
    """Returns the entries after `resume`; None for a new desk, or for one that was away for too long."""
    if resume is None or resume > newest:
        return None
    entries = await engine.inbox(workspace, agent, resume)
    complete = resume == newest or (entries and entries[0].seq == resume + 1)
    return [entry for entry in entries if entry.seq <= newest] if complete else None


async def all_of(entries: asyncio.Queue[FeedItem]) -> list[FeedItem]:
    """Waits for what is next, and returns it with all that has come."""
    items = [await entries.get()]
    while not entries.empty():
        items.append(entries.get_nowait())
    return items
