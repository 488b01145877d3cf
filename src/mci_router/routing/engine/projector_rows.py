"""What the entries of a journal become in the ledger: rows of events, contacts and offers. Pure.

All functions take entries in order, and return rows in an order that keeps two writers from a deadlock.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from mci_router.clock import from_ms
from mci_router.events import EventType
from mci_router.routing.entries import JournalEntry
from mci_router.vocabulary import FINAL_STATES, SILENCES, OfferState

Row: TypeAlias = dict[str, Any]

FATES: Mapping[str, OfferState] = {
    EventType.OFFER_CREATED: OfferState.PENDING,
    EventType.OFFER_ACCEPTED: OfferState.ACCEPTED,
    EventType.OFFER_DECLINED: OfferState.DECLINED,
    EventType.OFFER_EXPIRED: OfferState.EXPIRED,
    EventType.OFFER_REVOKED: OfferState.REVOKED,
    EventType.CONTACT_QUEUED: OfferState.REVOKED,
    EventType.CONTACT_ABANDONED: OfferState.REVOKED,
    EventType.CONTACT_CANCELLED: OfferState.REVOKED,
    EventType.CONTACT_RESOLVED: OfferState.REVOKED,
}
"""What becomes of an offer by an entry that names it."""

MOMENTS = ("enqueued_at", "entered_at", "answered_at", "handled_at", "ended_at")
FACTS = ("disposition", "notes")


def events(entries: Sequence[JournalEntry]) -> list[Row]:
    """Returns a row for each entry."""
    return [
        {
            "id": entry.id,
            "type": entry.type,
            "at": entry.at,
            "contact_id": entry.contact,
            "agent": entry.agent,
            "data": entry.data,
        }
        for entry in entries
    ]


def fold_contacts(entries: Sequence[JournalEntry]) -> list[Row]:
    """Returns each contact as it is after its entries."""
    rows: dict[str, Row] = {}
    for entry in entries:
        if entry.contact and not entry.talk:
            rows[entry.contact] = _contact(entry, rows.get(entry.contact, {}))
    return [rows[contact] for contact in sorted(rows)]


def _contact(entry: JournalEntry, before: Row) -> Row:
    """Returns a contact as it is after an entry; facts, once known, stay."""
    data = entry.data
    row = {
        "contact": entry.contact,
        "id": entry.id,
        "state": entry.state,
        "agent": (entry.holder or entry.agent) if entry.assignment else None,
        "queue": entry.queue,
        "rung": entry.rung,
        "asking": entry.asking,
        "assignment": entry.assignment,
        "segment": data.get("segment", before.get("segment", 0)),
    }
    for moment in MOMENTS:
        row[moment] = from_ms(data[moment]) if data.get(moment) else None
    row["parked_at"] = from_ms(data["awaited_since"]) if data.get("awaited_since") else None
    for fact in FACTS:
        if known := data.get(fact) or before.get(fact):
            row[fact] = known
    return row


def fold_offers(entries: Sequence[JournalEntry]) -> list[Row]:
    """Returns what became of each offer that the entries name."""
    rows: dict[str, Row] = {}
    for entry in entries:
        fate = FATES.get(entry.type)
        if not fate or not entry.offer:
            continue
        row = rows.setdefault(entry.offer, {"id": entry.offer, "contact": entry.contact, "agent": entry.agent})
        row |= {"state": fate, "queue": entry.data.get("to_queue") or entry.queue}
        row |= {"created_at" if fate is OfferState.PENDING else "ended_at": entry.at}
        if entry.why:
            row["why"] = entry.why
    return [rows[offer] for offer in sorted(rows)]


def ends(entries: Sequence[JournalEntry]) -> list[Row]:
    """Returns the contacts that have ended, and whether because their customers said that all is settled."""
    rows = {}
    for entry in entries:
        if entry.contact and entry.state in FINAL_STATES and not entry.talk:
            confirmed = entry.type == EventType.CONTACT_RESOLVED and not (entry.why or "").startswith(SILENCES)
            rows[entry.contact] = {"contact": entry.contact, "confirmed": confirmed}
    return list(rows.values())


def ended(entries: Sequence[JournalEntry]) -> list[str]:
    """Returns the contacts that have ended."""
    return [entry.contact for entry in entries if entry.contact and entry.state in FINAL_STATES]
