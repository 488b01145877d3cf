"""Handling: the work that contacts of each topic take, read from the ledger.

Each workspace is read at most once a minute, for any number of callers.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import text

from mci_router.clock import to_ms, utc_now
from mci_router.database import Database
from mci_router.ids import NOUNS
from mci_router.insight.touch import TopicFigures

LOOKED_BACK = timedelta(days=30)
REOPENED_WITHIN = timedelta(days=7)  # as long as contacts join one case
MOST = 10_000  # the newest handled contacts: a bound on what a reading costs
KEPT_S = 60

# Ids begin with the time at which they were made: the newest contacts since then are one range of an index.
BY_TOPIC = text(
    """
    WITH handled AS MATERIALIZED (
      SELECT id, customer_id, topic, ended_at, extract(epoch FROM ended_at - answered_at) AS handle_time_s
      FROM contacts
      WHERE workspace_id = :workspace AND state = 'completed' AND id >= :first
      ORDER BY id DESC LIMIT :most
    )
    SELECT topic, count(*) AS handled, avg(handle_time_s) AS handle_time_s,
      avg(CASE WHEN passed.transferred THEN 1.0 ELSE 0.0 END) AS transferred,
      avg(CASE WHEN passed.escalated THEN 1.0 ELSE 0.0 END) AS escalated,
      avg(CASE WHEN EXISTS (
        SELECT FROM contacts again
        WHERE again.workspace_id = :workspace AND again.customer_id = handled.customer_id AND again.id > handled.id
          AND again.topic = handled.topic
          AND again.accepted_at > handled.ended_at AND again.accepted_at < handled.ended_at + CAST(:within AS interval)
      ) THEN 1.0 ELSE 0.0 END) AS reopened
    FROM handled
    LEFT JOIN LATERAL (
      SELECT bool_or(jsonb_path_exists(route, '$.transfers[*] ? (@.severity == null)')) AS transferred,
        bool_or(jsonb_path_exists(route, '$.transfers[*] ? (@.severity != null)')) AS escalated
      FROM decisions WHERE decisions.contact_id = handled.id
    ) passed ON true
    WHERE topic IS NOT NULL AND handle_time_s IS NOT NULL
    GROUP BY topic
    """
)


class Handling:
    """The figures of each topic over the last 30 days, of at most the newest 10,000 contacts that agents handled."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[float, Mapping[str, TopicFigures]]] = {}
        self._reading: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def figures(self, workspace: str) -> Mapping[str, TopicFigures]:
        """Returns the figures by topic; a topic that nobody handled is missing. Raises DatabaseUnavailable."""
        async with self._reading[workspace]:
            at, known = self._known.get(workspace, (-KEPT_S, {}))
            if self._clock() - at >= KEPT_S:
                known = await self._read(workspace)
                self._known[workspace] = self._clock(), known
            return known

    async def _read(self, workspace: str) -> Mapping[str, TopicFigures]:
        first = f"{NOUNS['contact']}_{to_ms(utc_now() - LOOKED_BACK):012x}"
        parameters = {"workspace": workspace, "first": first, "most": MOST, "within": REOPENED_WITHIN}
        async with self._database.transaction() as session:
            rows = (await session.execute(BY_TOPIC, parameters)).mappings().all()
        shares = ("handle_time_s", "transferred", "reopened", "escalated")
        return {
            row["topic"]: TopicFigures(row["handled"], **{name: float(row[name]) for name in shares}) for row in rows
        }
