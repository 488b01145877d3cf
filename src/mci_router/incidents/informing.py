"""Informing: every subscriber of an incident gets each update and the fix, once, over the channel the contact came by.

The ledger says what is still to be sent: a subscription is behind as long as its `told` is below its incident's number
of updates. Any process claims some that are behind, and has the live state publish the next update of each, which it
does only once for a contact. Then the process writes down that it is done. If it dies before that, the next process
finds them still behind, and the live state answers that the update was published.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.incidents.store import FIXED, REOPENED, STATUS
from mci_router.models import Contact, IncidentSubscription, IncidentUpdate
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.routing.engine.incidents import News
from mci_router.routing.engine.shards import each_after
from mci_router.routing.policy.incidents import text_for
from mci_router.values import value
from mci_router.vocabulary import Channel

BATCH = 100  # contacts a call, for whose few milliseconds Valkey serves nobody else
MOST_INCIDENTS = 200  # read at once
LINGER_S = 60
"""How long an update is looked at again after all subscribers had it: a contact answered just before may be committed
just after.
"""

SAYS: Mapping[str, Mapping[str, str]] = {
    STATUS: {},
    FIXED: {"en": "It is fixed.", "de": "Es ist behoben."},
    REOPENED: {"en": "It is broken again. We are on it.", "de": "Es ist wieder gestört. Wir arbeiten daran."},
}
"""What an update says that has no text, by its kind and language."""

Key: TypeAlias = tuple[str, str]
"""Workspace and incident."""

BEHIND = "s.incident_id = u.incident_id AND s.returned_at IS NULL AND s.told < u.number"
DUE = "(due_at IS NULL OR due_at <= now())"
REOPEN = text(
    f"""
    UPDATE incident_updates u SET finished_at = NULL
    WHERE u.finished_at > now() - make_interval(secs => :linger_s)
      AND EXISTS (SELECT FROM incident_subscriptions s WHERE {BEHIND})
    """  # noqa: S608 — no input in it
)
UNFINISHED = text(
    f"""
    SELECT DISTINCT workspace_id, incident_id FROM incident_updates
    WHERE finished_at IS NULL AND {DUE} AND (workspace_id, incident_id) > (:workspace, :incident)
    ORDER BY workspace_id, incident_id LIMIT :limit
    """  # noqa: S608 — no input in it
)
PENDING = f"""EXISTS (
  SELECT FROM incident_updates u WHERE (u.finished_at IS NULL AND {DUE})
    OR (u.finished_at > now() - interval '{LINGER_S} s'
      AND EXISTS (SELECT FROM incident_subscriptions s WHERE {BEHIND})))
"""  # noqa: S608 — no input in it
FINISH = text(
    f"""
    UPDATE incident_updates u SET finished_at = now()
    WHERE u.incident_id = :incident AND u.finished_at IS NULL AND {DUE}
      AND NOT EXISTS (SELECT FROM incident_subscriptions s WHERE {BEHIND})
    """  # noqa: S608
)
# Locks the contact's row, too: it is informed, or goes back to its ladder, but not both at once. It waits for no lock,
# so that nothing can deadlock.
CLAIM = text(
    """
    SELECT s.contact_id, s.told, c.language, c.channel_ref, c.channel, c.adapter
    FROM incident_subscriptions s JOIN contacts c ON c.id = s.contact_id
    WHERE s.incident_id = :incident AND s.contact_id > :after AND s.returned_at IS NULL AND s.told < :newest
    ORDER BY s.contact_id LIMIT :limit FOR UPDATE OF s, c SKIP LOCKED
    """
)


@value
class _Behind:
    """A contact, and the number of the update that it gets next."""

    contact: str
    language: str | None
    channel_ref: str | None
    channel: str
    adapter: str | None
    update: int


@value
class NewsText:
    """What an update says to a subscriber who wrote on the help pages, where nobody else carries it to them, or by an
    adapter, which may take it as a message.
    """

    workspace: str
    contact: str
    text: str
    key: str
    channel: str = Channel.WEB
    adapter: str | None = None


class Informing:
    """Sends subscribers the updates that they have not had. `tell` writes news into a conversation, once."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        *,
        batch: int = BATCH,
        tell: Callable[[NewsText], Awaitable[None]] | None = None,
    ) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._batch = batch
        self._tell = tell

    async def turn(self) -> None:
        """Sends all updates that are not finished.

        Raises:
            EngineUnavailable: a shard is away; raised after the subscribers of all others are informed.
        """
        async with self._database.transaction() as session:
            await session.execute(REOPEN, {"linger_s": LINGER_S})
        await each_after(self._unfinished, MOST_INCIDENTS, self.inform)

    async def _unfinished(self, last: Key | None) -> Sequence[Key]:
        workspace, incident = last or ("", "")
        after = {"workspace": workspace, "incident": incident, "limit": MOST_INCIDENTS}
        async with self._database.reading() as session:
            return [(row.workspace_id, row.incident_id) for row in await session.execute(UNFINISHED, after)]

    async def inform(self, key: Key) -> int:
        """Sends the subscribers of one incident all updates that they have not had, and returns how many were settled.

        Raises EngineUnavailable.
        """
        workspace, incident = key
        keep_s = (await self._snapshots.get(workspace)).spec.incident_keep_s
        informed = 0
        while settled := await self._round(workspace, incident, keep_s):  # every subscriber's next update
            informed += settled
        async with self._database.transaction() as session:
            await session.execute(FINISH, {"incident": incident})
        return informed

    async def _round(self, workspace: str, incident: str, keep_s: float) -> int:
        """Settles the next update of every subscriber who is behind, and returns how many were settled."""
        after: str | None = ""
        settled = 0
        while after is not None:
            async with self._database.transaction() as session:
                after, some = await self._some(session, workspace, incident, after, keep_s)
            settled += some
        return settled

    async def _some(
        self, session: AsyncSession, workspace: str, incident: str, after: str, keep_s: float
    ) -> tuple[str | None, int]:
        """Settles one batch of contacts after that id. Returns the id of the last one, None at the end, and how many it
        settled.
        """
        updates = await _updates(session, incident)
        behind = await _claim(session, incident, after, max(updates, default=0), self._batch)
        if not behind:
            return None, 0
        now = utc_now()
        limit_at = now + timedelta(seconds=keep_s)
        fates = await self._engine.inform(
            workspace, incident, [_news(one, updates[one.update], limit_at) for one in behind]
        )
        settled = [
            one for one, fate in zip(behind, fates, strict=True) if fate is not Status.UNKNOWN
        ]  # the live state does not have these yet: they are dispatched first
        informed = [one for one, fate in zip(behind, fates, strict=True) if fate is Status.OK]
        await self._tell_each(workspace, incident, settled, updates)
        await _note(session, settled, informed, now)
        for kind, limit in ((FIXED, limit_at), (REOPENED, None)):
            if concerned := [one.contact for one in informed if updates[one.update].kind == kind]:
                await session.execute(update(Contact).where(Contact.id.in_(concerned)).values(rung_limit_at=limit))
        return behind[-1].contact, len(settled)

    async def _tell_each(
        self, workspace: str, incident: str, settled: Sequence[_Behind], updates: Mapping[int, IncidentUpdate]
    ) -> None:
        """Has those told who may hear of it no other way, before it is noted that they were: again after a crash."""
        if self._tell is None:
            return
        for one in settled:
            if one.channel == Channel.WEB or one.adapter:
                what = updates[one.update]
                text = text_for(what.status, one.language) or text_for(SAYS[what.kind], one.language)
                if text:
                    key = f"update {what.number} of {incident}"
                    await self._tell(NewsText(workspace, one.contact, text, key, one.channel, one.adapter))


async def _updates(session: AsyncSession, incident: str) -> Mapping[int, IncidentUpdate]:
    """Returns the updates that are due, by number."""
    due = or_(IncidentUpdate.due_at.is_(None), IncidentUpdate.due_at <= func.now())
    rows = await session.scalars(select(IncidentUpdate).where(IncidentUpdate.incident_id == incident, due))
    return {row.number: row for row in rows}


async def _claim(session: AsyncSession, incident: str, after: str, newest: int, limit: int) -> list[_Behind]:
    parameters = {"incident": incident, "after": after, "newest": newest, "limit": limit}
    return [
        _Behind(contact, language, ref, channel, adapter, told + 1)
        for contact, told, language, ref, channel, adapter in await session.execute(CLAIM, parameters)
    ]


async def _note(session: AsyncSession, settled: Sequence[_Behind], informed: Sequence[_Behind], now: datetime) -> None:
    mine = IncidentSubscription.contact_id
    if settled:
        contacts = [one.contact for one in settled]
        await session.execute(
            update(IncidentSubscription)
            .where(mine.in_(contacts))
            .values(settled_update=IncidentSubscription.settled_update + 1)
        )
    if informed:
        await session.execute(
            update(IncidentSubscription).where(mine.in_([one.contact for one in informed])).values(informed_at=now)
        )


def _news(one: _Behind, what: IncidentUpdate, limit_at: datetime) -> News:
    return News(
        contact=one.contact,
        update=what.number,
        kind=what.kind,
        status_text=text_for(what.status, one.language),
        channel_ref=one.channel_ref,
        limit_at=to_ms(limit_at) if what.kind == FIXED else None,
    )
