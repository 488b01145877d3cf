"""Consulting: agents join a conversation that another serves, read it along, and hand it over inside."""

from typing import Any

from sqlalchemy import select

from mci_router.clock import moment
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import (
    AlreadyTakesPart,
    AssignmentGone,
    MayNotReadAlong,
    NobodyToConsult,
    NoParticipant,
    NotFound,
    OfferGone,
    Problem,
    UnknownAgent,
    UnknownQueue,
    WrongState,
)
from mci_router.lifecycle.refusals import refusal
from mci_router.models import Contact
from mci_router.routing.calls import CallResult, Status
from mci_router.routing.engine import Engine
from mci_router.specs.base import TIER
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import AgentSpec
from mci_router.vocabulary import Channel, ContactState

MOST_LISTED = 50  # conversations: what a person can choose from
MOST_ASKED = 20  # agents of a queue who are tried, the longest idle first
BUSY = (Status.NOT_WORKING, Status.NO_ROOM, Status.UNABLE, Status.UNKNOWN, Status.KNOWN)


class Consulting:
    """Lets agents join conversations. Every method raises EngineUnavailable and DatabaseUnavailable."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots

    async def ask(self, workspace: str, by: str, contact_id: str, to: str) -> CallResult:
        """Asks an agent to join the conversation that `by` serves (empty: any agent who serves it).

        Only an agent who could serve it may join a sensitive one. Raises AssignmentGone, UnknownAgent,
        AlreadyTakesPart, AgentUnable, AgentNotWorking, AgentNoRoom, WrongState.
        """
        _, sensitive = await self._about(workspace, contact_id)
        if to not in (await self._snapshots.get(workspace)).agents:
            raise UnknownAgent(f"There is no agent {to!r} in this workspace.")
        result = await self._engine.consult(workspace, by, contact_id, to, able=sensitive)
        if result.status is not Status.OK:
            raise _problem(result)
        return result

    async def ask_queue(self, workspace: str, by: str, contact_id: str, queue: str) -> CallResult:
        """Asks an agent of a queue to join, the one who is free and has been idle longest.

        Raises AssignmentGone, UnknownQueue, NobodyToConsult, WrongState.
        """
        snapshot = await self._snapshots.get(workspace)
        spec = snapshot.queues.get(queue)
        if spec is None:
            raise UnknownQueue(f"There is no queue {queue!r} in this workspace.")
        channel, sensitive = await self._about(workspace, contact_id)
        able = [agent.name for agent in snapshot.agents.values() if _serves(agent, spec, channel)]
        for name in await self._idlest_first(workspace, able):
            result = await self._engine.consult(workspace, by, contact_id, name, able=sensitive)
            if result.status is Status.OK:
                return result
            if result.status not in BUSY:
                raise _problem(result)
        raise NobodyToConsult(f"Nobody who serves {queue!r} can join now.")

    async def answer(self, workspace: str, agent: str, invitation: str, *, accepted: bool, why: str = "") -> CallResult:
        """Answers an invitation. Raises OfferGone."""
        result = await self._engine.answer_invitation(workspace, agent, invitation, accepted=accepted, why=why)
        if result.status is not Status.OK:
            raise OfferGone
        return result

    async def leave(self, workspace: str, agent: str, contact_id: str) -> CallResult:
        """Takes a participant out. Raises NoParticipant."""
        result = await self._engine.leave_conversation(workspace, agent, contact_id, "left")
        if result.status is not Status.OK:
            raise NoParticipant
        return result

    async def read_along(self, workspace: str, agent: str, contact_id: str) -> CallResult:
        """Has an agent read along who may (`may_read_along`). Idempotent.

        Raises MayNotReadAlong, NotFound, AgentUnable, AgentNotWorking, WrongState.
        """
        await self._check_reader(workspace, agent)
        _, sensitive = await self._about(workspace, contact_id)
        result = await self._engine.read_along(workspace, agent, contact_id, able=sensitive)
        if result.status is Status.GONE:
            raise WrongState("Nobody serves the contact, so there is no conversation to read.", state=result.state)
        if result.status is not Status.OK:
            raise refusal(result)
        return result

    async def readable(self, workspace: str, agent: str) -> list[dict[str, Any]]:
        """Returns the newest conversations that others have now, for an agent to read along. Raises MayNotReadAlong.

        Of a sensitive one no subject is shown.
        """
        await self._check_reader(workspace, agent)
        query = select(Contact).where(Contact.workspace_id == workspace, Contact.ended_at.is_(None))
        served = query.where(Contact.state == ContactState.ASSIGNED, Contact.agent != agent)
        async with self._database.transaction() as session:
            rows = await session.scalars(served.order_by(Contact.id.desc()).limit(MOST_LISTED))
            return [_readable(row) for row in rows]

    async def hand_over(self, workspace: str, by: str, contact_id: str, to: str) -> CallResult:
        """Gives a conversation to an agent who takes part in it; the first takes part from then on. Idempotent.

        Raises AssignmentGone, NoParticipant, AgentUnable, WrongState.
        """
        result = await self._engine.hand_over_inside(workspace, by, contact_id, to)
        if result.status is Status.UNKNOWN:
            raise NoParticipant
        if result.status is not Status.OK:
            raise _problem(result)
        return result

    async def _check_reader(self, workspace: str, agent: str) -> None:
        spec = (await self._snapshots.get(workspace)).agents.get(agent)
        if spec is None or not spec.may_read_along:
            raise MayNotReadAlong

    async def _about(self, workspace: str, contact_id: str) -> tuple[Channel, bool]:
        """Returns the channel of a contact, and whether it is sensitive. Raises NotFound."""
        query = select(Contact.channel, Contact.sensitive)
        async with self._database.transaction() as session:
            row = (
                await session.execute(query.where(Contact.workspace_id == workspace, Contact.id == contact_id))
            ).first()
        if row is None:
            raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
        return row.channel, row.sensitive

    async def _idlest_first(self, workspace: str, names: list[str]) -> list[str]:
        found = await self._engine.agent_records(workspace, names) if names else []
        order = sorted(
            (int(record.get("used", 0)), float(record.get("idle_since", 0)), name)
            for name, (record, _) in zip(names, found, strict=True)
        )
        return [name for _, _, name in order[:MOST_ASKED]]


def _readable(contact: Contact) -> dict[str, Any]:
    return {
        "contact_id": contact.id,
        "agent": contact.agent,
        "queue": contact.queue,
        "channel": contact.channel,
        "topic": contact.topic,
        "subject": None if contact.sensitive else contact.subject,
        "sensitive": contact.sensitive,
        "accepted_at": moment(contact.accepted_at),
    }


def _serves(agent: AgentSpec, queue: QueueSpec, channel: Channel) -> bool:
    abilities = agent.abilities
    asked = {need.skill: need.min for need in queue.skills} | {TIER: queue.tier}
    return channel in agent.capacity.of_channels and all(
        abilities.get(skill, 0) >= least for skill, least in asked.items()
    )


def _problem(result: CallResult) -> Problem:
    if result.status is Status.GONE:
        return AssignmentGone()
    return AlreadyTakesPart() if result.status is Status.KNOWN else refusal(result)
