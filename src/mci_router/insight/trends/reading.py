"""What trends are found in: contacts by day, and by each thing that is known of them when they come."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.ids import earliest
from mci_router.insight.trends.finding import FEWEST_CONTACTS, FEWEST_CUSTOMERS, Series
from mci_router.insight.trends.words import LONGEST, Said

MOST_VALUES = 500
"""The most frequent values that are looked at."""
MOST_TEXTS = 8_000
"""Texts that are read: of more, an even sample over both periods."""
LONGEST_VALUE = 100  # characters: what is longer is a text, and no value
EXAMPLES = 10
NEAR = timedelta(minutes=5)

# A context is what an adapter sent: only what is a single value, or a list of such, can rise.
_VALUE = f"""jsonb_typeof({{0}}) IN ('string', 'boolean', 'number')
      AND length({{0}} #>> '{{{{}}}}') BETWEEN 1 AND {LONGEST_VALUE} AND length(key) <= {LONGEST_VALUE}"""


def _said(who: str) -> str:
    """Returns the parts of a WITH that say what is known of contacts: `said` has `who`, SQL of their columns, `day`,
    `dimension` and `value`, each once a contact.
    """
    return f"""
  mine AS MATERIALIZED (
    SELECT {who} AS who, (accepted_at AT TIME ZONE :zone)::date AS day, topic, channel, served_by, context
    FROM contacts
    WHERE workspace_id = :workspace AND id >= :first AND id < :end AND accepted_at >= :since AND accepted_at < :until
      AND kind = 'customer' AND channel <> 'task' AND (:sensitive OR NOT sensitive)
  ), said AS (
    SELECT who, day, dimension, value FROM mine, LATERAL (VALUES ('topic', topic), ('channel', channel),
      ('article', CASE served_by ->> 'kind' WHEN 'article' THEN served_by ->> 'ref' END)) AS v(dimension, value)
    WHERE value IS NOT NULL
    UNION ALL
    SELECT who, day, 'context.' || key, found #>> '{{}}' FROM mine, jsonb_each(context) AS e(key, found)
    WHERE {_VALUE.format("found")}
    UNION ALL
    SELECT who, day, 'context.' || key, of_list.value FROM mine, jsonb_each(context) AS e(key, found), LATERAL (
      SELECT DISTINCT one #>> '{{}}' AS value
      FROM jsonb_array_elements(CASE jsonb_typeof(found) WHEN 'array' THEN found ELSE '[]' END) AS one
      WHERE {_VALUE.format("one")}) AS of_list
    WHERE jsonb_typeof(found) = 'array'
  )"""  # noqa: S608 — constants of this file


ROOM = text("SET LOCAL work_mem = '32MB'")  # for what would be sorted on disk
COUNTS = text(
    f"""
    WITH {_said("hashtextextended(customer_id, 0)")}, by_customer AS (
      SELECT dimension, value, who, count(*) AS contacts FROM said GROUP BY 1, 2, 3
    ), kept AS (
      SELECT dimension, value, count(*)::int AS customers FROM by_customer GROUP BY 1, 2
      HAVING count(*) >= :customers AND sum(contacts) >= :contacts
      ORDER BY sum(contacts) DESC, dimension, value LIMIT {MOST_VALUES}
    )
    SELECT dimension, value, customers, array_agg(day) AS days, array_agg(counted) AS counts,
      array_agg(people) AS people
    FROM kept JOIN (
      SELECT dimension, value, day, sum(contacts)::int AS counted, count(*)::int AS people
      FROM (SELECT dimension, value, day, who, count(*) AS contacts FROM said GROUP BY 1, 2, 3, 4) AS of_day
      GROUP BY 1, 2, 3
    ) AS by_day USING (dimension, value)
    GROUP BY 1, 2, 3 ORDER BY 1, 2
    """  # noqa: S608 — constants of this file
)
USUAL = text(
    """
    SELECT (accepted_at AT TIME ZONE :zone)::date AS day, count(*)::int AS contacts FROM contacts
    WHERE workspace_id = :workspace AND id >= :first AND id < :end AND accepted_at >= :since AND accepted_at < :until
      AND kind = 'customer' AND channel <> 'task' AND (:sensitive OR NOT sensitive)
    GROUP BY 1
    """
)
TEXTS = text(
    f"""
    SELECT id AS contact, customer_id AS customer, (accepted_at AT TIME ZONE :zone)::date AS day,
      left(concat_ws(' ', subject, text), {LONGEST}) AS text
    FROM contacts
    WHERE workspace_id = :workspace AND id >= :first AND id < :end AND accepted_at >= :since AND accepted_at < :until
      AND kind = 'customer' AND channel <> 'task' AND (:sensitive OR NOT sensitive)
    ORDER BY hashtextextended(id, 0) LIMIT {MOST_TEXTS}
    """  # noqa: S608 — constants of this file
)
BEHIND = text(
    f"""
    WITH {_said("id")}
    SELECT dimension, value, (array_agg(who ORDER BY who DESC))[1:{EXAMPLES}] AS contacts FROM said
    JOIN jsonb_to_recordset(CAST(:found AS jsonb)) AS f(dimension text, value text) USING (dimension, value)
    GROUP BY 1, 2
    """  # noqa: S608 — constants of this file
)


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a workspace's contacts, whose days are those of a zone. `sensitive`: with sensitive ones."""

    workspace: str
    since: datetime
    until: datetime
    zone: ZoneInfo
    sensitive: bool = False

    def asked(self, **more: Any) -> dict[str, Any]:
        """Returns the parameters of the statements."""
        return {
            "workspace": self.workspace,
            "since": self.since,
            "until": self.until,
            "first": earliest("contact", self.since - NEAR),  # an id is some moments older than the acceptance
            "end": earliest("contact", self.until + NEAR),
            "zone": self.zone.key,
            "sensitive": self.sensitive,
            **more,
        }


async def counted(session: AsyncSession, period: Period) -> list[Series]:
    """Returns the most frequent values of all that is known of contacts, such as topics, that enough have."""
    await session.execute(ROOM)
    found = await session.execute(COUNTS, period.asked(customers=FEWEST_CUSTOMERS, contacts=FEWEST_CONTACTS))
    return [
        Series(
            row.dimension,
            row.value,
            row.customers,
            dict(zip(row.days, row.counts, strict=True)),
            dict(zip(row.days, row.people, strict=True)),
        )
        for row in found
    ]


async def usual(session: AsyncSession, period: Period) -> dict[date, int]:
    """Returns how many contacts there were on each day."""
    return {row.day: row.contacts for row in await session.execute(USUAL, period.asked())}


async def texts(session: AsyncSession, period: Period) -> Sequence[Said]:
    """Returns what customers wrote; of many, an even sample."""
    return [Said(**row) for row in (await session.execute(TEXTS, period.asked())).mappings()]


async def behind(
    session: AsyncSession, period: Period, found: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[str]]:
    """Returns the newest contacts that have these values, by dimension and value."""
    wanted = json.dumps([{"dimension": dimension, "value": value} for dimension, value in found])
    rows = await session.execute(BEHIND, period.asked(found=wanted)) if found else ()
    return {(row.dimension, row.value): row.contacts for row in rows}
