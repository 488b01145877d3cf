"""Commands of an agent at the desk: each frame is carried out, and answered by an ack."""

import logging
from collections.abc import Mapping
from typing import Any

from mci_router.access.tokens import AgentIdentity
from mci_router.api.desk.answer_commands import AnswerCommands
from mci_router.api.desk.customer_commands import CustomerCommands
from mci_router.api.desk.dispositions import check_disposition
from mci_router.api.desk.guide_commands import GuideCommands
from mci_router.api.desk.lookups import Lookups
from mci_router.api.desk.message_commands import MessageCommands
from mci_router.api.desk.plan_commands import PlanCommands
from mci_router.api.desk.run_commands import RunCommands
from mci_router.api.desk.serving_commands import ServingCommands, acked
from mci_router.api.parts import Parts
from mci_router.api.schemas.answer_frames import (
    InformSubscribers,
    InsertAnswer,
    ListOpenIncidents,
    SaveAnswer,
    SearchAnswers,
    SuggestAnswers,
)
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
    ListConversations,
    ListDirectory,
    ListLine,
    PullContact,
    ReadWorkspace,
    ResumeContact,
    TransferAssignment,
    VerifyContact,
)
from mci_router.api.schemas.guide_frames import AnswerStep, ReadGuide
from mci_router.api.schemas.message_frames import (
    ChangeModality,
    DraftSummary,
    EditMessage,
    MarkRead,
    ReadConversation,
    ReadSummary,
    RedactMessage,
    SayTyping,
    SendAgain,
    SendMessage,
)
from mci_router.api.schemas.plan_frames import PlanCommand
from mci_router.api.schemas.retention import RetentionGiven
from mci_router.api.schemas.run_frames import ApproveRun, DeclineRun, ListRuns, StartRun
from mci_router.errors import (
    AssignmentGone,
    ContactNotWaiting,
    DatabaseUnavailable,
    OfferGone,
    UnknownTopic,
    WrongState,
    in_the_log,
)
from mci_router.intake.masking import mask
from mci_router.lifecycle.passing_on.transfer_records import passed_on
from mci_router.lifecycle.refusals import refusal
from mci_router.routing.calls import CallResult, Status
from mci_router.routing.engine import contact_of
from mci_router.vocabulary import CorrectionState

log = logging.getLogger(__name__)

SHOWN_OF_ROUTE = ("queue", "reasons", "expected_wait_s", "reply_by", "opens_at", "message")


class DeskCommands:
    """Carries out one agent's frames. Every method may raise EngineUnavailable or DatabaseUnavailable."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent
        self._customers = CustomerCommands(parts, identity)
        self._serving = ServingCommands(parts, identity)
        self._lookups = Lookups(parts, identity)
        self._messages = MessageCommands(parts, identity)
        self._answers = AnswerCommands(parts, identity)
        self._guides = GuideCommands(parts, identity)
        self._runs = RunCommands(parts, identity)
        self._plan = PlanCommands(parts, identity)

    async def do(self, frame: Command) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack.

        Raises the problem of a frame that cannot be carried out, such as OfferGone or AssignmentGone.
        """
        if isinstance(frame, PlanCommand):
            return await self._plan.do(frame)
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
                return await self._lookups.line(data.queue)
            case ListConversations():
                return {"conversations": await self._parts.consulting.readable(workspace, agent)}
            case ListDirectory(data=data):
                return await self._lookups.directory(data.search)
            case ReadWorkspace():
                return await self._lookups.workspace()
            case (
                SendMessage()
                | ReadConversation()
                | MarkRead()
                | SayTyping()
                | SendAgain()
                | EditMessage()
                | RedactMessage()
                | ChangeModality()
                | DraftSummary()
                | ReadSummary()
            ):
                return await self._messages.do(frame)
            case (
                SuggestAnswers()
                | SearchAnswers()
                | InsertAnswer()
                | SaveAnswer()
                | ListOpenIncidents()
                | InformSubscribers()
            ):
                return await self._answers.do(frame)
            case ReadGuide() | AnswerStep():
                return await self._guides.do(frame)
            case ListRuns() | StartRun() | ApproveRun() | DeclineRun():
                return await self._runs.do(frame)
            case _:
                return await self._serving.do(frame)

    async def endpoint(self) -> str | None:
        """Returns where the agent's calls are put through."""
        agent = (await self._parts.snapshots.get(self._workspace)).agents.get(self._agent)
        return agent.endpoint if agent else None

    async def _complete(self, data: CompleteData) -> dict[str, Any]:
        """Ends the conversation, and takes the agent's topic, and what became of a customer who may leave.

        Raises AssignmentGone, UnknownTopic, UnknownDisposition, NotesNeeded, InvalidRequest.
        """
        check_disposition(await self._parts.snapshots.get(self._workspace), data.disposition, data.notes)
        if data.topic:
            await self._parts.corrections.check(self._workspace, data.topic)
        topic = await self._retained(data) if data.retention else None
        words = mask(data.disposition).text, mask(data.notes).text
        ack = _ack(
            await self._parts.engine.complete(self._workspace, self._agent, data.assignment_id, *words), AssignmentGone
        )
        if topic and data.retention:
            ack["retention"] = await self._retain(ack["contact_id"], topic, data.retention)
        return {**ack, "correction": await self._correct(ack["contact_id"], data.topic)} if data.topic else ack

    async def _retained(self, data: CompleteData) -> str:
        """Returns the topic for which a result counts. Raises InvalidRequest."""
        contact = contact_of(data.assignment_id)
        return await self._parts.retentions.topic(self._workspace, contact, data.topic)

    async def _retain(self, contact: str, topic: str, said: RetentionGiven) -> bool:
        """Takes what the agent says of the customer, and returns whether it was kept. The assignment is over anyway."""
        try:
            await self._parts.retentions.take(self._workspace, contact, self._agent, topic, said.model_dump())
        except DatabaseUnavailable as problem:
            log.warning("whether the customer of %s stays was not kept: %s", contact, in_the_log(problem))
            return False
        return True

    async def _correct(self, contact: str, topic: str) -> CorrectionState | None:
        """Takes the agent's topic as a correction; None if it could not be kept. The assignment is over in any case."""
        try:
            return await self._parts.corrections.take(self._workspace, contact, self._agent, topic)
        except (DatabaseUnavailable, UnknownTopic) as problem:
            log.warning("what %s was about, as its agent sees it, was not kept: %s", contact, in_the_log(problem))
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
        AgentNoRoom, QueueClosed.
        """
        data, contact = frame.data, contact_of(frame.data.assignment_id)
        handoff = data.handoff.model_dump() if data.handoff else None
        passed = passed_on(data.reason, handoff, by=self._agent, assignment=data.assignment_id)
        transfers, workspace = self._parts.transfers, self._workspace
        if data.agent:
            await self._parts.hand_overs.transfer(
                workspace,
                contact,
                data.agent,
                passed,
                warm=data.warm,
                keep_skills=data.keep_skills,
                force=data.force,
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
        """Pulls a waiting contact. Raises ContactNotWaiting, AgentUnable, AgentNotWorking, AgentNoRoom, QueueClosed."""
        result = await self._parts.engine.pull(self._workspace, self._agent, contact, await self.endpoint())
        if result.status in (Status.GONE, Status.UNKNOWN):
            raise ContactNotWaiting
        if result.status is not Status.OK:
            raise refusal(result)
        return _ack(result, OfferGone)


def _ack(result: CallResult, gone: type[OfferGone] | type[AssignmentGone]) -> dict[str, Any]:
    if result.status is Status.GONE:
        raise gone
    return acked(result)
