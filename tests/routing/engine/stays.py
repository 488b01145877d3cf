"""The three clocks of a contact, as the model keeps them: the segment it is in, what it has waited, and what its agent has
spent on it without talking.
"""

from collections.abc import Mapping
from typing import Any

from tests.routing.engine.facts import Contact, Queue, Stay


def enter(contact: Contact, queue: str, at: int) -> None:
    """It comes to a queue, and waits there since `at`."""
    before = contact.ended.pop() if contact.ended else {}
    waited = (contact.stay.queue_waited if contact.stay else 0) + before.get("segment_waited", 0)
    contact.segments += 1
    contact.stay = Stay(contact.segments, queue, at, queue_waited=waited if before.get("queue") == queue else 0)


def wait(contact: Contact, queue: Queue, now: int) -> None:
    """Its clock starts."""
    assert contact.stay
    contact.stay.waits_since, contact.stay.closed_before = contact.stay.entered_at, max(0, queue.closed_ms(now))


def waited(contact: Contact, queue: Queue, now: int) -> int:
    """What it has waited in this stay."""
    stay = contact.stay
    assert stay
    if stay.waits_since is None:
        return stay.segment_waited
    return stay.segment_waited + max(0, now - stay.waits_since - (queue.closed_ms(now) - stay.closed_before))


def stop(contact: Contact, queue: Queue, now: int) -> None:
    """It waits no longer."""
    stay = contact.stay
    assert stay
    more = waited(contact, queue, now) - stay.segment_waited
    contact.waited, stay.segment_waited, stay.waits_since = contact.waited + more, stay.segment_waited + more, None


def pass_on(contact: Contact, queue: Queue, now: int) -> None:
    """It waits in a queue beside its own from now on."""
    stay = contact.stay
    assert stay
    before = stay.queue_waited + stay.segment_waited if stay.queue == queue.name else 0
    contact.beside = Stay(0, queue.name, now, now, max(0, queue.closed_ms(now)), queue_waited=before)
    if contact.overflow_at is not None and before:
        contact.overflow_at = max(now, contact.overflow_at - before)


def take_over(contact: Contact, queue: Queue, now: int) -> None:
    """Somebody has accepted it there: that stay began when it was passed on. Without one, this one begins now."""
    beside, contact.beside = contact.beside, None
    enter(contact, queue.name, beside.entered_at if beside else now)
    assert contact.stay
    if beside and beside.waits_since is not None:
        more = max(0, now - beside.waits_since - (queue.closed_ms(now) - beside.closed_before))
        contact.waited, contact.stay.segment_waited = contact.waited + more, more


def go_on(stay: Stay, now: int) -> None:
    """Its agent has time for it again, or no longer has it."""
    stay.parked += now - stay.parked_since if stay.parked_since is not None else 0
    stay.parked_since = None
    come_back(stay, now)


def come_back(stay: Stay, now: int) -> None:
    """It does not wait for its customer any more."""
    stay.awaited += now - stay.awaited_since if stay.awaited_since is not None else 0
    stay.awaited_since = None


def leave(contact: Contact, queue: Queue, entry: Mapping[str, Any]) -> None:
    """It goes elsewhere, and the entry has all of the stay that ended."""
    stop(contact, queue, entry["at"])
    stay, told = contact.stay, entry["stay"]
    assert stay
    assert entry["left_as"], f"nobody says how {contact} left {queue.name}: {entry}"
    assert stay.held_since is None, f"{contact} is on hold still: {entry}"
    go_on(stay, entry["at"])
    facts = {
        "segment": stay.number,
        "queue": stay.queue,
        "entered_at": stay.entered_at,
        "answered_at": contact.answered_at,
        "segment_waited": stay.segment_waited,
        "held": stay.held,
        "parked": stay.parked,
        "awaited": stay.awaited,
        "segment_offers": stay.offers,
    }
    for name, value in facts.items():
        assert (told.get(name) or 0) == (value or 0), f"{name} of {contact} was {value}: {entry}"
    contact.ended = [dict(told)]
    contact.answered_at = contact.handled_at = None
