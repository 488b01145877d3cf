"""Commands of a customer: each frame is carried out, and answered by an ack.

A customer acts on the own contacts alone: any other is not found, whether it exists or not.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from mci_router.api.customer.helping import helped, person_please
from mci_router.api.customer.lobby import Lobby
from mci_router.api.customer.saying import say
from mci_router.api.customer.visit import Visit
from mci_router.api.parts import Parts
from mci_router.api.schemas.customer_frames import (
    AnswerSummary,
    AnswerSurvey,
    ConsentData,
    EndConversation,
    Frame,
    GiveConsent,
    Heartbeat,
    Helped,
    MessageData,
    NotHelped,
    PersonPlease,
    ReadData,
    ReadMessages,
    Resume,
    RungData,
    SeeMessages,
    SeenData,
    SendMessage,
    SummaryAnswerData,
    SurveyAnswerData,
    Typing,
)
from mci_router.api.survey_answering import answered
from mci_router.clock import moment, to_ms, utc_now
from mci_router.conversations.read_marks import CUSTOMER
from mci_router.errors import NotFound
from mci_router.lifecycle.talking.customer_messages import shown, survey_data
from mci_router.models import Contact
from mci_router.routing.engine.typing import LIFE_S, Typist
from mci_router.vocabulary import EndedBy, SurveyWay

NOT_HELPED = "the customer says that it did not help"
LEFT = "the customer ended the conversation"


class CustomerCommands:
    """Carries out one customer's frames. Every method may raise EngineUnavailable or DatabaseUnavailable."""

    def __init__(self, parts: Parts, lobby: Lobby, visit: Visit) -> None:
        self._parts = parts
        self._lobby = lobby
        self._visit = visit
        self._who = visit.identity
        self._workspace = visit.identity.workspace_id

    async def do(self, frame: Frame) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack. Raises the problem of one that cannot be carried out,
        such as NotFound for a contact that is not the customer's.
        """
        match frame:
            case SendMessage(data=data):
                return await self._say(data)
            case Helped(data=data):
                return await self._helped(data.contact_id)
            case NotHelped(data=data):
                return await self._not_helped(data)
            case PersonPlease(data=data):
                return await self._person(data.contact_id)
            case GiveConsent(data=data):
                return await self._consent(data)
            case AnswerSummary(data=data):
                return await self._answer_summary(data)
            case AnswerSurvey(data=data):
                return await self._answer_survey(data)
            case EndConversation(data=data):
                return await self._end(data.contact_id, LEFT)
            case ReadMessages(data=data):
                return await self._read(data)
            case SeeMessages(data=data):
                return await self._seen(data)
            case Typing(data=data):
                return await self._types(data.contact_id)
            case Resume(data=data):
                return await self._resume(data.cases)
            case Heartbeat():
                return {"at": moment(utc_now())}

    async def _say(self, data: MessageData) -> dict[str, Any]:
        """Takes a message in. Raises NotFound, MessageKeyReused."""
        async with self._visit.writing:
            said = await say(self._parts, self._who, data)
        contact, snapshot = said["contact"], await self._parts.snapshots.get(self._workspace)
        self._lobby.news.begin(self._who.customer, contact["case_id"], said["message"]["seq"])
        known = None if contact["new"] or contact["moved"] else self._lobby.shown(self._who.customer, contact["id"])
        view = known.data() if known else (await self._shown(contact["id"]))["contact"]
        await self._lobby.news.catch_up({contact["case_id"]: self._who.customer})
        return {"message": shown(snapshot, said["message"]), "contact": {**contact, **(view or {})}}

    async def _read(self, data: ReadData) -> dict[str, Any]:
        """Reads messages of a case, that of the latest contact unless it says which. Raises NotFound."""
        snapshot = await self._parts.snapshots.get(self._workspace)
        case = data.case_id
        if case is None:
            cases, _ = await self._parts.lobbies.views.cases(snapshot, self._who.customer)
            if not cases:
                return {"case_id": None, "items": [], "last_seq": 0, "more": False, "read_up_to": {}}
            case = cases[0].id
        return await self._parts.lobbies.messages.window(
            snapshot,
            self._who.customer,
            case,
            after_seq=data.after_seq,
            before_seq=data.before_seq,
            limit=data.limit,
        )

    async def _resume(self, cases: Mapping[str, int]) -> dict[str, Any]:
        """Tells what was missed of the own cases."""
        missed = await self._lobby.news.missed(self._visit, cases)
        for message in missed:
            self._visit.tell(
                "message.created",
                {"case_id": message["case_id"], "contact_id": message["contact_id"], "message": message},
            )
        return {"missed": len(missed)}

    async def _seen(self, data: SeenData) -> dict[str, Any]:
        """Notes how far the customer has read. Raises NotFound for a case that is not the customer's."""
        marks, customer = self._parts.read_marks, self._who.customer
        up_to = await marks.mark(self._workspace, data.case_id, CUSTOMER, data.up_to_seq, customer=customer)
        return {"case_id": data.case_id, "up_to_seq": up_to}

    async def _types(self, contact: str) -> dict[str, Any]:
        """Tells those who serve a contact that its customer types. Raises NotFound."""
        if not self._lobby.follows(self._who.customer, contact):
            raise NotFound(f"There is no open contact {contact!r} of yours.")
        typist = Typist(contact, "customer", to_ms(utc_now()) + LIFE_S * 1000)
        await self._parts.engine.types(self._workspace, typist)
        return {"contact_id": contact}

    async def _not_helped(self, data: RungData) -> dict[str, Any]:
        """Has the contact go to its next rung. Raises NotFound, WrongState."""
        await self._mine(data.contact_id)
        await self._parts.ladder.advance(self._workspace, data.contact_id, NOT_HELPED, rung=data.rung, not_helped=True)
        return await self._shown(data.contact_id)

    async def _person(self, contact: str) -> dict[str, Any]:
        """Has the contact climb until an agent serves it, or it waits for one. Raises NotFound, WrongState."""
        await self._mine(contact)
        await person_please(self._parts, self._workspace, contact)
        return await self._shown(contact)

    async def _consent(self, data: ConsentData) -> dict[str, Any]:
        """Takes whether the draft may be posted. Raises NotFound, WrongState, AskOver."""
        await self._mine(data.contact_id)
        if data.agreed:
            await self._parts.consents.agree(self._workspace, data.contact_id, None)
        else:
            await self._parts.consents.refuse(self._workspace, data.contact_id)
        return await self._shown(data.contact_id)

    async def _answer_summary(self, data: SummaryAnswerData) -> dict[str, Any]:
        """Takes whether a summary may be shown. Raises NotFound, AskOver."""
        await self._mine(data.contact_id)
        asked = await self._parts.modalities.summaries.answer(
            self._workspace, data.contact_id, data.summary_id, agree=data.agree, by="chat"
        )
        return {"consent": {"contact_id": asked.contact, "summary_id": asked.id, "state": asked.state}}

    async def _answer_survey(self, data: SurveyAnswerData) -> dict[str, Any]:
        """Takes an answer to a survey. Raises NotFound, SurveyOver, InvalidRequest."""
        await self._mine(data.contact_id)
        way = SurveyWay.CHAT
        found = await answered(self._parts, self._workspace, data.contact_id, data.score, data.comment, way)
        return {"survey": survey_data(found, self._parts.survey_links)}

    async def _helped(self, contact: str) -> dict[str, Any]:
        """Resolves the contact; where an agent serves it, ends the conversation. Raises NotFound, WrongState."""
        await self._mine(contact)
        await helped(self._parts, self._workspace, contact)
        return await self._shown(contact)

    async def _end(self, contact: str, why: str) -> dict[str, Any]:
        """Ends the conversation: an agent who serves it wraps up. Raises NotFound."""
        await self._mine(contact)
        await self._parts.conversation_ends.end(self._workspace, contact, EndedBy.CUSTOMER, why)
        return await self._shown(contact)

    async def _shown(self, contact: str) -> dict[str, Any]:
        """Returns the contact as the customer sees it now; the sockets of the customer are told, too."""
        views = await self._lobby.follow(self._who.customer, [contact])
        return {"contact": views[0].data() if views else None}

    async def _mine(self, contact: str) -> None:
        """Checks that a contact is the customer's. Raises NotFound."""
        query = select(Contact.id).where(
            Contact.workspace_id == self._workspace, Contact.id == contact, Contact.customer_id == self._who.customer
        )
        async with self._parts.database.transaction() as session:
            if await session.scalar(query) is None:
                raise NotFound(f"There is no contact {contact!r} of yours.")
