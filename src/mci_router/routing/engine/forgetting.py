"""Forgetting: what the live state still says of contacts whose customer is erased.

A journal keeps what the ledger has for ten minutes, an agent's inbox the last few hundred entries, however old. What
the ledger does not have yet is left: it follows within milliseconds, and is taken out at a second look.
"""

from collections.abc import Collection, Iterable

from mci_router.routing.engine import Engine, prefix, reachable
from mci_router.routing.engine.journal import Journal, entries_of

AT_ONCE = 500


async def forget(engine: Engine, workspace: str, contacts: Collection[str], agents: Iterable[str]) -> int:
    """Forgets contacts that have ended, and takes out what the journal and the inboxes of agents say of them. Returns
    how many entries.

    Raises EngineUnavailable.
    """
    await engine.forget_closed(workspace, contacts)
    settled = await Journal(engine, workspace, "nobody").settled() or ""
    gone = await _forgotten(engine, f"{prefix(workspace)}:journal", contacts, settled)
    for agent in sorted(set(agents)):
        gone += await _forgotten(engine, f"{prefix(workspace)}:inbox:{agent}", contacts)
    return gone


async def _forgotten(engine: Engine, stream: str, contacts: Collection[str], before: str | None = None) -> int:
    """Takes out of a stream what is said of contacts; with `before`, of what comes before that entry."""
    gone, first, more = 0, "-", True
    while more:
        async with reachable():  # each page by itself: a busy journal has many
            page = await engine.client.xrange(stream, min=first, count=AT_ONCE)
            entries = entries_of(page)
            settled = [one for one in entries if before is None or one.id < before]
            if ids := [one.stream_id for one in settled if one.contact in contacts]:
                gone += int(await engine.client.xdel(stream, *ids))
        more = bool(page) and len(settled) == len(entries)
        first = f"({page[-1][0]}" if page else first
    return gone
