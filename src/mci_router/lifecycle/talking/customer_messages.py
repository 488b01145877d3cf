"""Messages as their customer sees them: no note, nobody's name unless the workspace shows it, no reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from mci_router.access.survey_links import SurveyLinks
from mci_router.clock import moment
from mci_router.conversations import reading
from mci_router.conversations.messages import MessageData
from mci_router.conversations.read_marks import CUSTOMER
from mci_router.database import Database
from mci_router.errors import NotFound
from mci_router.lifecycle.seen.customer_view import shown_name
from mci_router.lifecycle.seen.summary_questions import questions_of
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.survey_words import options, words_of
from mci_router.specs.surveys import SurveySpec
from mci_router.surveys.answers import Answers, Invitation
from mci_router.vocabulary import Channel, MessageKind

SHOWN = (
    *("id", "case_id", "contact_id", "seq", "kind", "channel", "text", "html", "in_reply_to"),
    *("occurred_at", "received_at", "revision", "edited_at", "attachments"),
)
AGENT = "agent"


class CustomerMessages:
    """Reads messages for customers."""

    def __init__(self, database: Database, answers: Answers, links: SurveyLinks) -> None:
        self._database = database
        self._answers = answers
        self._links = links

    async def window(
        self,
        snapshot: Snapshot,
        customer: str,
        case: str,
        *,
        after_seq: int | None = None,
        before_seq: int | None = None,
        limit: int = 50,
    ) -> dict[str, Any]:
        """Returns `{case_id, items, last_seq, more, read_up_to}` of a case of the customer's. Raises NotFound."""
        found = await reading.window(
            self._database,
            snapshot.workspace_id,
            case,
            after_seq=after_seq,
            before_seq=before_seq,
            limit=limit,
            notes=False,
        )
        if found.customer != customer:
            raise NotFound(f"There is no case {case!r} of yours.")
        return {
            "case_id": case,
            "items": await self._shown(snapshot, found.items),
            "last_seq": found.last_seq,
            "more": found.more,
            "read_up_to": _marks(found.read_up_to),
        }

    async def since(self, snapshot: Snapshot, marks: Mapping[str, int], *, customer: str = "") -> list[dict[str, Any]]:
        """Returns the next messages of each case after a number, in their order; with `customer`, of that customer's
        cases alone.
        """
        found = await reading.since(self._database, snapshot.workspace_id, marks, customer=customer)
        return await self._shown(snapshot, found)

    async def some(self, snapshot: Snapshot, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Returns messages by id, without notes."""
        found = await reading.some(self._database, snapshot.workspace_id, ids)
        theirs = [one for one in found.values() if one["kind"] != MessageKind.NOTE and one["channel"] != Channel.TASK]
        return await self._shown(snapshot, theirs)

    async def _shown(self, snapshot: Snapshot, messages: Sequence[MessageData]) -> list[dict[str, Any]]:
        """Returns messages, those that are surveys or ask about a summary with what can be answered."""
        seen = [shown(snapshot, one) for one in messages]
        maybe = {one["id"]: one["contact_id"] for one in messages if one["kind"] == MessageKind.SYSTEM}
        if maybe:
            asked = await questions_of(self._database, snapshot.workspace_id, maybe)
            for one in seen:
                one["consent"] = None if one["redacted"] else asked.get(one["id"])
        if maybe and snapshot.of(SurveySpec):
            surveys = await self._answers.of_messages(snapshot.workspace_id, maybe)
            for one in seen:
                found = surveys.get(one["id"])
                one["survey"] = survey_data(found, self._links) if found else None
        return seen


def shown(snapshot: Snapshot, message: MessageData) -> dict[str, Any]:
    """Returns a message as its customer sees it."""
    ai, redacted = message["ai"], message["redacted"]
    by_agent = message["kind"] == MessageKind.AGENT
    return {
        **{name: message[name] for name in SHOWN},
        "author": shown_name(snapshot, message["author"]) if by_agent else None,
        "ai": {"name": ai["name"]} if ai and ai.get("disclosed") else None,
        "redacted": {"at": redacted["at"]} if redacted else None,
        "survey": None,
        "consent": None,
    }


def survey_data(survey: Invitation, links: SurveyLinks) -> dict[str, Any]:
    """Returns a survey as its customer sees it beside its message: what can be chosen, and what was until now."""
    words = words_of(survey.kind, survey.language)
    return {
        "contact_id": survey.contact,
        "kind": survey.kind,
        "options": list(options(survey.kind, words)),
        "score": survey.score,
        "expires_at": moment(survey.expires_at) if survey.expires_at else None,
        "over": survey.over,
        "url": links.link(survey.nonce),
    }


def party_shown(party: str) -> str:
    """Returns `customer` or `agent`: customers do not learn which agent has read."""
    return CUSTOMER if party == CUSTOMER else AGENT


def _marks(marks: Mapping[str, int]) -> dict[str, int]:
    shown_marks = {CUSTOMER: 0, AGENT: 0}
    for party, seq in marks.items():
        shown_marks[party_shown(party)] = max(shown_marks[party_shown(party)], seq)
    return shown_marks
