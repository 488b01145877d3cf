"""Counts what an incident has spared: contacts that needed no agent, and the time agents would have spent on them."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.models import Incident
from mci_router.values import value

AHT_WINDOW = timedelta(days=30)
AHT_SAMPLE = 5_000  # the newest contacts, which make the mean exact enough

COUNTS = text(
    """
    SELECT s.topic,
      count(*) AS subscribers,
      count(*) FILTER (WHERE s.informed_at IS NOT NULL) AS informed,
      count(*) FILTER (WHERE s.returned_at IS NOT NULL AND s.returned_at >= :fixed_at) AS still_broken,
      count(*) FILTER (WHERE c.outcome <> 'agent') AS spared
    FROM incident_subscriptions s JOIN contacts c ON c.id = s.contact_id
    WHERE s.incident_id = :incident GROUP BY s.topic
    """
)
# Ids begin with the time they were made at, so that the index by id bounds what is read.
HANDLE_TIMES = text(
    """
    SELECT topic, count(*) AS contacts, sum(seconds) AS seconds FROM (
      SELECT topic, extract(epoch FROM ended_at - answered_at) AS seconds FROM contacts
      WHERE workspace_id = :workspace AND id >= :first AND topic = ANY(:topics)
        AND state = 'completed' AND answered_at IS NOT NULL AND ended_at IS NOT NULL
      ORDER BY id DESC LIMIT :sample) handled
    GROUP BY topic
    """
)


@value
class Counted:
    """The contacts that an incident has answered, and what they spared.

    `contacts_spared` were answered and never came to an agent. `agent_minutes_saved` is their number times the mean
    handle time of their topics, wrap-up included; None where no agent has handled one of the topics in the last 30
    days. `still_broken` came back after the fix.
    """

    subscribers: int = 0
    informed: int = 0
    still_broken: int = 0
    contacts_spared: int = 0
    agent_minutes_saved: float | None = None


async def counted(session: AsyncSession, incident: Incident) -> Counted:
    """Returns the counts of an incident, from the ledger."""
    parameters = {"incident": incident.id, "fixed_at": incident.fixed_at or utc_now()}
    rows = [dict(row) for row in (await session.execute(COUNTS, parameters)).mappings()]
    spared = {str(row["topic"]): int(row["spared"]) for row in rows}
    handle_s = await _handle_times(session, incident.workspace_id, sorted(spared) or incident.topics)
    return Counted(
        subscribers=sum(row["subscribers"] for row in rows),
        informed=sum(row["informed"] for row in rows),
        still_broken=sum(row["still_broken"] for row in rows),
        contacts_spared=sum(spared.values()),
        agent_minutes_saved=minutes_saved(spared, handle_s),
    )


def minutes_saved(spared: Mapping[str, int], handle_s: Mapping[str, tuple[int, float]]) -> float | None:
    """Returns the minutes of work saved: contacts spared by topic, times the topic's mean handle time.

    A topic that has none of its own takes the mean of all topics. `handle_s`: by topic, how many contacts were handled,
    and how many seconds that took in all. None if `handle_s` is empty.
    """
    contacts = sum(count for count, _ in handle_s.values())
    if not contacts:
        return None
    of_all = sum(seconds for _, seconds in handle_s.values()) / contacts
    means = {topic: seconds / count for topic, (count, seconds) in handle_s.items()}
    return round(sum(count * means.get(topic, of_all) for topic, count in spared.items()) / 60, 2)


async def _handle_times(session: AsyncSession, workspace: str, topics: list[str]) -> dict[str, tuple[int, float]]:
    first = f"con_{to_ms(utc_now() - AHT_WINDOW):012x}"
    parameters = {"workspace": workspace, "first": first, "topics": topics, "sample": AHT_SAMPLE}
    rows = (await session.execute(HANDLE_TIMES, parameters)).mappings()
    return {row["topic"]: (int(row["contacts"]), float(row["seconds"])) for row in rows}
