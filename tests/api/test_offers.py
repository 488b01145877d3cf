"""Direct offers by a supervisor, and pulling: an agent takes a chosen contact."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.conversations import COMPLAINT, slug, staffed, taken, until_event, until_ledger
from tests.support.documents import small, with_queue
from tests.support.problems import assert_problem
from tests.support.service import TestDesk, Workspace

Make = Callable[..., Awaitable[Workspace]]
FRAUD = "someone stole my card, fraud"
NOBODY = f"con_{'0' * 32}"


def one_at_a_time() -> dict[str, Any]:
    """The staffed workspace with agents who serve one chat at a time."""
    document = staffed(wrap_up_s=0)
    for agent in document["agents"]:
        agent["capacity"] = {"units": 2, "channels": {"chat": 1}}
    return document


async def offer_to(workspace: Workspace, contact: str, agent: str) -> Any:
    return await workspace.api.post(f"/v1/contacts/{contact}/offer", json={"agent": agent})


async def line(desk: TestDesk, **data: Any) -> list[dict[str, Any]]:
    """What the desk may pull."""
    waiting: list[dict[str, Any]] = (await desk.do("line.list", **data))["waiting"]
    return waiting


# Direct offers


async def test_a_supervisor_offers_a_waiting_contact_to_one_agent(workspace: Workspace) -> None:
    """Also to one who declined it a moment ago; the answer says who is asked, and the desk why."""
    async with workspace.desk("ann") as ann:
        contact = (await workspace.post(COMPLAINT))["id"]
        await ann.do("offer.decline", offer_id=(await ann.expect("offer.created"))["offer_id"])
        assert await ann.silent("offer.created", 0.2)
        offered = (await offer_to(workspace, contact, "ann")).json()
        assert (offered["state"], offered["offered_to"], offered["agent"]) == ("offered", "ann", None)
        offer = await ann.expect("offer.created")
        assert (offer["contact"]["id"], offer["why"], offer["warm"]) == (contact, "supervisor", False)
        assert (await ann.do("offer.accept", offer_id=offer["offer_id"]))["state"] == "assigned"
    await until_ledger(workspace, contact, state="assigned", agent="ann")


async def test_a_direct_offer_that_cannot_be_is_refused(make: Make) -> None:
    """Unable, not working, without room or unknown; and a contact that does not wait."""
    workspace = await make(one_at_a_time())
    async with workspace.desk("ann") as ann, workspace.desk("fred"):
        served, _ = await taken(workspace, ann)
        waiting = (await workspace.post(COMPLAINT))["id"]
        for contact, agent, status, problem in (
            (waiting, "fred", 409, "agent_unable"),
            (waiting, "bob", 409, "agent_not_working"),
            (waiting, "ann", 409, "agent_no_room"),
            (waiting, "nobody", 422, "unknown_agent"),
            (served, "bob", 409, "wrong_state"),
            (NOBODY, "bob", 404, "not_found"),
        ):
            assert_problem(await offer_to(workspace, contact, agent), status, problem)
        assert (await workspace.contact(waiting))["state"] == "queued"
        answered = await workspace.post("forgot my password, cannot log in")
        assert_problem(await offer_to(workspace, answered["id"], "bob"), 409, "wrong_state")


# Pulling


async def test_an_agent_on_a_break_pulls_a_waiting_contact(workspace: Workspace) -> None:
    """It is assigned at once, told as an assignment without an offer, and pulled again it stays so; the ledger agrees."""
    contact = (await workspace.post(COMPLAINT))["id"]
    async with workspace.desk("ann", available=False) as ann:
        assert slug(await ann.do("contact.pull", contact_id=contact)) == "agent_not_working"
        await ann.do("presence.set", state="away", reason="break")
        assert [waiting["contact_id"] for waiting in await line(ann)] == [contact]
        pulled = await ann.do("contact.pull", contact_id=contact)
        assert (pulled["contact_id"], pulled["state"]) == (contact, "assigned")
        started = await ann.expect("assignment.started")
        assert started["assignment_id"] == pulled["assignment_id"]
        assert "offer.created" not in [frame["type"] for frame in ann.unread]
        assert await ann.do("contact.pull", contact_id=contact) == pulled
        assert await line(ann) == []
        events = await until_event(workspace, contact, "offer.created", "offer.accepted")
        assert events[-2]["data"]["why"] == "pulled"
        await until_ledger(workspace, contact, state="assigned", agent="ann", assignment_id=pulled["assignment_id"])


async def test_what_an_agent_cannot_serve_it_cannot_pull_nor_see(workspace: Workspace) -> None:
    """Another skill, another workspace, or nothing at all; the contact waits on."""
    complaint, fraud = (await workspace.post(COMPLAINT))["id"], (await workspace.post(FRAUD, topic="card_fraud"))["id"]
    async with workspace.desk("ann", available=False) as ann:
        await ann.do("presence.set", state="away")
        assert [waiting["contact_id"] for waiting in await line(ann)] == [complaint]
        assert slug(await ann.do("contact.pull", contact_id=fraud)) == "agent_unable"
        assert slug(await ann.do("contact.pull", contact_id=NOBODY)) == "contact_not_waiting"
        assert slug(await ann.do("contact.pull", contact_id="con_1")) == "invalid_frame"
    assert (await workspace.contact(fraud))["state"] == "queued"


async def test_a_contact_of_another_workspace_is_not_there_for_the_pulling(make: Make) -> None:
    """Though its id is known."""
    here, there = await make(), await make()
    contact = (await there.post(COMPLAINT))["id"]
    async with here.desk("ann", available=False) as ann:
        await ann.do("presence.set", state="away")
        assert await line(ann) == []
        assert slug(await ann.do("contact.pull", contact_id=contact)) == "contact_not_waiting"
    assert (await there.contact(contact))["state"] == "queued"


async def test_of_two_agents_who_pull_at_once_one_has_it(make: Make) -> None:
    """The other is told that it does not wait any more; nobody holds it twice."""
    workspace = await make(staffed())
    async with workspace.desk("ann", available=False) as ann, workspace.desk("bob", available=False) as bob:
        for desk in (ann, bob):
            await desk.do("presence.set", state="away")
        for _ in range(5):
            contact = (await workspace.post(COMPLAINT))["id"]
            answers = await asyncio.gather(
                ann.do("contact.pull", contact_id=contact), bob.do("contact.pull", contact_id=contact)
            )
            (lost,) = [answer for answer in answers if "problem" in answer]
            (won,) = [desk for desk, answer in zip((ann, bob), answers, strict=True) if "problem" not in answer]
            assert slug(lost) == "contact_not_waiting"
            assert (await workspace.contact(contact))["agent"] == won.agent
            await workspace.api.post(f"/v1/contacts/{contact}/resolve")


async def test_a_contact_in_a_warm_transfer_is_not_for_the_taking(make: Make) -> None:
    """It stands in line, but its agent still serves it: who is offered it may accept it, and nobody may pull it."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        contact, assignment = await taken(workspace, ann)
        await ann.do(
            "assignment.transfer", assignment_id=assignment, queue="tech_desk", warm=True, reason="needs a technician"
        )
        await tess.do("presence.set", state="away")
        assert await line(tess) == []
        assert slug(await tess.do("contact.pull", contact_id=contact)) == "contact_not_waiting"
        assert (await workspace.contact(contact))["agent"] == "ann"


async def test_an_agent_without_room_cannot_pull(make: Make) -> None:
    """Until it has completed what it serves."""
    workspace = await make(one_at_a_time())
    async with workspace.desk("ann") as ann:
        _, assignment = await taken(workspace, ann)
        await ann.do("presence.set", state="away")
        waiting = (await workspace.post(COMPLAINT))["id"]
        assert slug(await ann.do("contact.pull", contact_id=waiting)) == "agent_no_room"
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        assert (await ann.do("contact.pull", contact_id=waiting))["state"] == "assigned"


# What a desk chooses from


async def test_the_line_shows_the_oldest_first_and_of_one_queue_if_asked(make: Make) -> None:
    """Up to fifty; what a sensitive contact says is not on it."""
    document = small()
    document["agents"][1]["skills"].append({"skill": "billing", "proficiency": 1})
    workspace = await make(document)
    first = await workspace.post(COMPLAINT, subject="Your fee", priority=0)
    sensitive = (await workspace.post(FRAUD, subject="My card", topic="card_fraud"))["id"]
    later = [(await workspace.post(COMPLAINT))["id"] for _ in range(51)]
    async with workspace.desk("fred", available=False) as fred:
        await fred.do("presence.set", state="away")
        waiting = await line(fred)
        assert [one["contact_id"] for one in waiting] == [first["id"], sensitive, *later[:48]]
        assert (waiting[0]["queue"], waiting[0]["channel"], waiting[0]["subject"]) == ("desk", "chat", "Your fee")
        assert (waiting[1]["sensitive"], waiting[1]["subject"]) == (True, None)
        assert waiting[0]["enqueued_at"] == (await workspace.contact(first["id"]))["enqueued_at"]
        assert [one["contact_id"] for one in await line(fred, queue="fraud_desk")] == [sensitive]
        assert len(await line(fred, queue="desk")) == 49


async def test_the_directory_names_queues_agents_and_severities(make: Make) -> None:
    """Other agents with their presence, not oneself; the search finds parts of names and titles."""
    matrix = [{"name": "P2", "queue": "desk", "description": "grave"}, {"name": "P1", "queue": "fraud_desk"}]
    workspace = await make(staffed() | {"escalations": matrix})
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        await bob.do("presence.set", state="away")
        directory = await ann.do("directory.list")
        presences = {agent["name"]: agent["presence"] for agent in directory["agents"]}
        assert presences == {"bob": "away"}, "who is offline is no target"
        assert {"name": "tech_desk", "title": "Tech desk", "description": ""} in directory["queues"]
        assert [(row["name"], row["queue"]) for row in directory["severities"]] == [
            ("P1", "fraud_desk"),
            ("P2", "desk"),
        ]
        found = await ann.do("directory.list", search="TES")
        assert ([agent["name"] for agent in found["agents"]], found["queues"]) == ([], [])


# Wrap-up


async def test_wrap_up_lasts_until_the_agent_is_done_where_the_queue_has_no_limit(make: Make) -> None:
    """No timer ends it, the agent's room stays taken, and the desk ends it."""
    document = with_queue("desk", wrap_up_s=None)
    document["agents"][0]["capacity"] = {"units": 2, "channels": {"chat": 1}}
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        done = await ann.do(
            "assignment.complete", assignment_id=assignment, disposition="solved", notes="call them on Monday"
        )
        assert done["state"] == "wrapping_up"
        waiting = (await workspace.post(COMPLAINT))["id"]
        assert await ann.silent("offer.created", 0.5)
        assert (await workspace.contact(contact))["state"] == "wrapping_up"
        assert (await ann.do("wrap_up.done", assignment_id=assignment))["state"] == "completed"
        assert (await ann.expect("offer.created"))["contact"]["id"] == waiting
    await until_ledger(workspace, contact, state="completed", agent="ann")
