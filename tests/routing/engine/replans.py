"""What a replanning does to a contact, by the plain model: its place changes, its age does not."""

from dataclasses import dataclass, replace
from typing import Any

from tests.routing.engine.facts import Contact, Line, Place


@dataclass
class Replan:
    """The place that a contact is asked to have instead of the one in which it waits, or is served.

    `look_at` is when overflow rules are to be checked: False for never again, None if nothing changes.
    """

    place: Place
    look_at: int | bool | None


def differences(contact: Contact, wanted: Replan) -> list[str]:
    """What is new about it, in the order in which the journal says it."""
    before, after, served = contact.place, wanted.place, is_served(contact)
    assert before
    new = {
        "requirement": contact.step == 0 and _wants(contact.line) != _wants(after.line),
        "relaxation": [(at, line.id) for at, line in before.steps] != [(at, line.id) for at, line in after.steps],
        "units": before.line.units != after.line.units,
        "due_at": not served and before.due_at != after.due_at,
        "overflow": wanted.look_at is not None and (before.overflow_at is None) == bool(wanted.look_at),
    }
    return [word for word, differs in new.items() if differs]


def is_served(contact: Contact) -> bool:
    return contact.state == "assigned" and not contact.home


def apply(contact: Contact, wanted: Replan, now: int) -> None:
    """Gives it the new place, as far relaxed as it has waited."""
    new, before = differences(contact, wanted), contact.place
    assert before
    due_at = before.due_at if is_served(contact) else wanted.place.due_at
    contact.place = replace(before, line=wanted.place.line, steps=wanted.place.steps, due_at=due_at)
    if {"requirement", "relaxation", "units"} & set(new):
        contact.line, contact.step = wanted.place.line, 0
        while (step := contact.next_step) and _is_due(contact, step[0], now):
            contact.line, contact.step = step[1], contact.step + 1


def time_overflow(contact: Contact, look_at: int | bool | None) -> None:
    if look_at is not None and contact.place:
        at = look_at or None
        contact.place = replace(contact.place, overflow_at=at)
        if not is_served(contact):
            contact.overflow_at = at


def _is_due(contact: Contact, after_ms: int, now: int) -> bool:
    stay = contact.beside or contact.stay
    assert stay
    if is_served(contact):
        return after_ms <= stay.queue_waited + stay.segment_waited
    return stay.entered_at + after_ms - stay.queue_waited <= now


def _wants(line: Line) -> str:
    return line.id.rpartition("|")[2]


def told(contact: Contact, entry: dict[str, Any]) -> None:
    """The journal says what is new, and where the contact is now."""
    assert (entry["line"], entry["step"]) == (contact.line.id, contact.step), f"{contact} after {entry}"
