"""Commands of an agent at the desk: each frame is carried out, and answered by an ack."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from mci_router.access.tokens import AgentIdentity
from mci_router.api.desk.customer_commands import CustomerCommands
from mci_router.api.desk.serving_commands import ServingCommands, acked
from mci_router.api.parts import Parts
from mci_router.api.schemas.frames import (
    AcceptOffer,
    CancelTransfer,
    ChangeCustomer,
    Command,
    CompleteAssignment,
    CompleteData,
    DeclineOffer,
    EndWrapUp,
    EscalateAssignment,
    HoldContact,
    ListDirectory,
    ListLine,
    PullContact,
    ResumeContact,
    TransferAssignment,
    VerifyContact,
)
from mci_router.errors import (
    AssignmentGone,
    ContactNotWaiting,
    DatabaseUnavailable,
    OfferGone,
    UnknownTopic,
    WrongState,
)
from mci_router.intake.masking import mask
from mci_router.lifecycle.refusals import refusal
from mci_router.lifecycle.screen_pop import waiting
from mci_router.lifecycle.transfer_records import passed_on
from mci_router.routing.calls import CallResult, Status
from mci_router.routing.engine import contact_of
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import AgentSpec, TopicSpec
from mci_router.vocabulary import ContactState, CorrectionState

log = logging.getLogger(__name__)

SHOWN_OF_ROUTE = ("queue", "reasons", "expected_wait_s", "reply_by", "opens_at", "message")
MOST_LISTED = 50  # contacts, queues or agents: what a person can choose from
MOST_TOPICS = 200  # the desk lists them all for completion

Named = TypeVar("Named", AgentSpec, QueueSpec, TopicSpec)


class DeskCommands:
    """Carries out one agent's frames. Every method may raise EngineUnavailable or DatabaseUnavailable."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent
        self._customers = CustomerCommands(parts, identity)
        self._serving = ServingCommands(parts, identity)

    async def do(self, frame: Command) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack.

        Raises the problem of a frame that cannot be carried out, such as OfferGone or AssignmentGone.
        """
        engine, workspace, agent = self._parts.engine, self._workspace, self._agent
        match frame:
            case AcceptOffer(data=data):
                return _ack(await engine.accept(workspace, agent, data.offer_id, await self.endpoint()), OfferGone)
            case DeclineOffer(data=data):
                return _ack(await engine.decline(workspace, agent, data.offer_id, mask(data.reason).text), OfferGone)
            case CompleteAssignment(data=data):
                return await self._complete(data)
            case EndWrapUp(data=data):
                return _ack(await engine.end_wrap_up(workspace, agent, data.assignment_id), AssignmentGone)
            case HoldContact(data=data):
                return await self._hold(data.assignment_id)
            case ResumeContact(data=data):
                return _ack(await engine.end_hold(workspace, agent, data.assignment_id), AssignmentGone)
            case TransferAssignment():
                return await self._transfer(frame)
            case CancelTransfer(data=data):
                return await self._cancel_transfer(data.assignment_id)
            case EscalateAssignment():
                return await self._escalate(frame)
            case VerifyContact(data=data):
                return await self._customers.verify(data)
            case ChangeCustomer(data=data):
                return await self._customers.change(data)
            case PullContact(data=data):
                return await self._pull(data.contact_id)
            case ListLine(data=data):
                return await self._line(data.queue)
            case ListDirectory(data=data):
                return await self._directory(data.search)
            case _:
                return await self._serving.do(frame)

    async def endpoint(self) -> str | None:
        """Returns where the agent's calls are put through."""
        agent = (await self._parts.snapshots.get(self._workspace)).agents.get(self._agent)
        return agent.endpoint if agent else None

    async def _complete(self, data: CompleteData) -> dict[str, Any]:
        """Ends the conversation, and takes the agent's topic. Raises AssignmentGone, UnknownTopic."""
        if data.topic:
            await self._parts.corrections.check(self._workspace, data.topic)
        words = mask(data.disposition).text, mask(data.notes).text
        ack = _ack(
            await self._parts.engine.complete(self._workspace, self._agent, data.assignment_id, *words), AssignmentGone
        )
        return {**ack, "correction": await self._correct(ack["contact_id"], data.topic)} if data.topic else ack

    async def _correct(self, contact: str, topic: str) -> CorrectionState | None:
        """Takes the agent's topic as a correction; None if it could not be kept. The assignment is over in any case."""
        try:
            return await self._parts.corrections.take(self._workspace, contact, self._agent, topic)
        except (DatabaseUnavailable, UnknownTopic) as problem:
            log.warning("what %s was about, as its agent sees it, was not kept: %s", contact, problem.detail)
            return None

    async def _hold(self, assignment: str) -> dict[str, Any]:
        """Puts the customer on hold. Raises AssignmentGone, WrongState."""
        result = await self._parts.engine.start_hold(self._workspace, self._agent, assignment)
        if result.status is Status.WRONG_STATE:
            raise WrongState("The contact is interrupted: it goes on by itself first.", state=result.state)
        return _ack(result, AssignmentGone)

    async def _transfer(self, frame: TransferAssignment) -> dict[str, Any]:
        """Transfers the contact to an agent or a queue.

        Raises AssignmentGone, WrongState, UnknownQueue, NobodyCanServe, UnknownAgent, AgentUnable, AgentNotWorking,
        AgentNoRoom.
        """
        data, contact = frame.data, contact_of(frame.data.assignment_id)
        handoff = data.handoff.model_dump() if data.handoff else None
        passed = passed_on(data.reason, handoff, by=self._agent, assignment=data.assignment_id)
        transfers, workspace = self._parts.transfers, self._workspace
        if data.agent:
            await self._parts.hand_overs.transfer(
                workspace, contact, data.agent, passed, warm=data.warm, keep_skills=data.keep_skills
            )
            return await self._moved(contact, await self._parts.places.of(workspace, contact))
        answer = await transfers.to_queue(
            workspace,
            contact,
            str(data.queue),
            passed,
            warm=data.warm,
            keep_skills=data.keep_skills,
            force=data.force,
        )
        return await self._moved(contact, answer["route"])

    async def _cancel_transfer(self, assignment: str) -> dict[str, Any]:
        """Calls off a warm transfer. Raises AssignmentGone, WrongState."""
        contact, passed = contact_of(assignment), passed_on("", None, by=self._agent, assignment=assignment)
        await self._parts.transfers.cancel(self._workspace, contact, passed)
        return await self._moved(contact, None)

    async def _escalate(self, frame: EscalateAssignment) -> dict[str, Any]:
        """Escalates the contact. Raises AssignmentGone, UnknownSeverity, NobodyCanServe, NobodyWorks."""
        data, contact = frame.data, contact_of(frame.data.assignment_id)
        passed = passed_on(data.reason, data.handoff.model_dump(), by=self._agent, assignment=data.assignment_id)
        answer = await self._parts.transfers.escalate(self._workspace, contact, data.severity, passed, force=data.force)
        return await self._moved(contact, answer["route"])

    async def _moved(self, contact: str, route: Mapping[str, Any] | None) -> dict[str, Any]:
        """Returns the contact's state, its assignment while that is still this agent's, and where it waits."""
        live = await self._parts.engine.contact(self._workspace, contact)
        mine = live is not None and live.agent == self._agent
        return {
            "contact_id": contact,
            "state": live and live.state,
            "assignment_id": live.assignment if live and mine else None,
            "route": {name: route[name] for name in SHOWN_OF_ROUTE} if route else None,
        }

    async def _pull(self, contact: str) -> dict[str, Any]:
        """Pulls a waiting contact. Raises ContactNotWaiting, AgentUnable, AgentNotWorking, AgentNoRoom."""
        result = await self._parts.engine.pull(self._workspace, self._agent, contact, await self.endpoint())
        if result.status in (Status.GONE, Status.UNKNOWN):
            raise ContactNotWaiting
        if result.status is not Status.OK:
            raise refusal(result)
        return _ack(result, OfferGone)

    async def _line(self, queue: str | None) -> dict[str, Any]:
        """Returns the oldest waiting contacts that this agent is able to serve."""
        contacts = await self._parts.engine.waiting_for(self._workspace, self._agent, MOST_LISTED)
        lives = await self._parts.engine.contacts(self._workspace, contacts)
        # In a warm transfer an agent still serves the contact: it is offered, but cannot be pulled.
        found = [
            (contact, live)
            for contact, live in zip(contacts, lives, strict=True)
            if live and live.state is ContactState.QUEUED and queue in (None, live.queue)
        ]
        async with self._parts.database.transaction() as session:
            return {"waiting": await waiting(session, self._workspace, found)}

    async def _directory(self, search: str) -> dict[str, Any]:
        """Returns queues, other agents with their presence, the rows of the escalation matrix, and topics."""
        snapshot = await self._parts.snapshots.get(self._workspace)
        others = [agent for agent in snapshot.agents.values() if agent.name != self._agent]
        agents = _named(search, others)
        presences = await self._parts.engine.presences(self._workspace, [agent.name for agent in agents])
        return {
            "queues": [
                {"name": queue.name, "description": queue.description}
                for queue in _named(search, snapshot.queues.values())
            ],
            "agents": [
                {"name": agent.name, "title": agent.title, "presence": presence}
                for agent, presence in zip(agents, presences, strict=True)
            ],
            "severities": [
                {"name": row.name, "queue": row.queue, "description": row.description}
                for row in sorted(snapshot.escalations.values(), key=lambda row: row.name)
            ],
            "topics": [
                {"name": topic.name, "title": topic.title}
                for topic in _named(
                    search, sorted(snapshot.topics.values(), key=lambda topic: topic.title), MOST_TOPICS
                )
            ],
        }


def _named(search: str, specs: Iterable[Named], most: int = MOST_LISTED) -> list[Named]:
    wanted = search.lower()
    return [spec for spec in specs if wanted in f"{spec.name} {getattr(spec, 'title', '')}".lower()][:most]


def _ack(result: CallResult, gone: type[OfferGone] | type[AssignmentGone]) -> dict[str, Any]:
    if result.status is Status.GONE:
        raise gone
    return acked(result)
