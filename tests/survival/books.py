"""The books of a workspace: read at rest from the ledger, the journal and the live state, once the ledger has caught up."""

from contextlib import suppress
from typing import Any

from sqlalchemy import select, text

from mci_router.database import Database
from mci_router.insight.recount import differences
from mci_router.models import Event, Offer
from mci_router.routing.engine import Engine, prefix
from mci_router.routing.engine.journal import Journal
from mci_router.routing.entries import parsed
from tests.support.service import eventually
from tests.survival.records import Books, Kept
from tests.survival.stage import UNITS, Stage

CATCH_UP_S = 20
PAGE = 500


async def read(stage: Stage) -> Books:
    """Reads every account. If the ledger does not catch up with the journal, the checks will say so."""
    journal = Journal(stage.engine, stage.workspace, "nobody")

    async def caught_up() -> bool:
        return not await journal.ahead()

    with suppress(TimeoutError):
        await eventually(caught_up, CATCH_UP_S)
    ledger = await _ledger(stage.database, stage.workspace)
    events = await _events(stage.database, stage.workspace)
    return Books(
        ledger=ledger,
        live=await _live(stage.engine, stage.workspace, list(ledger)),
        events=events,
        journal=await _stream(stage.engine, stage.workspace),
        offers=await _offers(stage.database, stage.workspace),
        holds={
            desk.heard.agent: await stage.engine.agent_contacts(stage.workspace, desk.heard.agent)
            for desk in stage.desks
        },
        waiting=sum([(await stage.engine.queue_counts(stage.workspace, queue)).get("waiting", 0) for queue in UNITS]),
        reports=await _reports(stage.database, stage.workspace),
    )


async def _ledger(database: Database, workspace: str) -> dict[str, Kept]:
    query = text(
        "SELECT id, state, agent, assignment_id, (context->>'number')::int AS number"
        " FROM contacts WHERE workspace_id = :workspace"
    )
    async with database.transaction() as session:
        rows = (await session.execute(query, {"workspace": workspace})).all()
    return {row.id: Kept(row.state, row.agent, row.assignment_id, row.number) for row in rows}


async def _events(database: Database, workspace: str) -> list[dict[str, Any]]:
    async with database.transaction() as session:
        query = select(Event.data).where(Event.workspace_id == workspace).order_by(Event.id)
        return list(await session.scalars(query))


async def _offers(database: Database, workspace: str) -> dict[str, str]:
    async with database.transaction() as session:
        rows = await session.execute(select(Offer.id, Offer.state).where(Offer.workspace_id == workspace))
        return {row.id: str(row.state) for row in rows}


async def _live(engine: Engine, workspace: str, contacts: list[str]) -> dict[str, Kept]:
    live: dict[str, Kept] = {}
    for start in range(0, len(contacts), PAGE):
        page = contacts[start : start + PAGE]
        for contact, found in zip(page, await engine.contacts(workspace, page), strict=True):
            if found:
                agent = found.agent if found.assignment or found.offer else None
                live[contact] = Kept(found.state, agent, found.assignment)
    return live


async def _stream(engine: Engine, workspace: str) -> list[dict[str, Any]]:
    stream = await engine.client.xrange(f"{prefix(workspace)}:journal")
    return [dict(parsed(place, fields).data) for place, fields in stream]


async def _reports(database: Database, workspace: str) -> list[str]:
    async with database.transaction() as session:
        _, found = await differences(session, workspace)
    return [str(one) for one in found]
