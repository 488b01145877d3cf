"""Automatic answers in the ledger: one a case, and so many an hour to an address, of all that the service writes.

A contact gets its row before anything is written to its customer: of routers that look at once, one has it. What a
crash leaves unwritten is found by the next look.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from mci_router.clock import to_ms, utc_now
from mci_router.database import Database
from mci_router.values import value

MOST_AT_ONCE = 64
OVERLAP_MS = 2_000

_DUE = """
SELECT c.id, c.case_id, c.queue, c.channel, c.customer_id, c.adapter, c.identity::text AS identity
FROM {contacts} JOIN unnest($3::text[], $4::text[]) AS w(queue, channel) ON w.queue = c.queue AND w.channel = c.channel
WHERE c.workspace_id = $1 AND c.ended_at IS NULL
  AND NOT EXISTS (SELECT FROM automatic_answers a WHERE a.contact_id = c.id){came}
ORDER BY c.id LIMIT $5
"""
DUE = _DUE.format(contacts="contacts c", came=" AND c.id > $2")
"""Of all that are open: the more of them there are, the more it costs."""
DUE_LATELY = _DUE.format(
    contacts="""(
  SELECT DISTINCT contact_id FROM events WHERE workspace_id = $1 AND id > $2 AND type = 'contact.queued') e
  JOIN contacts c ON c.id = e.contact_id""",
    came=" AND c.id > $6",
)
"""Of those that have come to a queue since an entry of the journal: `$2` is that entry, `$6` the oldest contact."""
NEWEST = "SELECT max(id) FROM events WHERE workspace_id = $1"
# Two contacts of a case, or to one address, are decided about one after the other.
ONE_BY_ONE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(CAST(:keys AS text[])) AS key ORDER BY key"
)
RESERVE = text(
    """
    INSERT INTO automatic_answers (contact_id, workspace_id, case_id, address, at, why)
    SELECT c.id, c.workspace_id, c.case_id, :address, now(), CASE
      WHEN c.kind <> 'customer' THEN 'machine'
      WHEN c.urgent THEN 'urgent'
      WHEN NOT :reachable THEN 'unreachable'
      WHEN EXISTS (
        SELECT FROM customer_addresses o WHERE o.workspace_id = c.workspace_id AND o.opted_out_at IS NOT NULL
          AND o.kind = ANY(CAST(:kinds AS text[])) AND CASE WHEN :value = '' THEN o.customer_id = c.customer_id
            ELSE o.value = :value END) THEN 'opted_out'
      WHEN c.answered_at IS NOT NULL OR EXISTS (
        SELECT FROM decisions d WHERE d.contact_id = c.id AND d.route ->> 'outcome' <> 'agent') OR EXISTS (
        SELECT FROM messages m WHERE m.case_id = c.case_id AND m.kind = 'agent'
          AND m.received_at >= c.accepted_at) THEN 'answered'
      WHEN EXISTS (SELECT FROM automatic_answers a WHERE a.case_id = c.case_id AND a.why IS NULL) OR EXISTS (
        SELECT FROM messages m WHERE m.case_id = c.case_id AND m.kind IN ('bot', 'system')
          AND m.received_at >= k.opened_at) THEN 'again'
      WHEN :most <= (
        SELECT count(*) FROM automatic_answers a WHERE a.workspace_id = c.workspace_id AND a.address = :address
          AND a.why IS NULL AND a.at > now() - interval '1 hour') THEN 'too_many'
      END
    FROM contacts c JOIN cases k ON k.id = c.case_id
    WHERE c.workspace_id = :workspace AND c.id = :contact AND c.ended_at IS NULL
    ON CONFLICT DO NOTHING
    """
)
UNWRITTEN = """
SELECT a.contact_id, a.case_id, c.language, c.sensitive, c.ended_at IS NOT NULL AS ended, k.reference
FROM automatic_answers a JOIN contacts c ON c.id = a.contact_id JOIN cases k ON k.id = a.case_id
WHERE a.workspace_id = $1 AND a.why IS NULL AND a.written_at IS NULL ORDER BY a.contact_id LIMIT $2
"""
SETTLE = text(
    "UPDATE automatic_answers SET why = :why, written_at = CASE WHEN CAST(:why AS text) IS NULL THEN now() END"
    " WHERE workspace_id = :workspace AND contact_id = :contact AND written_at IS NULL"
)
FORGET = text("DELETE FROM automatic_answers WHERE why IS NOT NULL AND at < :before")


@value
class Due:
    """A contact about which is decided: where its customer is written to, and whether that way exists."""

    contact: str
    case: str
    address: str
    kinds: Sequence[str]
    value: str
    reachable: bool
    most: int


class AutomaticAnswers:
    """Keeps which contacts are answered automatically."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, workspace: str, places: Sequence[tuple[str, str]], within: timedelta) -> Sequence[Any]:
        """Returns contacts, accepted within a time, that stand at these queues and channels and have no row yet."""
        return await self._due(DUE, workspace, _oldest(within), places)

    async def due_lately(
        self, workspace: str, places: Sequence[tuple[str, str]], within: timedelta, since: str
    ) -> Sequence[Any]:
        """Returns those of them that have come to their queue since an entry of the journal, by its id, or shortly
        before: another process may have committed an older one after it.
        """
        ms = int(since.partition("-")[0]) - OVERLAP_MS
        return await self._due(DUE_LATELY, workspace, f"{max(ms, 0):015d}", places, _oldest(within))

    async def newest_entry(self, workspace: str) -> str | None:
        """Returns the id of the newest entry of the journal that the ledger has."""
        ((newest,),) = await self._database.read(NEWEST, workspace)
        return None if newest is None else str(newest)

    async def _due(
        self, query: str, workspace: str, since: str, places: Sequence[tuple[str, str]], *oldest: str
    ) -> Sequence[Any]:
        queues, channels = [queue for queue, _ in places], [channel for _, channel in places]
        return await self._database.read(query, workspace, since, queues, channels, MOST_AT_ONCE, *oldest)

    async def reserve(self, workspace: str, due: Due) -> None:
        """Decides whether a contact is answered automatically, once. Idempotent."""
        keys = sorted(f"automatic answer {workspace} {one}" for one in (due.case, due.address))
        values = {"workspace": workspace, "contact": due.contact, "address": due.address, "kinds": list(due.kinds)}
        more = {"value": due.value, "reachable": due.reachable, "most": due.most}
        async with self._database.transaction() as session:
            await session.execute(ONE_BY_ONE, {"keys": keys})
            await session.execute(RESERVE, values | more)

    async def unwritten(self, workspace: str) -> Sequence[Any]:
        """Returns those that are to be written, and are not yet."""
        return await self._database.read(UNWRITTEN, workspace, MOST_AT_ONCE)

    async def settle(self, workspace: str, contact: str, why: str | None = None) -> None:
        """Notes that one is written, or why it is not after all."""
        async with self._database.transaction() as session:
            await session.execute(SETTLE, {"workspace": workspace, "contact": contact, "why": why})

    async def forget(self, keep: timedelta) -> None:
        """Removes rows of contacts that were not answered automatically, so long ago."""
        async with self._database.transaction() as session:
            await session.execute(FORGET, {"before": utc_now() - keep})


def _oldest(within: timedelta) -> str:
    """Returns what the ids of all contacts come after that were accepted within a time."""
    return f"con_{to_ms(utc_now() - within):012x}"
