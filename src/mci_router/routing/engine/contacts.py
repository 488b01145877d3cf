"""Contacts in the live state: into line, to an agent, and out."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from mci_router.routing.calls import CallResult, ContactCall, Placement, Serving, Settlement, Status, Whereabouts
from mci_router.routing.engine.connection import Connection, prefix
from mci_router.routing.engine.reaching import refusal_in
from mci_router.routing.live_contact import LiveContact
from mci_router.vocabulary import ContactState

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64  # contacts of one `enqueue_all`: nobody else waits for more than 20 ms


class ContactFunctions(Connection):
    """The functions that move contacts, and those that read where they are."""

    async def carry_out(self, workspace: str, call: ContactCall) -> CallResult:
        """Brings a contact into the live state, or moves it there, as the call says. Idempotent."""
        if isinstance(call, Placement):
            return await self.enqueue(workspace, call)
        return await (self.serve(workspace, call) if isinstance(call, Serving) else self.settle(workspace, call))

    async def enqueue(self, workspace: str, placement: Placement) -> CallResult:
        """Puts a contact in line, and offers it at once if an able agent is free. Idempotent."""
        return await self._contact(workspace, "enqueue", json.dumps(placement.arguments()))

    async def enqueue_all(
        self, workspace: str, placements: Sequence[Placement], commands: Sequence[str] = ()
    ) -> list[CallResult]:
        """Puts contacts in line in this order, each as `enqueue` does: by one call, or a few if there are many.
        Idempotent, as a whole and contact by contact; `commands` has an id of each, by which it is done once.

        Returns of each, in order, what `enqueue` would have; FAILED where it broke off, which stops none of the others.
        Raises EngineUnavailable: some may be in line.
        """
        wanted = [placement.arguments() for placement in placements]
        for one, command in zip(wanted, commands, strict=bool(commands)):
            one["command"] = command
        results = []
        for start in range(0, len(wanted), MOST_AT_ONCE):
            reply = await self._call(workspace, "enqueue_all", json.dumps(wanted[start : start + MOST_AT_ONCE]))
            results += [_result(workspace, one) for one in reply["replies"]]
        return results

    async def serve(self, workspace: str, serving: Serving) -> CallResult:
        """Hands a contact to automation or the community. Idempotent."""
        return await self._contact(workspace, "serve", json.dumps(serving.arguments()))

    async def settle(self, workspace: str, settlement: Settlement) -> CallResult:
        """Ends a contact as it comes. Idempotent."""
        return await self._contact(workspace, "settle", json.dumps(settlement.arguments()))

    async def announce(self, workspace: str, messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Journals messages that the ledger has, at most 64. Returns of each, in order, its contact as it is now with
        `status`; UNKNOWN if it is not live any more. Raises EngineUnavailable: some may be journalled.
        """
        reply = await self._call(workspace, "announce", json.dumps(messages))
        return list(reply["replies"])

    async def journal_opt_out(self, workspace: str, event: str, customer: str, kind: str) -> Status:
        """Journals that an address of a customer is `opted_out`, or `opted_in` again."""
        return await self._status(workspace, "journal_opt_out", event, customer, kind)

    async def close_contact(
        self, workspace: str, contact: str, state: ContactState, why: str, *, only_from: ContactState | None = None
    ) -> CallResult:
        """Ends a contact as abandoned, cancelled or resolved."""
        return await self._contact(workspace, "close", contact, state, why, only_from or "")

    async def journal_hidden_reply(self, workspace: str, contact: str, post: str, reply: str) -> Status:
        """Journals that a reply is hidden, because it may not be shown in public."""
        return await self._status(workspace, "journal_hidden_reply", contact, post, reply)

    async def journal_post(
        self, workspace: str, event: str, contact: str, facts: Mapping[str, Any], command: str
    ) -> None:
        """Journals what has happened on the board. The same command, sent again within ten minutes, is journalled once.

        Raises EngineUnavailable.
        """
        await self._call_as(workspace, f"board:{command}", "journal_post", event, contact, json.dumps(dict(facts)))

    async def request_callback(self, workspace: str, contact: str) -> CallResult:
        """Notes that the customer hangs up and will be called: the contact keeps its place.

        WRONG_STATE unless it waits or is offered.
        """
        return await self._contact(workspace, "request_callback", contact)

    async def offer_callback(self, workspace: str, contact: str) -> CallResult:
        """Notes and journals, once, that a waiting customer is offered a callback.

        WRONG_STATE unless it waits or is offered.
        """
        return await self._contact(workspace, "offer_callback", contact)

    async def note_closed(self, workspace: str, contact: str, opens_at: int) -> CallResult:
        """Journals that a contact waits in a queue that is closed until `opens_at` (ms).

        WRONG_STATE unless it waits or is offered.
        """
        return await self._contact(workspace, "note_closed", contact, opens_at)

    async def overflow_checked(self, workspace: str, contact: str, again_in_ms: int | None) -> Status:
        """Notes that a waiting contact's overflow rules were looked at, and looks again after so many ms; None: not
        again.
        """
        return await self._status(workspace, "overflow_checked", contact, again_in_ms or 0)

    async def replan(self, workspace: str, places: Sequence[Mapping[str, Any]]) -> list[Whereabouts]:
        """Gives contacts the places that a changed configuration says: of each what `enqueue` takes. `overflow_at`:
        False where no rule is left, absent where the timer stays. Idempotent.

        Returns where each was, in order. Valkey serves nobody else meanwhile: give it a few dozen at most.
        """
        reply = await self._call(workspace, "replan", json.dumps(places))
        return [Whereabouts(word) for word in reply["places"]]

    async def move_limits(self, workspace: str, limits: Sequence[Mapping[str, Any]]) -> None:
        """Moves the moments until which the community has contacts: of each `id`, `rung` and `limit_at` in ms."""
        await self._call(workspace, "move_limits", json.dumps(limits))

    async def verify(self, workspace: str, contact: str, by: str) -> CallResult:
        """Journals that the customer of an open contact is verified. CLOSED once it has ended."""
        return await self._contact(workspace, "verify", contact, by)

    async def mark_sensitive(self, workspace: str, contact: str) -> CallResult:
        """Journals that an open contact has become sensitive, for all desks that show it. CLOSED once it has ended."""
        return await self._contact(workspace, "mark_sensitive", contact)

    async def mark_urgent(self, workspace: str, contact: str) -> CallResult:
        """Notes and journals, once, that a contact which an agent has, or is offered, has become urgent.

        WRONG_STATE unless one has it.
        """
        return await self._contact(workspace, "mark_urgent", contact)

    # Offers

    async def offer_to(self, workspace: str, contact: str, agent: str) -> CallResult:
        """Offers a waiting contact to the agent a supervisor named.

        UNKNOWN, WRONG_STATE, UNABLE, NOT_WORKING or NO_ROOM if it cannot be.
        """
        return await self._contact(workspace, "offer_to", contact, agent)

    async def pull(self, workspace: str, agent: str, contact: str, endpoint: str | None = None) -> CallResult:
        """Gives a waiting contact to the agent who takes it: an offer accepted at once.

        A call is put through to the agent's `endpoint`.

        Refused as `offer_to` is; GONE if another has it; CLOSED while its queue is.
        """
        return await self._contact(workspace, "pull", agent, contact, endpoint or "")

    async def hand_over(
        self, workspace: str, agent: str, assignment: str, to: str, *, warm: bool, force: bool = False
    ) -> CallResult:
        """Offers an assigned contact to another agent.

        Warm: the first keeps it until the second accepts; else it waits for the second. `force`: while its queue is
        closed, the second is asked at once, and nobody else.

        GONE if the assignment is not the agent's (an empty `agent`: any agent's); CLOSED if it would wait in a queue
        that is closed; refused as `offer_to` is.
        """
        mode = "warm" if warm else "forced" if force else "cold"
        return await self._contact(workspace, "hand_over", agent, contact_of(assignment), assignment, to, mode)

    async def cancel_transfer(self, workspace: str, agent: str, assignment: str) -> CallResult:
        """Calls off a warm transfer that nobody has accepted: the contact stays with its agent.

        GONE if the assignment is not the agent's (an empty `agent`: any agent's); WRONG_STATE if no transfer is under
        way.
        """
        return await self._contact(workspace, "cancel_transfer", agent, contact_of(assignment), assignment)

    async def accept(self, workspace: str, agent: str, offer: str, endpoint: str | None = None) -> CallResult:
        """Assigns an offered contact. A call is put through to the agent's `endpoint`. GONE. Idempotent."""
        return await self._contact(workspace, "accept", agent, offer, contact_of(offer), endpoint or "")

    async def decline(self, workspace: str, agent: str, offer: str, why: str) -> CallResult:
        return await self._contact(workspace, "decline", agent, offer, contact_of(offer), why)

    async def start_hold(self, workspace: str, agent: str, assignment: str) -> CallResult:
        """Puts the customer of a conversation on hold. WRONG_STATE while it is interrupted; GONE. Idempotent."""
        return await self._contact(workspace, "start_hold", agent, assignment, contact_of(assignment))

    async def end_hold(self, workspace: str, agent: str, assignment: str) -> CallResult:
        """Takes the customer of a conversation off hold. GONE. Idempotent."""
        return await self._contact(workspace, "end_hold", agent, assignment, contact_of(assignment))

    async def complete(self, workspace: str, agent: str, assignment: str, disposition: str, notes: str) -> CallResult:
        return await self._contact(workspace, "complete", agent, assignment, contact_of(assignment), disposition, notes)

    async def end_wrap_up(self, workspace: str, agent: str, assignment: str) -> CallResult:
        return await self._contact(workspace, "end_wrap_up", agent, assignment, contact_of(assignment))

    # Questions

    async def contact(self, workspace: str, contact: str) -> LiveContact | None:
        """Returns a contact; None if it is not live."""
        return LiveContact.of(await self.contact_record(workspace, contact))

    async def contact_states(self, workspace: str, contacts: Sequence[str]) -> list[ContactState | None]:
        """Returns the states of contacts, in order; None where one is not live."""
        async with self._reachable(), self.client.pipeline(transaction=False) as pipeline:
            for contact in contacts:
                pipeline.hget(f"{prefix(workspace)}:contact:{contact}", "state")
            return [ContactState(found) if found else None for found in await pipeline.execute()]

    async def contact_record(self, workspace: str, contact: str) -> dict[str, str]:
        """Returns the record of a contact as the server keeps it; empty if it is not live."""
        async with self._reachable():
            return dict(await self.client.hgetall(f"{prefix(workspace)}:contact:{contact}"))

    async def contacts(self, workspace: str, contacts: Sequence[str]) -> list[LiveContact | None]:
        """Returns several contacts, in order; None where one is not live."""
        if not contacts:
            return []
        async with self._reachable(), self.client.pipeline(transaction=False) as pipeline:
            for contact in contacts:
                pipeline.hgetall(f"{prefix(workspace)}:contact:{contact}")
            return [LiveContact.of(record) for record in await pipeline.execute()]

    async def ranks(self, workspace: str, contact: str, queue: str, line: str) -> tuple[int, int] | None:
        """Returns how many contacts are before this one in its line, and in all lines of its queue, by age; None if it
        stands in no line.
        """
        start = f"{prefix(workspace)}:line"
        async with self._reachable():
            age = await self.client.zscore(f"{start}:{line}", contact)
            if age is None:
                return None
            lines = [other for other in await self.client.smembers(f"{start}s") if other.startswith(f"{queue}|")]
            async with self.client.pipeline(transaction=False) as pipeline:
                pipeline.zrank(f"{start}:{line}", contact)
                for other in lines:
                    if other != line:
                        pipeline.zcount(f"{start}:{other}", "-inf", f"({age:.0f}")
                mine, *others = await pipeline.execute()
        return None if mine is None else (mine, mine + sum(others))

    async def ranks_in_lines(self, workspace: str, places: Sequence[tuple[str, str]]) -> list[int | None]:
        """Returns, for each (line, contact), how many are before the contact in the line; None if it is not in it."""
        async with self._reachable(), self.client.pipeline(transaction=False) as pipeline:
            for line, contact in places:
                pipeline.zrank(f"{prefix(workspace)}:line:{line}", contact)
            return list(await pipeline.execute())

    async def known(self, workspace: str, contacts: Sequence[str]) -> list[bool]:
        """Returns whether the live state knows each contact: mostly it knows all, which one command says."""
        keys = [f"{prefix(workspace)}:contact:{contact}" for contact in contacts]
        async with self._reachable():
            if not keys or await self.client.exists(*keys) == len(set(keys)):
                return [True] * len(keys)
            async with self.client.pipeline(transaction=False) as pipeline:
                for key in keys:
                    pipeline.exists(key)
                return [bool(found) for found in await pipeline.execute()]


def _result(workspace: str, reply: Mapping[str, Any]) -> CallResult:
    if reply["status"] == Status.FAILED and not refusal_in(reply["error"]):
        log.error("a contact of %s could not be put in line: %s", workspace, reply["error"])
    return CallResult.of(reply)


def contact_of(reference: str) -> str:
    """Returns the contact of an offer or assignment id; '' for an id of neither form."""
    parts = reference.split("_")
    return f"con_{parts[1]}" if len(parts) == 4 and parts[0] in ("ofr", "asg") else ""
