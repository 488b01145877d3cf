"""The steps of an erasure, however long: what was the person's moves, is emptied, and leaves the live state.

Each takes some rows, in a transaction of its own, so that nobody waits for it and no statement takes long.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.attachments import removal
from mci_router.clock import to_ms, utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.intake.fingerprints import Fingerprints
from mci_router.knowledge import gaps
from mci_router.lifecycle.answers.gaps import asker_of
from mci_router.lifecycle.talking.parking import INACTIVE
from mci_router.models import Contact, Erasure, IdempotencyKey
from mci_router.privacy import emptying, leaving
from mci_router.privacy.board import withdraw_posts
from mci_router.privacy.claim import Claim
from mci_router.privacy.models import unlearn
from mci_router.routing.engine import Engine
from mci_router.routing.engine.forgetting import forget, forget_events, in_inbox, take_out
from mci_router.routing.entries import entry_id
from mci_router.specs.dispositions import DEFAULT_DISPOSITIONS

AT_ONCE = 200  # contacts
SERVED_AT_ONCE = 2_000
UNSENT_AT_ONCE = 1_000
IN_JOURNAL = timedelta(minutes=15)  # longer than it keeps what the ledger has
BEFORE, AFTER = timedelta(minutes=1), timedelta(minutes=2)  # when a key is written that a contact came with
SERVED = text(
    """
    SELECT agent FROM contacts WHERE id = ANY(:contacts) AND agent IS NOT NULL
    UNION SELECT agent FROM offers WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)
    UNION SELECT agent FROM participants WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)
    """
)

Part = Callable[[AsyncSession], Awaitable[bool]]
"""Takes some rows; returns whether there may be more."""


class Steps:
    """Takes the steps of erasures."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, fingerprints: Fingerprints) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._fingerprints = fingerprints

    async def take(self, claim: Claim) -> None:
        """Takes all that are left. Raises TakenOver, DatabaseUnavailable, EngineUnavailable."""
        row = claim.row
        await self._move(claim)
        while some := await self._next(row, claim.after):
            await self._empty(claim, [one for one, _ in some], sorted({case for _, case in some}))
            await claim.renew(some[-1][0])
        await self._sweep(claim)

    async def _move(self, claim: Claim) -> None:
        """Moves what is the person's to the customer who is left."""
        while await self._in_turn(lambda session: leaving.is_there(session, claim.row)):
            for part in leaving.PARTS:
                await self._all(claim, partial(_of, part, claim.row))

    async def _next(self, row: Erasure, after: str) -> Sequence[tuple[str, str]]:
        """Returns the next contacts that have no words left when the step is done, each with its case."""
        mine = (Contact.workspace_id == row.workspace_id, Contact.customer_id == row.left_id)
        query = select(Contact.id, Contact.case_id).where(*mine, Contact.ended_at.is_not(None), Contact.id > after)
        async with self._database.transaction() as session:
            found = await session.execute(query.order_by(Contact.id).limit(AT_ONCE))
            return [(contact, case) for contact, case in found]

    async def _empty(self, claim: Claim, contacts: list[str], cases: list[str]) -> None:
        """Empties contacts, and their cases."""
        workspace, left = claim.row.workspace_id, claim.row.left_id
        dispositions = {*(await self._snapshots.get(workspace)).dispositions, *DEFAULT_DISPOSITIONS, INACTIVE}
        await self._all(claim, lambda session: withdraw_posts(session, workspace, contacts))  # first what all can read
        await forget(self._engine, workspace, contacts)
        await self._all(claim, lambda session: emptying.empty_cases(session, workspace, left, cases))
        async with self._database.transaction() as session:
            await emptying.empty_contacts(session, workspace, contacts, dispositions)
        async with self._database.transaction() as session:
            await unlearn(session, workspace, contacts)
        await self._empty_events(claim, contacts)
        await self._forget_keys(claim, contacts)

    async def _empty_events(self, claim: Claim, contacts: Sequence[str]) -> None:
        workspace, after = claim.row.workspace_id, ""
        young = entry_id(f"{to_ms(utc_now() - IN_JOURNAL)}-0")
        more = True
        while more:
            async with self._database.transaction() as session:
                events = await emptying.empty_events(session, workspace, contacts, after)
            await forget_events(self._engine, workspace, [one for one in events if one > young])
            if more := len(events) == emptying.EVENTS_AT_ONCE:
                after = events[-1]
                await claim.renew()

    async def _forget_keys(self, claim: Claim, contacts: Sequence[str]) -> None:
        """Removes the keys of requests that made contacts, of those that are kept still."""
        async with self._database.transaction() as session:
            oldest = await session.scalar(select(func.min(IdempotencyKey.created_at)))
            came = await session.scalars(select(Contact.accepted_at).where(Contact.id.in_(contacts)))
            spans = spans_of(sorted(came), oldest)
        for since, until in spans:
            place: emptying.KeysPlace | None = (since, "", "")
            while place:
                async with self._database.transaction() as session:
                    place = await emptying.forget_keys(session, claim.row.workspace_id, contacts, until, place)
                await claim.renew()

    async def _sweep(self, claim: Claim) -> None:
        """Takes away what belongs to no contact, and what agents' inboxes still have."""
        row = claim.row
        askers = [asker_of(self._fingerprints, row.workspace_id, one) for one in row.customers]
        await self._all(
            claim,
            lambda session: removal.erase_unsent(session, row.workspace_id, row.customers, UNSENT_AT_ONCE),
        )
        await self._all(claim, lambda session: leaving.move_runs(session, row))
        await self._all(claim, lambda session: emptying.empty_runs(session, row.workspace_id, row.left_id))
        async with self._database.transaction() as session:
            await gaps.let_go(session, row.workspace_id, askers)
        for agent in sorted(await self._served(claim)):
            await self._tidy(row, agent)
            await claim.renew()

    async def _served(self, claim: Claim) -> set[str]:
        """Returns the agents who have had any of the contacts before them."""
        row, agents, after = claim.row, set[str](), ""
        mine = (Contact.workspace_id == row.workspace_id, Contact.customer_id == row.left_id)
        page = select(Contact.id).where(*mine).order_by(Contact.id).limit(SERVED_AT_ONCE)
        while True:
            async with self._database.transaction() as session:
                some = list(await session.scalars(page.where(Contact.id > after)))
                agents.update(await session.scalars(SERVED, {"workspace": row.workspace_id, "contacts": some}))
            if len(some) < SERVED_AT_ONCE:
                return agents
            after = some[-1]
            await claim.renew()

    async def _tidy(self, row: Erasure, agent: str) -> None:
        """Takes out of an agent's inbox what it has of the contacts."""
        entries = await in_inbox(self._engine, row.workspace_id, agent)
        mine = (Contact.workspace_id == row.workspace_id, Contact.customer_id == row.left_id)
        async with self._database.transaction() as session:
            query = select(Contact.id).where(*mine, Contact.id.in_(set(entries.values())))
            theirs = set(await session.scalars(query))
        if out := [entry for entry, contact in entries.items() if contact in theirs]:
            await take_out(self._engine, row.workspace_id, agent, out)

    async def _all(self, claim: Claim, part: Part) -> None:
        """Takes all that a part has to take, some rows at a time."""
        while await self._in_turn(part):
            await claim.renew()

    async def _in_turn(self, part: Part) -> bool:
        async with self._database.transaction() as session:
            return await part(session)


async def _of(part: leaving.Part, row: Erasure, session: AsyncSession) -> bool:
    return await part(session, row)


def spans_of(moments: Sequence[datetime], oldest: datetime | None) -> list[tuple[datetime, datetime]]:
    """Returns the spans around moments, in order, in which keys may have been written; none before the `oldest`."""
    spans: list[tuple[datetime, datetime]] = []
    for moment in moments:
        since, until = moment - BEFORE, moment + AFTER
        if oldest is None or until < oldest:
            continue
        if spans and since <= spans[-1][1]:
            spans[-1] = (spans[-1][0], until)
        else:
            spans.append((since, until))
    return spans
