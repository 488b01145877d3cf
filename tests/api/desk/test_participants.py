"""Agents join a conversation that another serves: consulted, reading along, handed over inside."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.conversations.access import Access, who_may
from mci_router.lifecycle.rebuilding import Rebuilding
from tests.support.conversations import slug, staffed, taken
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def took_part(workspace: Workspace, contact: str) -> list[tuple[str, str, str | None]]:
    query = text("SELECT agent, role, why FROM participants WHERE contact_id = :id ORDER BY joined_at, agent")
    async with workspace.ledger() as session:
        return [(row.agent, row.role, row.why) for row in await session.execute(query, {"id": contact})]


async def test_who_is_consulted_reads_and_writes_until_the_conversation_is_over(make: Make) -> None:
    """Invited, and in: both desks hear what is written; it ends for everybody, and the ledger knows who took part."""
    workspace = await make(staffed(wrap_up_s=0))
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        away = await ann.do("contact.consult", contact_id=contact, agent="bob")
        assert slug(away) == "agent_not_working"
        await bob.do("presence.set", state="available")
        assert slug(await bob.do("contact.consult", contact_id=contact, agent="bob")) == "assignment_gone"
        assert slug(await ann.do("contact.consult", contact_id=contact, agent="nobody")) == "unknown_agent"
        await ann.do("contact.consult", contact_id=contact, agent="bob")
        assert (await ann.expect("contact.updated", event="participants_changed"))["invited"] == "bob"
        asked = await bob.expect("invitation.created")
        assert (asked["contact"]["id"], asked["holder"]) == (contact, "ann")
        await bob.do("invitation.decline", invitation_id=asked["invitation_id"], reason="busy")
        assert (await bob.expect("invitation.ended"))["why"] == "busy"
        again = await ann.do("contact.consult", contact_id=contact, queue="desk")
        assert "problem" not in again, again
        asked = await bob.expect("invitation.created")
        assert (await bob.do("invitation.accept", invitation_id=asked["invitation_id"]))["state"] == "assigned"
        assert (await bob.expect("participation.started"))["role"] == "consult"
        told = await ann.expect("contact.updated", event="participants_changed", invited=None)
        while not told["participants"]:
            told = await ann.expect("contact.updated", event="participants_changed", invited=None)
        assert told["participants"] == [{"agent": "bob", "role": "consult"}]
        assert slug(await ann.do("contact.consult", contact_id=contact, agent="bob")) == "already_takes_part"
        herself = await workspace.api.post(f"/v1/contacts/{contact}/consult", json={"agent": "ann"})
        assert (herself.status_code, herself.json()["type"]) == (409, "/problems/already_takes_part")
        assert (await workspace.contact(contact))["participants"] == {"bob": "consult"}

        said = await bob.do("message.send", contact_id=contact, client_id="m1", kind="agent", text="let me see")
        assert said["message"]["author"] == "bob"
        assert (await ann.expect("message.created"))["message"]["id"] == said["message"]["id"]
        await ann.do("message.send", contact_id=contact, client_id="m2", kind="note", text="thank you")
        heard = await bob.expect("message.created")
        while heard["message"]["text"] != "thank you":
            heard = await bob.expect("message.created")
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        assert (await bob.expect("participation.ended"))["why"] == "conversation_ended"
    assert await took_part(workspace, contact) == [("bob", "consult", "conversation_ended")]


@pytest.mark.parametrize("why", ["parked", "transferred", "moved"])
async def test_who_takes_part_is_told_why_it_is_over(make: Make, why: str) -> None:
    """A conversation that goes on without them has not ended; what comes back from parking is the assignment alone."""
    workspace = await make(staffed(wrap_up_s=0))
    async with (
        workspace.desk("ann") as ann,
        workspace.desk("bob", available=False) as bob,
        workspace.desk("tess", available=False) as tess,
    ):
        contact, assignment = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        await ann.do("contact.consult", contact_id=contact, agent="bob")
        asked = await bob.expect("invitation.created")
        await bob.do("invitation.accept", invitation_id=asked["invitation_id"])
        await bob.expect("participation.started")
        await tess.do("presence.set", state="available")
        passed_on = {"assignment_id": assignment, "reason": "for others"}
        if why == "parked":
            await ann.do("contact.park", assignment_id=assignment, read_up_to=99)
        elif why == "transferred":
            await ann.do("assignment.transfer", **passed_on, agent="tess")
        else:
            await ann.do("assignment.transfer", **passed_on, queue="tech_desk")
        assert (await bob.expect("participation.ended"))["why"] == why
        if why == "parked":
            await ann.do("contact.unpark", assignment_id=assignment)
            now = await workspace.contact(contact)
            assert (now["state"], now["agent"], now["participants"]) == ("assigned", "ann", {})
        await workspace.projected()
    assert await took_part(workspace, contact) == [("bob", "consult", why)]


async def test_a_contact_is_handed_over_inside_and_its_first_agent_stays(
    make: Make, service: tuple[str, Parts]
) -> None:
    """By a new assignment; a rebuild keeps who takes part; the first leaves when there is nothing more to say."""
    parts, workspace = service[1], await make(staffed(wrap_up_s=0))
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, first = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        assert slug(await ann.do("participant.hand_over", contact_id=contact, agent="bob")) == "no_participant"
        await ann.do("contact.consult", contact_id=contact, agent="bob")
        asked = await bob.expect("invitation.created")
        await bob.do("invitation.accept", invitation_id=asked["invitation_id"])
        await bob.expect("participation.started")
        handed = await ann.do("participant.hand_over", contact_id=contact, agent="bob")
        assert handed["assignment_id"] != first
        assert (await ann.expect("contact.updated", event="transferred"))["assignment_ended"] is True
        assert (await ann.expect("participation.started"))["holder"] == "bob"
        assert (await bob.expect("assignment.started"))["assignment_id"] == handed["assignment_id"]
        await workspace.projected()
        await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)

        async def is_back() -> bool:
            left = await ann.do("participant.leave", contact_id=contact)
            return "problem" not in left

        assert await eventually(is_back)
        done = await bob.do("assignment.complete", assignment_id=handed["assignment_id"], disposition="solved")
        assert done["state"] == "completed"
    assert await took_part(workspace, contact) == [("bob", "consult", "handed_over"), ("ann", "consult", "left")]
    row = await workspace.until_state(contact, "completed")
    assert row["agent"] == "bob"


@pytest.mark.parametrize("readers", [True, False])
async def test_a_desk_that_comes_back_is_told_who_takes_part(make: Make, readers: bool) -> None:
    """Who joined before it was loaded again, and who is asked to; who reads along only where the workspace shows it."""
    document = staffed(wrap_up_s=0)
    document["workspace"]["show_readers"] = readers
    next(agent for agent in document["agents"] if agent["name"] == "tess")["may_read_along"] = True
    workspace = await make(document)
    async with (
        workspace.desk("ann") as ann,
        workspace.desk("bob") as bob,
        workspace.desk("tess", available=False) as tess,
    ):
        contact, _ = await taken(workspace, ann)
        await ann.do("contact.consult", contact_id=contact, agent="bob")
        async with workspace.desk("ann", available=False) as again:
            started = await again.expect("assignment.started")
            assert (started["participants"], started["invited"]) == ([], "bob")
        asked = await bob.expect("invitation.created")
        await bob.do("invitation.accept", invitation_id=asked["invitation_id"])
        await tess.do("presence.set", state="away")
        assert (await tess.do("contact.read_along", contact_id=contact))["state"] == "assigned"
        shown = [{"agent": "bob", "role": "consult"}, *([{"agent": "tess", "role": "read_along"}] if readers else [])]
        async with workspace.desk("ann", available=False) as again:
            started = await again.expect("assignment.started")
            assert (started["participants"], started["invited"]) == (shown, None)


async def test_who_reads_along_takes_no_room_and_whispers_to_the_agent_alone(
    make: Make, service: tuple[str, Parts]
) -> None:
    """Only who may; what is sensitive only who could serve it."""
    parts, document = service[1], staffed(wrap_up_s=0)
    next(agent for agent in document["agents"] if agent["name"] == "tess")["may_read_along"] = True
    workspace = await make(document)
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        contact, _ = await taken(workspace, ann)
        assert slug(await ann.do("contact.read_along", contact_id=contact)) == "may_not_read_along"
        assert slug(await ann.do("conversation.list")) == "may_not_read_along"
        assert (await ann.do("workspace.read"))["agent"]["may_read_along"] is False
        await tess.do("presence.set", state="away")
        await workspace.projected()
        (listed,) = (await tess.do("conversation.list"))["conversations"]
        assert (listed["contact_id"], listed["agent"], listed["topic"]) == (contact, "ann", "complaint")
        assert (await tess.do("workspace.read"))["agent"]["may_read_along"] is True
        assert (await tess.do("contact.read_along", contact_id=contact))["state"] == "assigned"
        assert (await tess.expect("participation.started"))["role"] == "read_along"
        await ann.expect("contact.updated", event="participants_changed")
        live = await parts.engine.contact(workspace.id, contact)
        assert (who_may(live, "tess"), who_may(live, "ann"), who_may(live, "bob")) == (
            Access.WHISPER,
            Access.WRITE,
            Access.NOTHING,
        )
        refused = await tess.do("message.send", contact_id=contact, client_id="w1", kind="agent", text="hello")
        assert slug(refused) == "not_your_contact"
        whisper = {"contact_id": contact, "client_id": "w2", "kind": "note", "text": "offer a refund"}
        await tess.do("message.send", **whisper, to_agent="ann")
        assert (await ann.expect("message.created"))["message"]["text"] == "offer a refund"
        for who in (ann, tess):
            read = await who.do("conversation.read", contact_id=contact)
            assert read["items"][-1]["text"] == "offer a refund"
        assert (await tess.do("participant.leave", contact_id=contact))["state"] == "assigned"
        assert slug(await tess.do("participant.leave", contact_id=contact)) == "no_participant"
    assert await took_part(workspace, contact) == [("tess", "read_along", "left")]
