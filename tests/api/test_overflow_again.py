"""Overflow sends no contact back and forth; but whom a person passes on, a queue's rules serve as if it had just come."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.conversations import accepted, staffed
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


def back_and_forth() -> dict[str, Any]:
    """A tech desk whose contacts go to the desk after a moment; of those for the desk, nobody works for tech."""
    document = staffed(position=1)
    tech = document["queues"][-1]
    tech.update(overflow=[{"wait_s": 0.3, "to_queue": "desk"}])
    document["topics"].append({"name": "tech", "title": "Tech", "touch": "high", "queue": "tech_desk"})
    return document


async def until_moves(workspace: Workspace, contact: str, *ways: str) -> None:
    """Waits until the contact has left its queues so."""

    async def moved() -> bool:
        events = await workspace.events(contact)
        return [event["data"]["left_as"] for event in events if event["data"].get("left_as")] == list(ways)

    await eventually(moved)


async def test_who_is_passed_on_overflows_again(make: Make) -> None:
    """An agent has talked to it since, and sends it back: while nobody works there it waits no longer than others."""
    workspace = await make(back_and_forth())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact = (await workspace.post(topic="tech"))["id"]
        assignment = await accepted(ann, contact)
        await bob.do("presence.set", state="available")
        await ann.do("assignment.transfer", assignment_id=assignment, queue="tech_desk", reason="a router is broken")
        assert (await bob.expect("offer.created"))["contact"]["id"] == contact
        await until_moves(workspace, contact, "overflowed", "transferred", "overflowed")


async def test_who_is_moved_by_rules_alone_leaves_each_queue_once(make: Make) -> None:
    """The desk would send it back at once, and does not: also not after a supervisor has put it in the tech desk again,
    which sends it away once more.
    """
    document = back_and_forth()
    document["queues"][1]["overflow"] = [{"wait_s": 0.3, "to_queue": "tech_desk"}]
    workspace = await make(document)
    contact = (await workspace.post(topic="tech"))["id"]
    await until_moves(workspace, contact, "overflowed")
    moved = await workspace.api.post(
        f"/v1/contacts/{contact}/transfer", json={"queue": "tech_desk", "reason": "tess comes"}
    )
    assert moved.status_code == 200, moved.text
    await until_moves(workspace, contact, "overflowed", "transferred", "overflowed")
    assert (await workspace.contact(contact))["queue"] == "desk"
