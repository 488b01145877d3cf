"""Agents whose desk is gone: offers go back at once, conversations are flagged and, after a grace, wait again."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.api.desk.test_socket import drop
from tests.support.conversations import COMPLAINT, slug, staffed, taken, until_event, until_ledger
from tests.support.documents import with_queue
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def until_lost(workspace: Workspace, contact: str) -> dict[str, Any]:
    """The contact, once its agent counts as lost."""

    async def flagged() -> dict[str, Any] | None:
        found = await workspace.contact(contact)
        return found if found["agent_lost"] else None

    found: dict[str, Any] = await eventually(flagged)
    return found


async def test_a_lost_agents_conversation_is_flagged_and_after_the_grace_goes_to_another(make: Make) -> None:
    """The offers go at once, the conversation later, with its original age; the lost desk is told both when it resumes."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        offered = (await workspace.post(COMPLAINT))["id"]
        offer = await ann.expect("offer.created")
        before = await workspace.contact(contact)
        last = drop(ann)
        flagged = await until_lost(workspace, contact)
        assert (flagged["state"], flagged["agent"]) == ("assigned", "ann")
        assert (await workspace.contact(offered))["state"] == "queued"
        await bob.do("presence.set", state="available")
        assert (await bob.expect("offer.created"))["contact"]["id"] == offered
        taken_over = await bob.expect("offer.created")
        assert taken_over["contact"]["id"] == contact
        assert (await workspace.contact(contact))["enqueued_at"] == before["enqueued_at"]
        async with workspace.desk("ann", available=False, resume=last) as again:
            assert (await again.expect("offer.revoked", offer_id=offer["offer_id"]))["why"] == "agent_lost"
            lost = await again.expect("contact.updated", event="agent_lost")
            assert (lost["contact_id"], lost["assignment_id"], lost["assignment_ended"]) == (contact, assignment, False)
            gone = await again.expect("contact.updated", event="queued")
            assert (gone["contact_id"], gone["why"], gone["assignment_ended"]) == (contact, "agent_lost", True)
            assert (
                slug(await again.do("assignment.complete", assignment_id=assignment, disposition="late"))
                == "assignment_gone"
            )
        await bob.do("offer.accept", offer_id=taken_over["offer_id"])
    await until_ledger(workspace, contact, state="assigned", agent="bob")


async def test_a_lost_agent_who_is_back_within_the_grace_keeps_the_conversation(make: Make) -> None:
    """The flag is gone, the desk is told, and nobody else is offered the contact, even after the grace."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        last = drop(ann)
    await until_lost(workspace, contact)
    async with workspace.desk("ann", available=False, resume=last) as again, workspace.desk("bob") as bob:
        told = await again.expect("contact.updated", event="agent_returned")
        assert (told["assignment_id"], told["assignment_ended"]) == (assignment, False)
        back = await workspace.contact(contact)
        assert (back["state"], back["agent"], back["agent_lost"]) == ("assigned", "ann", False)
        assert await bob.silent("offer.created", 2.3)
        assert (await again.do("assignment.complete", assignment_id=assignment, disposition="solved"))[
            "state"
        ] == "wrapping_up"


async def test_the_wrap_up_of_a_lost_agent_is_done_after_the_grace(make: Make) -> None:
    """The conversation was over: the contact is completed as the agent said, and waits for nobody."""
    workspace = await make(with_queue("desk", wrap_up_s=None))
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved", notes="all said")
        drop(ann)
    kept = await workspace.until_state(contact, "completed")
    assert (kept["agent"], kept["disposition"], kept["notes"]) == ("ann", "solved", "all said")


async def test_a_lost_first_agent_of_a_warm_transfer_is_freed_by_the_second(make: Make) -> None:
    """Who accepts takes the contact over within the grace; it does not wait again."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        await ann.do("assignment.transfer", assignment_id=assignment, agent="bob", warm=True, reason="knows them")
        offer = await bob.expect("offer.created")
        drop(ann)
        await until_lost(workspace, contact)
        assert (await bob.do("offer.accept", offer_id=offer["offer_id"]))["state"] == "assigned"
        found = await workspace.contact(contact)
        assert (found["agent"], found["agent_lost"]) == ("bob", False)
        assert await bob.silent("contact.updated", 2.3)
    events = await until_event(workspace, contact, "contact.transferred", "offer.accepted")
    assert "contact.queued" not in [event["type"] for event in events[1:]]
