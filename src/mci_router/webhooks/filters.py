"""Filters: which events a webhook takes."""

from collections.abc import Sequence

from mci_router.events import fits
from mci_router.routing.entries import JournalEntry
from mci_router.values import value
from mci_router.vocabulary import SensitiveContacts

EVENT_PATTERN = r"^(\*|[a-z_]+(\.[a-z_]+)*(\.\*)?)$"
"""`contact.queued`, `contact.*`, or `*` for everything."""


@value
class Filter:
    """The events that a webhook takes; all parts must let an event through.

    Queues or channels that are named let through only events that name one of them. `in_full`: of a completed contact
    it takes the record, too.
    """

    events: Sequence[str]
    queues: Sequence[str] = ()
    channels: Sequence[str] = ()
    sensitive: SensitiveContacts = SensitiveContacts.EXCLUDED
    in_full: bool = False

    def takes(self, entry: JournalEntry, *, sensitive: bool) -> bool:
        """Returns whether the webhook takes a journal entry; `sensitive` says whether its contact is, if it has one."""
        return (
            any(fits(pattern, entry.type) for pattern in self.events)
            and (not self.queues or entry.queue in self.queues)
            and (not self.channels or entry.channel in self.channels)
            and self._takes_contact(sensitive)
        )

    def _takes_contact(self, sensitive: bool) -> bool:
        if self.sensitive is SensitiveContacts.INCLUDED:
            return True
        return sensitive is (self.sensitive is SensitiveContacts.ONLY)
