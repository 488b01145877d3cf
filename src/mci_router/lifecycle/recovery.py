"""Recovery: what the ledger has and the live state lacks is put back, by the first process that finds it."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.passing_on.called_again import CalledAgain
from mci_router.loops import Loop
from mci_router.models import Contact, IdempotencyKey
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each
from mci_router.vocabulary import FINAL_STATES, ContactState

log = logging.getLogger(__name__)

BATCH = 500
FORGOTTEN = "EXISTS (SELECT FROM contacts WHERE ended_at IS NULL AND state = 'accepted'"
MADE = "'con_' || lpad(to_hex(CAST(extract(epoch FROM now() - interval '{} s') * 1000 AS bigint)), 12, '0')"
LATELY_S = 2  # in which a contact that has just become old enough is found by its id, without reading all others
OPEN = "EXISTS (SELECT FROM contacts WHERE ended_at IS NULL)"
# In the order of the index on contacts that have not ended: however many have, a page reads none of them.
PAGE = """
SELECT workspace_id, id FROM contacts WHERE ended_at IS NULL AND (workspace_id, id) > ($1, $2)
ORDER BY workspace_id, id LIMIT $3
"""
BEGINNING = ("", "")
SELDOM = 5  # intervals
SKEW_S = 2  # between the clocks of the ledger and of the router that accepted a contact


class Recovery:
    """Finds contacts that the live state lacks. A live state that is missing whole is built by who calls it next."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        dispatch: Dispatch,
        called_again: CalledAgain,
        *,
        age_s: float,
    ) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._dispatch = dispatch
        self._called_again = called_again
        self._age = timedelta(seconds=age_s)
        self._audited = BEGINNING
        self._sending = asyncio.Lock()

    @property
    def forgotten(self) -> str:
        """Returns the condition in SQL for there being contacts that never reached the live state."""
        return f"{FORGOTTEN} AND accepted_at < now() - interval '{self._age.total_seconds()} s')"

    @property
    def forgotten_lately(self) -> str:
        """Returns the same of contacts that came within some seconds, by the time in their ids."""
        age_s = self._age.total_seconds()
        since, until = (MADE.format(seconds) for seconds in (age_s + LATELY_S, age_s))
        return f"{FORGOTTEN} AND id > {since} AND id < {until})"

    def loops(self, interval_s: float, mine: Callable[[], bool]) -> list[Loop]:
        """Returns the loops of this room; `mine` says whether they are this process's.

        To ask for all forgotten contacts reads all that are open, so it is asked seldom, and only until the last commit
        has aged; between, those are asked for that came lately.
        """
        aged_s = self._age.total_seconds() + SKEW_S
        of_late, work = "recovery of what came lately", self.send_forgotten
        return [
            Loop(
                "recovery",
                interval_s,
                work,
                self.forgotten,
                mine=mine,
                settles_s=aged_s,
                asked_every_s=SELDOM * interval_s,
            ),
            Loop(of_late, interval_s, work, self.forgotten_lately, mine=mine, settles_s=aged_s + LATELY_S),
            Loop("lost contacts", interval_s, self.send_lost, OPEN, mine=mine),
            self._called_again.loop(mine),
        ]

    async def send_forgotten(self) -> int:
        """Dispatches contacts that were committed but never reached the live state. Returns how many were tried: none
        while that is being done already.

        Raises as `each` does, when the others are dispatched.
        """
        if self._sending.locked():
            return 0
        async with self._sending:
            return await self._send_forgotten()

    async def _send_forgotten(self) -> int:
        tried, failed, more = 0, dict[str, Exception](), True
        while more:  # a page may be full of those that cannot be dispatched now
            page, more = await self._forgotten(failed.keys()), False
            for contact in page:
                away = isinstance(failed.get(contact.workspace_id), EngineUnavailable)
                if not away and (problem := await self._send_one(contact)):
                    failed[contact.workspace_id] = problem
                    more = True
            tried += len(page)
        await each(failed.values(), _raise)
        return tried

    async def send_lost(self) -> int:
        """Dispatches open contacts of the ledger that the live state does not know, as after a failover that lost its
        last second.

        Checks one page a call, and begins again at the end. Returns how many were dispatched.

        Raises:
            EngineUnavailable: when the others are dispatched, if a shard is away.
        """
        page = [(row["workspace_id"], row["id"]) for row in await self._database.read(PAGE, *self._audited, BATCH)]
        self._audited = page[-1] if len(page) == BATCH else BEGINNING
        dispatched = 0

        async def look(of_workspace: tuple[str, Sequence[str]]) -> None:
            nonlocal dispatched
            workspace, contacts = of_workspace
            known = await self._engine.known(workspace, contacts)
            for contact in await self._open([one for one, live in zip(contacts, known, strict=True) if not live]):
                await self._dispatch.send(await self._snapshots.get(contact.workspace_id), contact)
                dispatched += 1
                log.warning(
                    "contact %s was %s in the ledger but not in the live state; it is in both again",
                    contact.id,
                    contact.state,
                )

        await each(_by_workspace(page).items(), look)
        return dispatched

    async def forget_answers(self, keep_s: float) -> None:
        """Drops idempotency keys that nobody will send again."""
        async with self._database.transaction() as session:
            await session.execute(
                delete(IdempotencyKey).where(IdempotencyKey.created_at < utc_now() - timedelta(seconds=keep_s))
            )

    async def _open(self, contacts: Sequence[str]) -> Sequence[Contact]:
        """Returns those of the contacts, by their ids, that are open still."""
        if not contacts:
            return []
        query = select(Contact).where(Contact.id.in_(contacts))
        async with self._database.transaction() as session:
            return list(await session.scalars(query.where(Contact.state.not_in(FINAL_STATES)).order_by(Contact.id)))

    async def _forgotten(self, but: Collection[str]) -> Sequence[Contact]:
        query = (
            select(Contact)
            .where(
                Contact.ended_at.is_(None),
                Contact.state == ContactState.ACCEPTED,
                Contact.accepted_at < utc_now() - self._age,
                Contact.workspace_id.not_in(but),
            )
            .order_by(Contact.accepted_at)
            .limit(BATCH)
        )
        async with self._database.transaction() as session:
            return list(await session.scalars(query))

    async def _send_one(self, contact: Contact) -> Exception | None:
        """Dispatches a contact. Returns why it cannot, as with its shard away or a configuration that does not load."""
        try:
            result = await self._dispatch.send(await self._snapshots.get(contact.workspace_id), contact)
        except DatabaseUnavailable:
            raise
        except Exception as problem:
            return problem
        if result.status is Status.OK:
            log.warning("contact %s was accepted but not in the live state; it is %s now", contact.id, result.state)
        return None


async def _raise(failure: Exception) -> None:
    raise failure


def _by_workspace(page: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    contacts: dict[str, list[str]] = defaultdict(list)
    for workspace, contact in page:
        contacts[workspace].append(contact)
    return contacts
