"""Forgetting: what the live state still says of contacts whose customer is erased.

A journal keeps what the ledger has for ten minutes, an agent's inbox the last few hundred entries, however old. What
the ledger does not have yet is left: it follows within milliseconds, and is taken out at a second look.
"""

from collections.abc import Collection, Iterable

from mci_router.routing.engine import Engine, prefix, reachable
from mci_router.routing.engine.journal import entries_of
from mci_router.routing.entries import stream_id

AT_ONCE = 500


async def forget(engine: Engine, workspace: str, contacts: Iterable[str]) -> None:
    """Forgets contacts that have ended. Raises EngineUnavailable."""
    await engine.forget_closed(workspace, contacts)


async def forget_events(engine: Engine, workspace: str, events: Collection[str]) -> None:
    """Takes entries out of the journal that the ledger has as these events. Raises EngineUnavailable."""
    ids = [stream_id(event) for event in events]
    for start in range(0, len(ids), AT_ONCE):
        async with reachable():
            await engine.client.xdel(f"{prefix(workspace)}:journal", *ids[start : start + AT_ONCE])


async def in_inbox(engine: Engine, workspace: str, agent: str) -> dict[str, str]:
    """Returns of what is in an agent's inbox the contact, by the entry. Raises EngineUnavailable."""
    found, first = dict[str, str](), "-"
    while first:
        async with reachable():
            page = await engine.client.xrange(_inbox(workspace, agent), min=first, count=AT_ONCE)
        found |= {one.stream_id: one.contact for one in entries_of(page) if one.contact}
        first = f"({page[-1][0]}" if len(page) == AT_ONCE else ""
    return found


async def take_out(engine: Engine, workspace: str, agent: str, entries: Collection[str]) -> None:
    """Takes entries out of an agent's inbox. Raises EngineUnavailable."""
    async with reachable():
        await engine.client.xdel(_inbox(workspace, agent), *entries)


def _inbox(workspace: str, agent: str) -> str:
    return f"{prefix(workspace)}:inbox:{agent}"
