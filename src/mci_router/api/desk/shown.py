"""How facts are shown in frames to the desk."""

from mci_router.clock import from_ms, moment
from mci_router.routing.entries import JournalEntry


def resume_from(seq: int | None) -> str:
    """Returns what a desk may resume from if its socket breaks right after hello; empty: from nothing."""
    return "" if seq is None else str(seq)


def time_of(ms: int | None) -> str | None:
    """Returns a time of the journal, in ms, as frames have times."""
    return None if ms is None else moment(from_ms(ms))


def why_of(entry: JournalEntry) -> str:
    """Returns why an offer has ended: the reason given, or what happened to the contact."""
    return entry.why or entry.type.partition(".")[2]
