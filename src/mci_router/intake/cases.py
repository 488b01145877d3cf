"""Case threading: a contact joins the customer's open case of the same topic, or opens one. Pure.

A contact of unknown topic joins the conversation that it is part of, by its channel's reference; so does a claim,
whatever its topic.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from mci_router.ids import new_id
from mci_router.intake.arrival import Arrival, IdentifiedCustomer
from mci_router.intake.past import NO_PAST, WINDOW, Past

Conversation: TypeAlias = tuple[str, str, str]
"""Customer, channel, the channel's reference."""

# Two messages of a conversation that come at once are handled one after the other: both find one case.
ONE_BY_ONE = """
SELECT pg_advisory_xact_lock(hashtextextended(key, 0))
FROM (SELECT jsonb_array_elements_text($1::jsonb) AS key ORDER BY 1) AS k
"""
CLOSE_STALE = """
UPDATE cases SET status = 'closed', closed_at = w.at
FROM jsonb_to_recordset($1::jsonb) AS w(workspace text, customer text, open_since timestamptz, at timestamptz)
WHERE cases.workspace_id = w.workspace AND cases.customer_id = w.customer AND cases.status = 'open'
  AND cases.last_contact_at < w.open_since
"""


@dataclass(frozen=True, slots=True)
class Threaded:
    """The case a contact belongs to, and whether it was open before."""

    case_id: str
    came_back: bool


class Cases:
    """The cases of a batch, of which later contacts find those that earlier ones open."""

    def __init__(self, past: Mapping[str, Past]) -> None:
        self._past = past
        self._topical: dict[tuple[str, str], str] = {}
        self._talks: dict[Conversation, str] = {}
        self._opened: dict[str, dict[str, Any]] = {}
        self._joined: dict[str, dict[str, Any]] = {}
        self._stale: dict[str, dict[str, Any]] = {}
        self._first: dict[Conversation, Arrival] = {}

    def thread(self, arrival: Arrival, who: IdentifiedCustomer, topic: str) -> Threaded:
        """Returns the case of a contact. The topic is '' if it is unknown, or the contact is a mere claim."""
        past, customer = self._past.get(arrival.id, NO_PAST), who.customer.id
        if past.stale:
            times = {"open_since": arrival.received_at - WINDOW, "at": arrival.received_at}
            self._stale[customer] = {"workspace": arrival.workspace_id, "customer": customer, **times}
        talk = (customer, arrival.channel, arrival.channel_ref) if arrival.channel_ref else None
        case = (
            self._topical.get((customer, topic)) or past.topical
            if topic
            else self._talks.get(talk or _NONE) or past.talk
        )
        came_back = bool(topic and case)
        if case:
            self._join(case, arrival, customer)
        else:
            case = self._open(arrival, customer, topic)
            if talk and not topic and not who.customer.fresh:
                self._first[talk] = arrival
        if topic:
            self._topical[customer, topic] = case
        if talk:
            self._talks[talk] = case
        return Threaded(case, came_back)

    def _join(self, case: str, arrival: Arrival, customer: str) -> None:
        row = self._opened.get(case) or self._joined.setdefault(case, {"id": case, "customer": customer, "contacts": 0})
        row["contacts"] += 1
        row["last_contact_at"] = max(row.get("last_contact_at", arrival.received_at), arrival.received_at)

    def _open(self, arrival: Arrival, customer: str, topic: str) -> str:
        now: datetime = arrival.received_at
        case = new_id("case")
        self._opened[case] = {
            "id": case,
            "workspace_id": arrival.workspace_id,
            "customer_id": customer,
            "topic": topic,
            "status": "open",
            "opened_at": now,
            "last_contact_at": now,
            "contacts": 1,
        }
        return case

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Returns what to write, in an order in which two batches cannot deadlock."""
        by_topic = sorted(self._opened.values(), key=lambda row: (row["customer_id"], row["topic"], row["id"]))
        talks = [
            {"workspace": arrival.workspace_id, "customer": customer, "channel": channel, "ref": ref}
            for (customer, channel, ref), arrival in self._first.items()
        ]
        joined = [row for _, row in sorted(self._joined.items())]
        return {"cases": by_topic, "joined": joined, "talks": talks}

    def stale(self) -> list[dict[str, Any]]:
        """Returns what `CLOSE_STALE` takes."""
        return [row for _, row in sorted(self._stale.items())]

    def locks(self) -> list[str]:
        """Returns what `ONE_BY_ONE` takes: the conversations that begin, of customers who are known."""
        return sorted(json.dumps(talk) for talk in self._first)


_NONE: Conversation = ("", "", "")
