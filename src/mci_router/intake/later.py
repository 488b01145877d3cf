"""What comes after a contact: a customer's further words, or what somebody writes to its post. Pure."""

from collections.abc import Sequence
from typing import Protocol

from mci_router.specs.snapshot import Snapshot
from mci_router.triage.perception import Perception
from mci_router.triage.reading import Words
from mci_router.triage.result import Measured
from mci_router.values import value
from mci_router.vocabulary import Channel


@value
class Later:
    """A text that came after its contact, masked and read. `seen` has a perception for each piece of it."""

    text: str
    words: Words
    seen: Sequence[Perception]
    measured: Measured
    named: str | None = None
    author: str = ""


class Listener(Protocol):
    """Reads such texts, as `Reception` does."""

    async def listen(
        self,
        snapshot: Snapshot,
        text: str,
        channel: Channel,
        named: str | None = None,
        language: str | None = None,
        latest: str = "",
    ) -> Later:
        """Returns what a customer says later, read as a contact is; its language counts where its topic is named. A
        wish for a person is found in the `latest` of it by itself, too, which is masked already.
        """

    async def overhear(self, snapshot: Snapshot, text: str, author: str) -> Later:
        """Returns what somebody writes to a post, with the author's name."""
