"""Commands of an agent about written answers: suggested, searched, inserted to be adapted, and saved. None is sent."""

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Actor
from mci_router.access.tokens import AgentIdentity
from mci_router.api.auditing import audited, configured, incident_facts
from mci_router.api.parts import Parts
from mci_router.api.schemas.answer_frames import (
    AnswerCommand,
    InformData,
    InformSubscribers,
    InsertAnswer,
    InsertData,
    ListOpenIncidents,
    SaveAnswer,
    SaveData,
    SearchAnswers,
    SearchData,
    SuggestAnswers,
    UsedAnswer,
)
from mci_router.conversations import reading
from mci_router.conversations.access import Access, who_may
from mci_router.conversations.messages import MessageData
from mci_router.errors import DatabaseUnavailable, MayNotInform, NotForThisReader, NotYourContact, in_the_log
from mci_router.knowledge import uses
from mci_router.lifecycle.answers.desk_answers import About, shown
from mci_router.models import Incident
from mci_router.vocabulary import ActorKind, Audience

log = logging.getLogger(__name__)

READERS = {"reply": Audience.CUSTOMERS, "public": Audience.PUBLIC, "note": Audience.AGENTS}
"""Who reads what is written, by what it is inserted into."""


class AnswerCommands:
    """Carries out one agent's frames about written answers."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent

    async def do(self, frame: AnswerCommand) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack. Raises NotYourContact, and what its work raises."""
        match frame:
            case SuggestAnswers(data=data):
                await self._mine(data.contact_id, Access.READ)
                snapshot = await self._parts.snapshots.get(self._workspace)
                return {"answers": await self._parts.answers.desk.suggest(snapshot, data.contact_id, self._agent)}
            case SearchAnswers(data=data):
                return {"answers": await self._search(data)}
            case InsertAnswer(data=data):
                return await self._insert(data)
            case SaveAnswer(data=data):
                return await self._save(data)
            case ListOpenIncidents():
                return {"incidents": await self._open_incidents()}
            case InformSubscribers(data=data):
                return await self._inform(data)

    async def settle(self, contact: str, used: Sequence[UsedAnswer]) -> None:
        """Counts what became of the answers in a message that was sent. Never raises: the message is written."""
        if not used:
            return
        outcomes = {one.use_id: one.outcome for one in used}
        try:
            async with self._parts.database.transaction() as session:
                await uses.settle(session, self._workspace, outcomes, contact=contact, agent=self._agent)
        except DatabaseUnavailable as problem:
            log.warning("what became of answers in a message of %s was not counted: %s", contact, in_the_log(problem))

    async def _search(self, data: SearchData) -> list[dict[str, Any]]:
        snapshot, about = await self._parts.snapshots.get(self._workspace), About()
        if data.contact_id:
            await self._mine(data.contact_id, Access.READ)
            about = await self._parts.answers.desk.about(snapshot, data.contact_id, self._agent)
        return await self._parts.answers.desk.find(snapshot, data.words, about, finished=data.finished)

    async def _insert(self, data: InsertData) -> dict[str, Any]:
        """Counts an answer as inserted, and returns it. Raises NotFound, NotForThisReader."""
        await self._mine(data.contact_id, Access.WHISPER if data.into == "note" else Access.WRITE)
        snapshot = await self._parts.snapshots.get(self._workspace)
        about = await self._parts.answers.desk.about(snapshot, data.contact_id, self._agent)
        found = await self._parts.answers.desk.one(snapshot, about, data.kind, data.name, data.shortcut)
        if not READERS[data.into].includes(found.audience):
            raise NotForThisReader(f"{found.title!r} is for {found.audience}, not for a {data.into}.")
        async with self._parts.database.transaction() as session:
            use = await uses.insert(
                session, self._workspace, found.kind, found.ref, contact=data.contact_id, agent=self._agent
            )
        return {"use_id": use, "answer": shown(found, about)}

    async def _save(self, data: SaveData) -> dict[str, Any]:
        """Saves a message as the draft of an article. Raises as `SavedAnswers.save` does."""
        message = await self._written(data.message_id)
        name, changes = await self._parts.answers.saved.save(
            self._workspace, message, data.title, self._agent, data.topic, data.text
        )
        async with self._parts.database.transaction() as session:
            await configured(session, self._actor, changes)
        return {"article": name}

    async def _open_incidents(self) -> list[dict[str, str]]:
        return await self._parts.answers.sharing.open_incidents(self._workspace) if await self._may_inform() else []

    async def _inform(self, data: InformData) -> dict[str, Any]:
        """Tells an incident's subscribers. Raises MayNotInform, and as `Sharing.inform` does."""
        message = await self._written(data.message_id)
        if not await self._may_inform():
            raise MayNotInform

        async def note(session: AsyncSession, incident: Incident) -> None:
            after = {**incident_facts(incident), "from_contact": message["contact_id"]}
            await audited(session, self._actor, "incident.status_updated", incident.id, after=after)

        await self._parts.answers.sharing.inform(
            self._workspace, message["contact_id"], data.incident_id, data.text, note
        )
        return {"incident_id": data.incident_id}

    async def _may_inform(self) -> bool:
        agent = (await self._parts.snapshots.get(self._workspace)).agents.get(self._agent)
        return agent is not None and agent.may_inform

    async def _written(self, message_id: str) -> MessageData:
        """Returns a message of a conversation in which the agent may write. Raises NotYourContact."""
        found = await reading.some(self._parts.database, self._workspace, [message_id])
        if message_id not in found:
            raise NotYourContact
        await self._mine(found[message_id]["contact_id"], Access.WRITE)
        return found[message_id]

    @property
    def _actor(self) -> Actor:
        return Actor(self._workspace, ActorKind.AGENT, self._agent, self._agent)

    async def _mine(self, contact: str, needed: Access) -> None:
        """Refuses a contact in whose conversation the agent may not do what is needed. Raises NotYourContact."""
        if who_may(await self._parts.engine.contact(self._workspace, contact), self._agent) < needed:
            raise NotYourContact
