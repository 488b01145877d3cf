"""Proposing: a surge proposes an incident. A person declares it, or the router does where the workspace says so.

The router declares none by a surge without a past behind it, and none with which its incidents would together cover
what one of them must not.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment, utc_now
from mci_router.errors import Problem
from mci_router.incidents import store
from mci_router.incidents.coverage import coverage, covers_most
from mci_router.incidents.evidence import Said, SurgeEvidence, evidence
from mci_router.models import Contact, Incident
from mci_router.specs.resources import TopicSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import IncidentSource, IncidentState, Severity

DISMISSED_PAUSE_S = 3_600  # a person has looked at this surge: it is no incident
FIXED_PAUSE_S = 900  # its last contacts still come in
MOST_CONTACTS = 500  # the newest: enough to see what they have in common
MOST_EXAMPLES = 5
NO_PAST, COVERS_MOST = "no_past", "covers_most"
"""Why an incident is only proposed where the workspace has its incidents declared."""


class SurgeLike(Protocol):
    """A surge of a topic, or of the whole workspace (`topic` None), as `volume.surges` finds it."""

    @property
    def topic(self) -> str | None: ...
    @property
    def since(self) -> datetime: ...
    @property
    def expected(self) -> float: ...
    @property
    def seen(self) -> int: ...
    @property
    def probability(self) -> float: ...
    @property
    def cold(self) -> bool: ...


async def propose(session: AsyncSession, snapshot: Snapshot, surge: SurgeLike) -> Incident | None:
    """Proposes the incident of a surge. Idempotent while the surge goes on, from any process.

    Returns None if the topic has an incident, had one a short while ago, or must not have one.
    """
    topic = snapshot.topics.get(surge.topic) if surge.topic else None
    if topic is None or topic.sensitive or not snapshot.spec.surge_detection:
        return None
    if await _is_known(session, snapshot, topic.name):  # as a rule, and without a lock
        return None
    await store.lock_workspace(session, snapshot.workspace_id)
    if await _is_known(session, snapshot, topic.name):
        return None
    return await _propose(session, snapshot, topic, surge)


async def _propose(session: AsyncSession, snapshot: Snapshot, topic: TopicSpec, surge: SurgeLike) -> Incident | None:
    contacts = await _recent(session, snapshot.workspace_id, topic.name, surge.since)
    shared = evidence(contacts, topic.examples)
    draft = store.IncidentDraft(
        title=f"More contacts than usual: {topic.title}"[:200],
        severity=Severity.P2,
        topics=[topic.name],
        services=shared.agreed_services,
        regions=shared.agreed_regions,
    )
    held_back = await _held_back(session, snapshot, draft, surge)
    try:
        made = await store.make(
            session,
            snapshot,
            draft,
            IncidentSource.SURGE,
            surge_topic=topic.name,
            evidence=_shown(shared, contacts, surge) | {"held_back": held_back},
        )
    except Problem:  # there are too many already: people have enough to look at
        return None
    if snapshot.spec.declare_incidents and snapshot.spec.incident_status and held_back is None:
        await store.declare(session, snapshot, made)
    return made


async def _held_back(
    session: AsyncSession, snapshot: Snapshot, draft: store.IncidentDraft, surge: SurgeLike
) -> str | None:
    """Returns why the router must not declare the incident by itself, as a word; None: it may."""
    if surge.cold:
        return NO_PAST
    query = select(Incident.topics, Incident.services, Incident.regions).where(
        Incident.workspace_id == snapshot.workspace_id,
        Incident.state == IncidentState.OPEN,
        Incident.source == IncidentSource.SURGE,
    )
    open_now = [(topics, services, regions) for topics, services, regions in await session.execute(query)]
    together = [*open_now, (draft.topics, draft.services, draft.regions)]
    return COVERS_MOST if covers_most(snapshot.topics, together) else None


async def _is_known(session: AsyncSession, snapshot: Snapshot, topic: str) -> bool:
    """Returns whether an incident that covers the topic is proposed or open, or was lately fixed or dismissed."""
    now = utc_now()
    lately = or_(
        Incident.state.in_(store.NOT_OVER),
        Incident.dismissed_at > now - timedelta(seconds=DISMISSED_PAUSE_S),
        Incident.fixed_at > now - timedelta(seconds=FIXED_PAUSE_S),
    )
    query = select(Incident.surge_topic, Incident.topics, Incident.services).where(
        Incident.workspace_id == snapshot.workspace_id, lately
    )
    return any(
        topic == surging or topic in coverage(snapshot.topics, topics, services).topics
        for surging, topics, services in await session.execute(query)
    )


async def _recent(session: AsyncSession, workspace: str, topic: str, since: datetime) -> Sequence[Said]:
    query = (
        select(Contact.id, Contact.subject, Contact.text, Contact.context)
        .where(
            Contact.workspace_id == workspace,
            Contact.id >= _first_id(since),
            Contact.topic == topic,
            Contact.sensitive.is_(False),
        )
        .order_by(Contact.id.desc())
        .limit(MOST_CONTACTS)
    )
    return [Said(row.id, f"{row.subject or ''} {row.text}", row.context) for row in await session.execute(query)]


def _first_id(at: datetime) -> str:
    """Returns the lowest id that a contact from then on can have: ids begin with the time they were made at."""
    return f"con_{int(at.timestamp() * 1000):012x}"


def _shown(shared: SurgeEvidence, contacts: Sequence[Said], surge: SurgeLike) -> dict[str, object]:
    return {
        "words": shared.words,
        "services": shared.services,
        "regions": shared.regions,
        "examples": [one.contact for one in contacts[:MOST_EXAMPLES]],
        "seen": surge.seen,
        "expected": round(surge.expected, 2),
        "probability": surge.probability,
        "since": moment(surge.since),
    }
