"""Conversations of an agent's week: those that were drawn to be looked at, from the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.coaching.calendar import Period
from mci_router.coaching.sampling import Fingerprint, sample
from mci_router.insight.agent_reports import LONGEST_STAY
from mci_router.insight.intervals import midnight
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value

HANDLED = text(
    """
    SELECT DISTINCT s.contact_id FROM segments s JOIN contacts c ON c.id = s.contact_id
    WHERE s.workspace_id = :workspace AND s.agent = :agent AND s.answered_at IS NOT NULL
      AND s.left_at >= :since AND s.left_at < :until AND s.entered_at >= :earliest AND s.entered_at < :until
      AND c.kind = 'customer' AND c.channel <> 'task'
    """
)
SHOWN = text(
    """
    SELECT c.id AS contact_id, c.case_id, c.channel, c.topic, c.queue, c.accepted_at, c.sensitive,
      i.kind AS survey_kind, a.score AS survey_score
    FROM contacts c LEFT JOIN survey_answers a ON a.contact_id = c.id
      LEFT JOIN survey_invitations i ON i.contact_id = a.contact_id
    WHERE c.workspace_id = :workspace AND c.id = ANY(:contacts)
    """
)


@value
class Drawn:
    """The conversations that were drawn, in the order in which they were; `hidden` are sensitive ones left out.

    `provisional`: the week goes on, and a new conversation may take the place of one of them.
    """

    items: Sequence[Any]
    hidden: int
    provisional: bool


async def drawn_ids(
    session: AsyncSession, snapshot: Snapshot, fingerprint: Fingerprint, agent: str, week: Period
) -> list[str]:
    """Returns the contacts that were drawn of an agent's week, sensitive ones too."""
    zone, workspace = snapshot.spec.zone, snapshot.workspace_id
    since, until = midnight(week.first, zone), midnight(week.end, zone)
    known = {"workspace": workspace, "agent": agent, "since": since, "until": until, "earliest": since - LONGEST_STAY}
    handled = (await session.scalars(HANDLED, known)).all()
    size = snapshot.spec.coaching_sample
    return sample(fingerprint, workspace, snapshot.generations[agent], week.name, handled, size)


async def drawn(
    session: AsyncSession,
    snapshot: Snapshot,
    fingerprint: Fingerprint,
    agent: str,
    week: Period,
    *,
    sensitive: bool,
    now: datetime,
) -> Drawn:
    """Returns the conversations that were drawn, sensitive ones only where the caller may see them.

    Nothing else is drawn in their place: everybody has the same sample.
    """
    ids = await drawn_ids(session, snapshot, fingerprint, agent, week)
    rows = (await session.execute(SHOWN, {"workspace": snapshot.workspace_id, "contacts": ids})).mappings().all()
    seen = [
        row for row in sorted(rows, key=lambda row: ids.index(row["contact_id"])) if sensitive or not row["sensitive"]
    ]
    return Drawn(seen, len(ids) - len(seen), now < midnight(week.end, snapshot.spec.zone))
