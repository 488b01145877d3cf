"""What trends are found in: contacts, and each thing that is known of them when they come.

All is read at one go: the contacts are numbered in the order of their ids, and of each value comes which of them have
it, as numbers in PostgreSQL's own binary form. So a month of contacts is one pass over them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.ids import earliest
from mci_router.insight.local_time import local_sql, offsets
from mci_router.insight.sent_arrays import int4s
from mci_router.insight.trends.counting import FEWEST_CONTACTS, Contacts
from mci_router.insight.trends.words import LONGEST
from mci_router.values import value

MOST_READ = 2_000
"""The most frequent values that are read; those that few customers have are left out of these."""
MOST_TEXTS = 8_000
"""Texts that are read: of more, an even sample over both periods."""
LONGEST_VALUE = 100  # characters: what is longer is a text, and no value
NEAR = timedelta(minutes=5)

ROOM = text("SET LOCAL work_mem = '32MB'")  # for what would be sorted on disk
# A context is what an adapter sent: only what is a single value, or a list of such, can rise. Members that say the same
# are gathered before they are looked into: most are of few values, and of those that are not, few contacts have each.
_SINGLE = f"""jsonb_typeof({{one}}) IN ('string', 'boolean', 'number')
        AND length({{one}} #>> '{{{{}}}}') BETWEEN 1 AND {LONGEST_VALUE}"""
READ = text(
    f"""
    WITH mine AS MATERIALIZED (
      SELECT (row_number() OVER (ORDER BY id) - 1)::int AS number, id, hashtextextended(customer_id, 0) AS customer,
        {local_sql("accepted_at")}::date - CAST(:day AS date) AS day, topic, channel, served_by, context
      FROM contacts
      WHERE workspace_id = :workspace AND id >= :first AND id < :end AND accepted_at >= :since AND accepted_at < :until
        AND kind = 'customer' AND channel <> 'task' AND (:sensitive OR NOT sensitive)
    ), members AS MATERIALIZED (
      SELECT 'context.' || key AS dimension, found, array_agg(number) AS numbers FROM (
        SELECT number, key, context -> key AS found
        FROM (SELECT number, context, jsonb_object_keys(context) AS key FROM mine) AS named
        WHERE length(key) <= {LONGEST_VALUE} OFFSET 0  -- each is made once, and so they are hashed, and not sorted
      ) AS each
      GROUP BY key, found HAVING count(*) >= :contacts OR jsonb_typeof(found) = 'array'
    ), said AS (
      SELECT dimension, value, array_agg(number) AS numbers FROM mine, LATERAL (VALUES ('topic', topic),
        ('channel', channel), ('article', CASE served_by ->> 'kind' WHEN 'article' THEN served_by ->> 'ref' END)
      ) AS v(dimension, value)
      WHERE value IS NOT NULL GROUP BY dimension, value
      UNION ALL
      SELECT dimension, found #>> '{{}}', numbers FROM members WHERE {_SINGLE.format(one="found")}
      UNION ALL
      SELECT dimension, one #>> '{{}}', array_agg(number) FROM members, unnest(numbers) AS number,
        jsonb_array_elements(CASE jsonb_typeof(found) WHEN 'array' THEN found ELSE '[]' END) AS one
      WHERE {_SINGLE.format(one="one")} GROUP BY dimension, one #>> '{{}}'
    )
    SELECT NULL AS dimension, NULL AS value, NULL AS numbers, array_agg(id ORDER BY number) AS ids,
      array_agg(customer ORDER BY number) AS customers, array_agg(day ORDER BY number) AS days FROM mine
    UNION ALL (
      SELECT dimension, value, array_send(numbers), NULL, NULL, NULL FROM said WHERE cardinality(numbers) >= :contacts
      ORDER BY cardinality(numbers) DESC, dimension, value LIMIT {MOST_READ})
    """  # noqa: S608 — constants of this file
)
TEXTS = text(
    f"""
    SELECT id, left(concat_ws(' ', subject, text), {LONGEST}) AS text FROM contacts
    WHERE id = ANY(:ids) AND workspace_id = :workspace
    """  # noqa: S608 — a constant
)


@value
class Period:
    """A period of a workspace's contacts, whose days are those of a zone. `sensitive`: with sensitive ones."""

    workspace: str
    since: datetime
    until: datetime
    zone: ZoneInfo
    sensitive: bool = False

    @property
    def first_day(self) -> date:
        return self.since.astimezone(self.zone).date()

    @property
    def number(self) -> int:
        """How many days it has."""
        return (self.until.astimezone(self.zone).date() - self.first_day).days

    def asked(self) -> dict[str, Any]:
        """Returns the parameters of the statement."""
        return {
            "workspace": self.workspace,
            "since": self.since,
            "until": self.until,
            "first": earliest("contact", self.since - NEAR),  # an id is some moments older than the acceptance
            "end": earliest("contact", self.until + NEAR),
            **offsets(self.zone, self.since, self.until),
            "day": self.first_day,
            "sensitive": self.sensitive,
            "contacts": FEWEST_CONTACTS,
        }


@value
class Had:
    """A value of a dimension, and the rows of the contacts that have it."""

    dimension: str
    value: str
    rows: Any


async def read(session: AsyncSession, period: Period) -> tuple[Contacts, list[Had]]:
    """Returns the contacts, and the most frequent values of all that is known of them, such as topics."""
    await session.execute(ROOM)
    everything, *values = (await session.execute(READ, period.asked())).all()
    contacts = Contacts(everything.ids or (), everything.customers or (), everything.days or (), period.number)
    found = defaultdict[tuple[str, str], list[Any]](list)
    for row in values:  # a member that is a value here and a list of such there
        found[row.dimension, row.value].append(int4s(row.numbers))
    return contacts, [Had(*named, np.concatenate(rows)) for named, rows in found.items()]


async def texts(session: AsyncSession, workspace: str, contacts: Contacts) -> dict[int, str]:
    """Returns what customers wrote, by the rows of their contacts; of many, an even sample."""
    row_of = {contacts.ids[row]: row for row in _sample(contacts.ids)}
    found = await session.execute(TEXTS, {"workspace": workspace, "ids": list(row_of)})
    return {row_of[row.id]: row.text for row in found}


def _sample(ids: Sequence[str]) -> Sequence[int]:
    """Returns the rows whose texts are read: the same ones of the same contacts."""
    if len(ids) <= MOST_TEXTS:
        return range(len(ids))
    marks = np.fromiter((crc32(one.encode()) for one in ids), dtype=np.uint32, count=len(ids))
    chosen: list[int] = np.argpartition(marks, MOST_TEXTS)[:MOST_TEXTS].tolist()
    return chosen
