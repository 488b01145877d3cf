"""Facts of arrivals: accepted contacts counted by quarter-hours, once each, by the projector.

A contact is counted when the journal first speaks of it, so that intake pays nothing and no commit of it waits for
another. What it was counted as stays on its row: triage, cell and outcome may change afterwards, the arrival does not.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.stay_facts import SETTLED, changed_days

DIMENSIONS = ("topic", "channel", "language", "cell", "outcome")

ARRIVAL = """COALESCE(c.arrival, (
        SELECT jsonb_build_object('topic', d.triage ->> 'topic', 'channel', c.channel, 'language', c.language,
          'cell', COALESCE(d.triage ->> 'cell', c.cell), 'outcome', COALESCE(d.route ->> 'outcome', c.outcome))
        FROM decisions d WHERE d.contact_id = c.id ORDER BY d.rung LIMIT 1))"""
"""What the contact `c` is counted as: by the first decision about it."""


def facts_of(contacts: str) -> str:
    """Returns the SQL that counts contacts of one workspace, which `contacts` selects, by quarter-hours."""
    words = ", ".join(f"COALESCE(c.arrival ->> '{name}', '') AS {name}" for name in DIMENSIONS)
    return f"""
      SELECT date_bin('15 minutes', c.accepted_at, 'epoch') AS starts_at, {words}, count(*) AS contacts
      FROM ({contacts}) AS c WHERE c.arrival IS NOT NULL GROUP BY starts_at, {", ".join(map(str, range(2, 7)))}
    """  # noqa: S608 — the names above


def counted(contacts: str, workspace: str) -> str:
    """Returns the parts of a WITH that count contacts, which `contacts` selects, of a workspace, SQL for its id."""
    return f"""
    arrival_facts AS MATERIALIZED ({facts_of(contacts)}),
    arrivals_counted AS (
      INSERT INTO interval_arrivals AS f (workspace_id, starts_at, {", ".join(DIMENSIONS)}, contacts, revision)
      SELECT {workspace}, starts_at, {", ".join(DIMENSIONS)}, contacts, (starts_at < now() - {SETTLED})::int
      FROM arrival_facts ORDER BY starts_at, {", ".join(DIMENSIONS)}
      ON CONFLICT (workspace_id, starts_at, {", ".join(DIMENSIONS)}) DO UPDATE SET
        contacts = f.contacts + excluded.contacts,
        revision = f.revision + (f.starts_at < now() - {SETTLED})::int
    ),
    days_of_arrivals AS ({changed_days("arrivals", "arrival_facts", workspace)})
    """  # noqa: S608 — made of the names above


_THESE = "SELECT * FROM contacts WHERE workspace_id = :workspace AND id = ANY(:contacts)"
COUNT = text(f"WITH {counted(_THESE, ':workspace')} SELECT 1")
ARRIVE = text(
    f"""
    WITH mine AS (
      SELECT id FROM contacts WHERE workspace_id = :workspace AND id = ANY(:contacts) ORDER BY id FOR UPDATE
    )
    UPDATE contacts c SET arrival = {ARRIVAL} FROM mine
    WHERE c.id = mine.id AND c.arrival IS NULL AND c.journal_id <> '' RETURNING c.id
    """  # noqa: S608 — made of an expression above
)


async def arrive(session: AsyncSession, workspace: str, contacts: Sequence[str]) -> list[str]:
    """Gives contacts that the journal knows the `arrival` that they lack, and locks all. Returns those given one."""
    return sorted(await session.scalars(ARRIVE, {"workspace": workspace, "contacts": list(contacts)}))


async def count(session: AsyncSession, workspace: str, contacts: Sequence[str]) -> None:
    """Counts contacts whose row has just got its `arrival`, in the transaction of the session."""
    if contacts:
        await session.execute(COUNT, {"workspace": workspace, "contacts": list(contacts)})
