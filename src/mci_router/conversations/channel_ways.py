"""Ways of the channels: by which adapter a contact's customer is reached, and what that one can carry."""

from mci_router.conversations import capabilities
from mci_router.conversations.capabilities import refuse_what_it_cannot
from mci_router.database import Database
from mci_router.errors import ChannelCannot
from mci_router.specs.adapters import AdapterSpec
from mci_router.specs.snapshot import Snapshot

WAY = """
SELECT c.adapter, (SELECT max(m.received_at) FROM messages m JOIN contacts k ON k.id = m.contact_id
  WHERE m.case_id = c.case_id AND m.kind = 'customer' AND k.adapter = c.adapter) AS customer_wrote_at
FROM contacts c WHERE c.workspace_id = $1 AND c.id = $2 AND c.adapter = ANY($3)
"""


def taking_messages(snapshot: Snapshot) -> dict[str, AdapterSpec]:
    """Returns the adapters of a workspace to which messages go, by name."""
    return {name: adapter for name, adapter in snapshot.of(AdapterSpec).items() if adapter.takes_messages}


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


async def refuse_what_the_channel_cannot(
    database: Database, snapshot: Snapshot, contact: str, said: str, html: str | None, *, edits: bool = False
) -> None:
    """Checks that the channel of a contact can carry a message, if an adapter carries it.

    Raises ChannelCannot, WindowClosed, DatabaseUnavailable.
    """
    adapters = {
        name: one for name, one in taking_messages(snapshot).items() if _may_refuse(one, said, html, edits=edits)
    }
    if not adapters:
        return
    for row in await database.read(WAY, snapshot.workspace_id, contact, list(adapters)):
        draft = capabilities.Draft(said, html=html, edits=edits, customer_wrote_at=row["customer_wrote_at"])
        refuse_what_it_cannot(adapters[row["adapter"]], draft)


def _may_refuse(adapter: AdapterSpec, said: str, html: str | None, *, edits: bool) -> bool:
    """Returns whether an adapter refuses a message, or may: then it matters whether it is the contact's."""
    if adapter.capabilities.window_h is not None:
        return True
    try:
        refuse_what_it_cannot(adapter, capabilities.Draft(said, html=html, edits=edits))
    except ChannelCannot:
        return True
    return False
