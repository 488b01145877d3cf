"""A desk that comes back while contacts are passed on: it is told exactly how things stand."""

from collections.abc import Awaitable, Callable

from tests.api.desk.test_socket import drop, heard, kinds
from tests.support.conversations import staffed, taken
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


async def test_a_new_desk_of_the_second_agent_is_shown_the_warm_offer(make: Make) -> None:
    """As an offer, with who holds the contact and how it was passed on; and it can be accepted."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        await ann.do("assignment.transfer", assignment_id=assignment, agent="bob", warm=True, reason="knows them")
        offer = await bob.expect("offer.created")
        drop(bob)
        async with workspace.desk("bob", available=False) as again:
            assert again.hello["resumed"] is False
            told = await again.expect("offer.created")
            assert (told["offer_id"], told["warm"], told["holder"]) == (offer["offer_id"], True, "ann")
            assert (told["contact"]["id"], told["transfers"]) == (contact, offer["transfers"])
            assert "assignment.started" not in [frame["type"] for frame in again.unread]
            assert (await again.do("offer.accept", offer_id=offer["offer_id"]))["state"] == "assigned"


async def test_a_new_desk_of_the_first_agent_is_shown_the_assignment_as_being_transferred(make: Make) -> None:
    """It is still the first's, until the second accepts."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        _, assignment = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        await ann.do("assignment.transfer", assignment_id=assignment, agent="bob", warm=True, reason="knows them")
        offer = await bob.expect("offer.created")
        drop(ann)
        async with workspace.desk("ann", available=False) as again:
            started = await again.expect("assignment.started")
            assert (started["assignment_id"], started["state"], started["transferring"]) == (
                assignment,
                "assigned",
                True,
            )
            await bob.do("offer.accept", offer_id=offer["offer_id"])
            assert (await again.expect("contact.updated", event="transferred"))["assignment_id"] == assignment


async def test_a_desk_that_was_away_when_the_second_accepted_hears_that_its_assignment_is_over(make: Make) -> None:
    """Resumed: the transfer, and its end. New: nothing of the contact any more."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        await ann.do("assignment.transfer", assignment_id=assignment, agent="bob", warm=True, reason="knows them")
        last = ann.last_seq
        offer = await bob.expect("offer.created")
        drop(ann)
        await bob.do("offer.accept", offer_id=offer["offer_id"])
        async with workspace.desk("ann", available=False, resume=last) as again:
            assert again.hello["resumed"] is True
            told = await again.expect("contact.updated", event="transferred")
            assert (told["contact_id"], told["assignment_ended"], told["to"]) == (contact, True, "bob")
        async with workspace.desk("ann", available=False) as desk_again:
            assert kinds(await heard(desk_again), {"id": contact}) == []


async def test_an_interrupted_email_is_told_as_interrupted_and_as_resumed(make: Make) -> None:
    """To the desk as it happens, to a new desk as it stands, and in the contact."""
    document = staffed(wrap_up_s=0)
    mail = {
        "name": "mail",
        "position": 1,
        "channels": ["email"],
        "service_level": {"goal": 0.9, "target_s": 14_400},
        "units": 6,
    }
    document["queues"].append({**mail, "deferrable": True, "interruptible": True})
    document["agents"][0]["capacity"] = {"units": 6, "channels": {"chat": 3, "email": 1}}
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        email = (await workspace.post("a formal complaint, I demand a manager", channel="email"))["id"]
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        chat, assignment = await taken(workspace, ann)
        told = await ann.expect("contact.updated", event="interrupted")
        assert (told["contact_id"], told["state"], told["assignment_ended"]) == (email, "assigned", False)
        assert (await workspace.contact(email))["interrupted"] is True
        drop(ann)
        async with workspace.desk("ann", available=False) as again:
            started = [await again.expect("assignment.started"), await again.expect("assignment.started")]
            assert {one["contact"]["id"]: one["interrupted"] for one in started} == {email: True, chat: False}
            await again.do("assignment.complete", assignment_id=assignment, disposition="solved")
            assert (await again.expect("contact.updated", event="resumed"))["contact_id"] == email
            assert (await workspace.contact(email))["interrupted"] is False
