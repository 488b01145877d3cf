"""Case threading: a contact joins the customer's open case of the same topic, or opens one. Pure.

What is said in a conversation whose contact is open is no contact of its own: it joins that one, by its channel's
reference. Once that has ended, the next contact of the conversation joins its case, whatever its topic. Only what says
itself that it may be about something else, and surely is, leaves the conversation: its new case is linked to that one.

A case that automation or the community has settled is opened again by the next contact of its topic, over any channel,
for as long as the workspace's `silent_after_s`.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from mci_router.classifier.thresholds import Certainty
from mci_router.ids import new_id
from mci_router.intake.arrival import Arrival, IdentifiedCustomer
from mci_router.intake.past import NO_PAST, WINDOW, KnownCase, Past, Talk
from mci_router.intake.references import new_reference
from mci_router.triage.reading import subject_lines
from mci_router.triage.result import Triage
from mci_router.values import value

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


@value
class Threaded:
    """The case a contact belongs to, and whether it was there before.

    `number`: of its batch's contacts in that case, from 1. `previous` is the contact of its conversation that has
    ended.
    """

    case_id: str
    reference: str
    came_back: bool
    number: int = 1
    previous: str | None = None


class Cases:
    """The cases of a batch, of which later contacts find those that earlier ones open."""

    def __init__(self, past: Mapping[str, Past]) -> None:
        self._past = past
        self._topical: dict[tuple[str, str], KnownCase] = {}
        self._talks: dict[Conversation, Talk] = {}
        self._opened: dict[str, dict[str, Any]] = {}
        self._joined: dict[str, dict[str, Any]] = {}
        self._stale: dict[str, dict[str, Any]] = {}
        self._first: dict[Conversation, tuple[Arrival, str]] = {}

    def branched(self, arrival: Arrival, who: IdentifiedCustomer, triage: Triage) -> Arrival:
        """Returns an arrival as one of a conversation of its own, if it leaves the one in which it was said."""
        talk = self._talk(arrival, who, self._past.get(arrival.id, NO_PAST)) if arrival.branch_ref else None
        if talk is None or not _about_something_else(arrival, talk, triage):
            return arrival
        return replace(arrival, channel_ref=arrival.branch_ref, branch_ref=None, branched_from=talk.case.id)

    def open_contact(self, arrival: Arrival, who: IdentifiedCustomer) -> str | None:
        """Returns the open contact in which an arrival is said, if it is no contact of its own."""
        past = self._past.get(arrival.id, NO_PAST)
        talk = self._talk(arrival, who, past)
        if arrival.apart:
            return None
        return talk.contact if talk and talk.open else past.same_topic

    def _talk(self, arrival: Arrival, who: IdentifiedCustomer, past: Past) -> Talk | None:
        if not arrival.channel_ref:
            return None
        before = None if arrival.branched_from else past.talk
        return self._talks.get((who.customer.id, arrival.channel, arrival.channel_ref)) or before

    def thread(self, arrival: Arrival, who: IdentifiedCustomer, topic: str) -> Threaded:
        """Returns the case of a contact. The topic is '' if it is unknown, or the contact is a mere claim."""
        past, customer = self._past.get(arrival.id, NO_PAST), who.customer.id
        if past.stale:
            times = {"open_since": arrival.received_at - WINDOW, "at": arrival.received_at}
            self._stale[customer] = {"workspace": arrival.workspace_id, "customer": customer, **times}
        talk = self._talk(arrival, who, past)
        case = talk.case if talk else (self._topical.get((customer, topic)) or past.topical) if topic else None
        came_back = bool(topic and case)
        if case:
            again = not talk.case_open if talk else case.closed
            number = self._join(case.id, arrival, customer, again=again)
        else:
            case, number = self._open(arrival, customer, topic), 1
        if topic and not talk:
            self._topical[customer, topic] = case
        self._begin(arrival, who, case, talk)
        return Threaded(case.id, case.reference, came_back, number, talk.contact if talk else None)

    def _begin(self, arrival: Arrival, who: IdentifiedCustomer, case: KnownCase, before: Talk | None) -> None:
        """Notes the contact with which a conversation begins, or goes on."""
        if arrival.channel_ref:
            talk = (who.customer.id, arrival.channel, arrival.channel_ref)
            self._talks[talk] = Talk(arrival.id, case)
            if not who.customer.fresh:
                self._first.setdefault(talk, (arrival, before.contact if before else ""))

    def _join(self, case: str, arrival: Arrival, customer: str, *, again: bool) -> int:
        """Returns the number of the contact among those of the batch in the case."""
        row = self._opened.get(case) or self._joined.setdefault(case, {"id": case, "customer": customer, "contacts": 0})
        row["contacts"] += 1
        row["again"] = again
        row["last_contact_at"] = max(row.get("last_contact_at", arrival.received_at), arrival.received_at)
        return int(row["contacts"])

    def _open(self, arrival: Arrival, customer: str, topic: str) -> KnownCase:
        now: datetime = arrival.received_at
        case = KnownCase(new_id("case"), new_reference())
        self._opened[case.id] = {
            "id": case.id,
            "reference": case.reference,
            "workspace_id": arrival.workspace_id,
            "customer_id": customer,
            "topic": topic,
            "status": "open",
            "opened_at": now,
            "last_contact_at": now,
            "contacts": 1,
            "linked_to": arrival.branched_from,
        }
        return case

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Returns what to write, in an order in which two batches cannot deadlock."""
        by_topic = sorted(self._opened.values(), key=lambda row: (row["customer_id"], row["topic"], row["id"]))
        talks = [
            {"workspace": arrival.workspace_id, "customer": customer, "channel": channel, "ref": ref, "known": known}
            for (customer, channel, ref), (arrival, known) in self._first.items()
        ]
        joined = [row for _, row in sorted(self._joined.items())]
        return {"cases": by_topic, "joined": joined, "talks": talks}

    def stale(self) -> list[dict[str, Any]]:
        """Returns what `CLOSE_STALE` takes."""
        return [row for _, row in sorted(self._stale.items())]

    def locks(self) -> list[str]:
        """Returns what `ONE_BY_ONE` takes: the conversations that begin, of customers who are known."""
        return sorted(json.dumps(talk) for talk in self._first)


def _about_something_else(arrival: Arrival, talk: Talk, triage: Triage) -> bool:
    """Returns whether what is said has another subject than its conversation, and surely another topic."""
    said, before = (" ".join(subject_lines(one)).casefold() for one in (arrival.subject, talk.subject))
    renamed = bool(said and before) and said not in before and before not in said
    return (
        renamed
        and bool(triage.topic and talk.topic)
        and triage.topic != talk.topic
        and triage.certainty is Certainty.ACT
    )
