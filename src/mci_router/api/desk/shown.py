"""How facts are shown in frames to the desk."""

from datetime import datetime, timedelta

from mci_router.clock import from_ms, moment
from mci_router.routing.entries import JournalEntry
from mci_router.routing.live_contact import LiveContact
from mci_router.specs.queues import QueueSpec
from mci_router.vocabulary import ContactState

WITH_AGENT = (
    ContactState.OFFERED,
    ContactState.ASSIGNED,
    ContactState.WAITING_FOR_CUSTOMER,
    ContactState.WRAPPING_UP,
)


def resume_from(seq: int | None) -> str:
    """Returns what a desk may resume from if its socket breaks right after hello; empty: from nothing."""
    return "" if seq is None else str(seq)


def time_of(ms: int | None) -> str | None:
    """Returns a time of the journal, in ms, as frames have times."""
    return None if ms is None else moment(from_ms(ms))


def why_of(entry: JournalEntry) -> str:
    """Returns why an offer has ended: the reason given, or what happened to the contact."""
    return entry.why or entry.type.partition(".")[2]


def is_the_agents(live: LiveContact, agent: str) -> bool:
    """Returns whether an agent is offered a contact, serves it, has parked it or wraps it up."""
    return live.state in WITH_AGENT and agent in (live.agent, live.second)


def accepts_at(queue: QueueSpec | None, expires_at: datetime | None) -> str | None:
    """Returns when a queue has an offer accepted for its agent; None where it has agents accept by hand."""
    if queue is None or queue.auto_accept_s is None or expires_at is None:
        return None
    return moment(expires_at - timedelta(seconds=queue.offer_timeout_s - queue.auto_accept_s))
