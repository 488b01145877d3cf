"""Contacts in the live state: into line, to an agent, and out."""

import json
from collections.abc import Sequence

from mci_router.routing.calls import Hold, Placement, Settlement, Standing, Status
from mci_router.routing.engine.connection import Connection, prefix
from mci_router.routing.live_contact import LiveContact
from mci_router.vocabulary import ContactState


class ContactFunctions(Connection):
    """What happens to contacts."""

    async def place(self, workspace: str, place: Placement | Hold | Settlement) -> Standing:
        """Puts a contact where it belongs. Idempotent."""
        if isinstance(place, Placement):
            return await self.enqueue(workspace, place)
        return await (self.hold(workspace, place) if isinstance(place, Hold) else self.settle(workspace, place))

    async def enqueue(self, workspace: str, placement: Placement) -> Standing:
        """Puts a contact in line, and offers it at once if an able agent is free. Harmless to repeat."""
        return await self._contact(workspace, "enqueue", json.dumps(placement.arguments()))

    async def hold(self, workspace: str, hold: Hold) -> Standing:
        """Notes that automation or the community serves a contact. Harmless to repeat."""
        return await self._contact(workspace, "hold", json.dumps(hold.arguments()))

    async def settle(self, workspace: str, settlement: Settlement) -> Standing:
        """Notes that a contact ends as it comes. Harmless to repeat."""
        return await self._contact(workspace, "settle", json.dumps(settlement.arguments()))

    async def tell_opt_out(self, workspace: str, event: str, customer: str, kind: str) -> Status:
        """Journals that an address of a customer is `opted_out`, or `opted_in` again."""
        return await self._status(workspace, "tell_opt_out", event, customer, kind)

    async def close_contact(
        self, workspace: str, contact: str, state: ContactState, why: str, *, only_from: ContactState | None = None
    ) -> Standing:
        """Ends a contact as abandoned, cancelled or resolved."""
        return await self._contact(workspace, "close", contact, state, why, only_from or "")

    async def tell_hidden(self, workspace: str, contact: str, post: str, reply: str) -> Status:
        """Journals that a reply is hidden: what was written in public is nothing to be shown."""
        return await self._status(workspace, "tell_hidden", contact, post, reply)

    async def request_callback(self, workspace: str, contact: str) -> Standing:
        """The customer hangs up and will be called: the contact keeps its place. WRONG_STATE unless it waits or is offered."""
        return await self._contact(workspace, "request_callback", contact)

    async def offer_callback(self, workspace: str, contact: str) -> Standing:
        """Notes and journals, once, that a waiting customer is offered a callback. WRONG_STATE unless it waits or is offered."""
        return await self._contact(workspace, "offer_callback", contact)

    async def overflow_checked(self, workspace: str, contact: str, again_in_ms: int | None) -> Status:
        """A waiting contact's overflow rules were looked at; None: they need not be again."""
        return await self._status(workspace, "overflow_checked", contact, again_in_ms or 0)

    async def verify(self, workspace: str, contact: str, by: str) -> Standing:
        """Journals that the customer of an open contact is verified. CLOSED once it has ended."""
        return await self._contact(workspace, "verify", contact, by)

    # Offers

    async def offer_to(self, workspace: str, contact: str, agent: str) -> Standing:
        """A supervisor offers a waiting contact to one agent. UNKNOWN, WRONG_STATE, UNABLE, NOT_WORKING or NO_ROOM if it cannot be."""
        return await self._contact(workspace, "offer_to", contact, agent)

    async def pull(self, workspace: str, agent: str, contact: str) -> Standing:
        """An agent takes a waiting contact: an offer accepted at once. Refused as `offer_to` is; GONE if another was offered it."""
        return await self._contact(workspace, "pull", agent, contact)

    async def hand_over(self, workspace: str, agent: str, assignment: str, to: str, *, warm: bool) -> Standing:
        """Offers an assigned contact to another agent. Warm: the first keeps it until the second accepts; else it waits for that one.

        GONE if the assignment is not the agent's (`agent` empty: whoever has it); refused as `offer_to` is.
        """
        return await self._contact(workspace, "hand_over", agent, contact_of(assignment), assignment, to, "warm" if warm else "cold")

    async def accept(self, workspace: str, agent: str, offer: str) -> Standing:
        return await self._contact(workspace, "accept", agent, offer, contact_of(offer))

    async def decline(self, workspace: str, agent: str, offer: str, why: str) -> Standing:
        return await self._contact(workspace, "decline", agent, offer, contact_of(offer), why)

    async def complete(self, workspace: str, agent: str, assignment: str, disposition: str, notes: str) -> Standing:
        return await self._contact(workspace, "complete", agent, assignment, contact_of(assignment), disposition, notes)

    async def end_wrap_up(self, workspace: str, agent: str, assignment: str) -> Standing:
        return await self._contact(workspace, "end_wrap_up", agent, assignment, contact_of(assignment))

    # Questions

    async def contact(self, workspace: str, contact: str) -> LiveContact | None:
        """Returns where a contact stands; None if it is not live."""
        return LiveContact.of(await self.contact_record(workspace, contact))

    async def contact_record(self, workspace: str, contact: str) -> dict[str, str]:
        """Returns the record of a contact as the server keeps it; empty if it is not live."""
        async with self._reachable():
            return dict(await self.client.hgetall(f"{prefix(workspace)}:contact:{contact}"))

    async def contacts(self, workspace: str, contacts: Sequence[str]) -> list[LiveContact | None]:
        """Returns where several contacts stand, in order."""
        if not contacts:
            return []
        async with self._reachable(), self.client.pipeline(transaction=False) as pipeline:
            for contact in contacts:
                pipeline.hgetall(f"{prefix(workspace)}:contact:{contact}")
            return [LiveContact.of(record) for record in await pipeline.execute()]

    async def known(self, contacts: Sequence[tuple[str, str]]) -> list[bool]:
        """Whether the live state knows each (workspace, contact)."""
        async with self._reachable(), self.client.pipeline(transaction=False) as pipeline:
            for workspace, contact in contacts:
                pipeline.exists(f"{prefix(workspace)}:contact:{contact}")
            return [bool(found) for found in await pipeline.execute()]


def contact_of(reference: str) -> str:
    """The contact an offer or assignment id belongs to; an id of neither form names no contact."""
    parts = reference.split("_")
    return f"con_{parts[1]}" if len(parts) == 4 and parts[0] in ("ofr", "asg") else ""
