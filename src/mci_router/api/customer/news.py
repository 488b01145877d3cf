"""News of messages: what the journal tells of them reaches the sockets of their customer, each once and in order.

The journal has no texts; they are read in one look for all that has come together. A socket has every message of a case
up to some number, and gets all that follow it: so it does not matter in which order they are announced, or how often.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mci_router.api.customer.visit import Visit
from mci_router.configuration.snapshots import Snapshots
from mci_router.conversations.reading import MOST
from mci_router.events import EventType
from mci_router.lifecycle.talking.customer_messages import CustomerMessages, party_shown
from mci_router.routing.entries import JournalEntry
from mci_router.vocabulary import MessageKind

CHANGED = (EventType.MESSAGE_EDITED, EventType.MESSAGE_REDACTED)


class News:
    """Tells the customers of a lobby, whose `visits` are by customer."""

    def __init__(
        self, workspace: str, messages: CustomerMessages, snapshots: Snapshots, visits: Mapping[str, set[Visit]]
    ) -> None:
        self._workspace = workspace
        self._messages = messages
        self._snapshots = snapshots
        self._visits = visits

    async def tell(self, entries: Iterable[JournalEntry]) -> None:
        """Tells what entries about messages say. Raises DatabaseUnavailable."""
        behind: dict[str, str] = {}
        changed: dict[str, str] = {}
        for entry in entries:
            data, customer = entry.data, str(entry.data.get("customer", ""))
            if customer not in self._visits or data.get("kind") == MessageKind.NOTE:
                continue
            if entry.type == EventType.MESSAGE_CREATED:
                case, seq = data["case"], data["message_seq"]
                self.begin(customer, case, seq)
                if any(visit.sent[case] < seq for visit in self._visits[customer]):
                    behind[case] = customer
            elif entry.type in CHANGED:
                changed[data["message"]] = customer
            elif entry.type == EventType.MESSAGE_DELIVERY:
                self._tell(customer, "message.delivery", _delivery(data))
            elif entry.type == EventType.MESSAGE_READ:
                read = {"case_id": data["case"], "party": party_shown(data["party"]), "up_to_seq": data["up_to_seq"]}
                self._tell(customer, "message.read", read)
        await self.catch_up(behind)
        await self._tell_changed(changed)

    async def catch_up(self, cases: Mapping[str, str]) -> None:
        """Tells every socket of the customers the messages of these cases that it does not have, each case with its
        customer. Raises DatabaseUnavailable.
        """
        snapshot = await self._snapshots.get(self._workspace)
        while marks := {
            case: low for case, customer in cases.items() if (low := self._lowest(customer, case)) is not None
        }:
            found = await self._messages.since(snapshot, marks)
            for message in found:
                self._created(cases[message["case_id"]], message)
            full = {case for case in marks if sum(one["case_id"] == case for one in found) >= MOST}
            cases = {case: customer for case, customer in cases.items() if case in full}

    async def missed(self, visit: Visit, marks: Mapping[str, int]) -> list[dict[str, Any]]:
        """Returns the messages that a socket has missed, and takes it as having them. Raises DatabaseUnavailable."""
        snapshot, has = await self._snapshots.get(self._workspace), dict(visit.sent)
        missed: list[dict[str, Any]] = []
        while marks:
            found = await self._messages.since(snapshot, marks, customer=visit.customer)
            # What is later than what the socket has, or will have, is told as it is announced.
            missed += [one for one in found if one["seq"] <= has.get(one["case_id"], one["seq"])]
            marks = _following(found)
        for one in missed:
            visit.sent[one["case_id"]] = max(one["seq"], visit.sent.get(one["case_id"], 0))
        return missed

    def begin(self, customer: str, case: str, seq: int) -> None:
        """Has sockets that do not know the case begin with this message."""
        for visit in self._visits.get(customer, ()):
            visit.sent.setdefault(case, seq - 1)

    def _lowest(self, customer: str, case: str) -> int | None:
        return min((visit.sent[case] for visit in self._visits.get(customer, ()) if case in visit.sent), default=None)

    def _created(self, customer: str, message: Mapping[str, Any]) -> None:
        case, seq = message["case_id"], message["seq"]
        frame = {"case_id": case, "contact_id": message["contact_id"], "message": message}
        for visit in self._visits.get(customer, ()):
            if seq > visit.sent.get(case, seq):
                visit.sent[case] = seq
                visit.tell("message.created", frame)

    async def _tell_changed(self, changed: Mapping[str, str]) -> None:
        if not changed:
            return
        snapshot = await self._snapshots.get(self._workspace)
        for message in await self._messages.some(snapshot, list(changed)):
            frame = {"case_id": message["case_id"], "contact_id": message["contact_id"], "message": message}
            self._tell(changed[message["id"]], "message.updated", frame)

    def _tell(self, customer: str, kind: str, data: Mapping[str, Any]) -> None:
        for visit in self._visits.get(customer, ()):
            visit.tell(kind, data)


def _following(found: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Returns, of the cases of which as many were found as are read at once, the last number."""
    counts: dict[str, int] = {}
    last: dict[str, int] = {}
    for message in found:
        case = message["case_id"]
        counts[case], last[case] = counts.get(case, 0) + 1, message["seq"]
    return {case: last[case] for case, count in counts.items() if count >= MOST}


def _delivery(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "case_id": data["case"],
        "contact_id": data["contact"],
        "message_id": data["message"],
        "seq": data.get("message_seq"),
        "state": data["delivery"],
    }
