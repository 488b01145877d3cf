"""Completion: the topics that agents give at the end of a contact are taken from the desk, screened and recorded."""

import asyncio
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import UnknownTopic
from mci_router.learning.corrections import enter
from mci_router.learning.models import LiveModels
from mci_router.learning.screening import screened
from mci_router.models import Contact
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.reading import read
from mci_router.vocabulary import ContactKind, CorrectionState

LONGEST_TEXT = 2_000  # characters of an example


class Corrections:
    """Takes the topics that agents give, and screens them."""

    def __init__(self, database: Database, snapshots: Snapshots, models: LiveModels) -> None:
        self._database = database
        self._snapshots = snapshots
        self._models = models

    async def check(self, workspace: str, topic: str) -> None:
        """Raises UnknownTopic where the workspace does not have the topic."""
        _known(await self._snapshots.get(workspace), topic)

    async def take(self, workspace: str, contact: str, agent: str, topic: str) -> CorrectionState | None:
        """Records an agent's topic for a contact; a later one replaces it.

        Returns None where the contact is gone, or where no customer sent it. Raises UnknownTopic.
        """
        snapshot = await self._snapshots.get(workspace)
        _known(snapshot, topic)
        async with self._database.transaction() as session:
            row = await _contact(session, workspace, contact)
        if row is None or row.kind is not ContactKind.CUSTOMER:
            return None
        text = read(row.subject, row.text, row.channel)[:LONGEST_TEXT]
        model = await self._models.classifier(workspace)
        (guess,) = await asyncio.to_thread(model.classify, [text])
        sensitive_topics = sensitive(snapshot)
        delicate = row.sensitive or row.topic in sensitive_topics
        screening = screened(topic, model=model, guess=guess, sensitive=delicate, sensitive_topics=sensitive_topics)
        values = {
            "agent": agent,
            "topic": topic,
            "found": row.topic,
            "probability": screening.probability,
            "model": model.version,
            "text": text,
            "sensitive": delicate or topic in sensitive_topics,
            "confirms": screening.confirms,
            "state": screening.state,
            "why": screening.why,
        }
        async with self._database.transaction() as session:
            await enter(session, workspace, contact, values)
        return screening.state


def sensitive(snapshot: Snapshot) -> frozenset[str]:
    """Returns the names of the sensitive topics."""
    return frozenset(name for name, topic in snapshot.topics.items() if topic.sensitive)


def _known(snapshot: Snapshot, topic: str) -> None:
    if topic not in snapshot.topics:
        raise UnknownTopic(
            f"There is no topic {topic!r} in this workspace.", errors=[{"where": "data.topic", "problem": "unknown"}]
        )


async def _contact(session: AsyncSession, workspace: str, contact: str) -> Any:
    """Returns the words of a contact and its triage result, or None."""
    columns = (Contact.subject, Contact.text, Contact.channel, Contact.topic, Contact.sensitive, Contact.kind)
    return (
        await session.execute(select(*columns).where(Contact.workspace_id == workspace, Contact.id == contact))
    ).one_or_none()
