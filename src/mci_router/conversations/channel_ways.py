"""Ways of the channels: by which adapter a contact's customer is reached, and what that one can carry."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mci_router.conversations import capabilities
from mci_router.conversations.capabilities import refuse_what_it_cannot
from mci_router.conversations.together import Together
from mci_router.database import Database
from mci_router.errors import ChannelCannot
from mci_router.specs.adapters import AdapterSpec
from mci_router.specs.snapshot import Snapshot

ADAPTERS = "SELECT id, COALESCE(adapter, '') AS adapter FROM contacts WHERE workspace_id = $1 AND id = ANY($2)"
CUSTOMER_WROTE_AT = """
SELECT max(m.received_at) AS at FROM contacts c
  JOIN messages m ON m.case_id = c.case_id AND m.kind = 'customer'
  JOIN contacts k ON k.id = m.contact_id AND k.adapter = c.adapter
WHERE c.workspace_id = $1 AND c.id = $2
"""
MOST_KNOWN = 20_000  # contacts; the oldest are forgotten


def refuse_what_the_adapter_does_not_bring(snapshot: Snapshot, name: str | None, channel: str, *, asks: bool) -> None:
    """Checks that an adapter brings what it is for: contacts of its channels, and customers who can be asked only where
    it sends their answers back. Raises ChannelCannot.
    """
    adapter = snapshot.of(AdapterSpec).get(name) if name else None
    if adapter is None:
        return
    if channel not in adapter.channels:
        served = ", ".join(adapter.channels)
        raise capabilities.refused(adapter, "channel", f"serves {served}, and not {channel}: name it in its channels")
    if asks:
        refuse_what_it_cannot(adapter, capabilities.Draft("", asks=True))


class Ways:
    """Checks what the channels can carry. By which adapter a contact came never changes: it is remembered."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], str] = {}
        self._asked = Together(self._adapters)

    async def refuse_what_the_channel_cannot(
        self, snapshot: Snapshot, contact: str, said: str, html: str | None, *, edits: bool = False, files: int = 0
    ) -> None:
        """Checks that the channel of a contact can carry a message, if an adapter carries it.

        Raises ChannelCannot, WindowClosed, DatabaseUnavailable.
        """
        taking, draft = snapshot.taking_messages, capabilities.Draft(said, html=html, edits=edits, attachments=files)
        adapters = {name: one for name, one in taking.items() if _may_refuse(one, draft)}
        adapter = adapters and adapters.get(await self._adapter(snapshot.workspace_id, contact))
        if not adapter:
            return
        wrote_at = await self._customer_wrote_at(snapshot.workspace_id, contact)
        refuse_what_it_cannot(adapter, replace(draft, customer_wrote_at=wrote_at))

    async def _adapter(self, workspace: str, contact: str) -> str:
        """Returns the adapter of a contact; empty for one that came by none, or is not there."""
        if (known := self._known.get((workspace, contact))) is None:
            known = await self._asked.get(workspace, contact)
        return known

    async def _adapters(self, workspace: str, contacts: Sequence[str]) -> list[str]:
        rows = await self._database.read(ADAPTERS, workspace, list(contacts))
        found = {row["id"]: row["adapter"] for row in rows}
        for contact, adapter in found.items():
            self._known[workspace, contact] = adapter
        while len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return [found.get(contact, "") for contact in contacts]

    async def _customer_wrote_at(self, workspace: str, contact: str) -> datetime | None:
        (row,) = await self._database.read(CUSTOMER_WROTE_AT, workspace, contact)
        found: datetime | None = row["at"]
        return found


def _may_refuse(adapter: AdapterSpec, draft: capabilities.Draft) -> bool:
    """Returns whether an adapter refuses a message, or may: then it matters whether it is the contact's."""
    if adapter.capabilities.window_h is not None:
        return True
    try:
        refuse_what_it_cannot(adapter, draft)
    except ChannelCannot:
        return True
    return False
