"""A written contact waits for its customer: its agent serves others, and the customer's message brings it back."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.lifecycle.talking.parking import in_language
from mci_router.specs.machine_notice import TEXTS
from tests.support.conversations import accepted, slug, staffed, taken, until_ledger
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    return service[1]


def one_at_a_time(**desk: Any) -> dict[str, Any]:
    """ann has room for one chat of the desk, and works alone."""
    document = staffed(wrap_up_s=0, **desk)
    document["agents"][0]["capacity"] = {"units": 2, "channels": {"chat": 3, "voice": 1}}
    return document


async def test_a_message_that_its_agent_has_not_read_brings_it_back_at_once(make: Make) -> None:
    """The customer writes while the agent presses the button: the message does not wait for the next one."""
    workspace = await make(one_at_a_time())
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        more = await workspace.api.post(f"/v1/contacts/{contact}/messages", json={"text": "one more thing"})
        seq = more.json()["message"]["seq"]
        ack = await ann.do("contact.park", assignment_id=assignment, read_up_to=seq - 1)
        assert (ack["state"], ack["assignment_id"]) == ("assigned", assignment)
        assert (await ann.expect("contact.updated", event="unparked"))["why"] == "customer_wrote"
        ack = await ann.do("contact.park", assignment_id=assignment, read_up_to=seq)
        assert ack["state"] == "waiting_for_customer"


async def stays(workspace: Workspace, contact: str) -> list[dict[str, Any]]:
    query = text(
        "SELECT n, left_as, agent, parked_s, talk_s, due_at, entered_at FROM segments WHERE contact_id = :id ORDER BY n"
    )
    async with workspace.ledger() as session:
        return [dict(row) for row in (await session.execute(query, {"id": contact})).mappings()]


async def test_a_parked_contact_gives_its_room_to_the_next_and_comes_back_to_its_agent(
    make: Make, parts: Parts
) -> None:
    """By the same assignment and without an offer; the agent may also go on by itself, and complete what is parked."""
    workspace = await make(one_at_a_time())
    async with workspace.desk("ann") as ann:
        first, assignment = await taken(workspace, ann)
        second = (await workspace.post("a formal complaint about the bill"))["id"]
        ack = await ann.do("contact.park", assignment_id=assignment)
        assert (ack["state"], ack["assignment_id"]) == ("waiting_for_customer", assignment)
        told = await ann.expect("contact.updated", event="parked")
        assert (told["contact_id"], told["assignment_ended"]) == (first, False)
        other = await accepted(ann, second)
        contact = await until_ledger(workspace, first, state="waiting_for_customer", agent="ann")
        assert contact["assignment_id"] == assignment
        assert (await workspace.contact(first))["parked_at"]
        assert await ann.do("contact.park", assignment_id=assignment) == ack

        refused = await ann.do("contact.unpark", assignment_id=assignment)
        assert slug(refused) == "agent_no_room"
        await ann.do("assignment.complete", assignment_id=other, disposition="solved")
        assert await parts.parking.customer_wrote(workspace.id, second) is None
        back = await parts.parking.customer_wrote(workspace.id, first)
        assert back
        assert (back.state, back.agent, back.assignment) == ("assigned", "ann", assignment)
        assert (await ann.expect("contact.updated", event="unparked"))["why"] == "customer_wrote"
        assert await parts.parking.customer_wrote(workspace.id, first) is None
        await ann.do("contact.park", assignment_id=assignment)
        assert (await ann.do("contact.unpark", assignment_id=assignment))["state"] == "assigned"
        await ann.do("contact.park", assignment_id=assignment)
        done = await ann.do("assignment.complete", assignment_id=assignment, disposition="solved", notes="called")
        assert done["state"] == "completed"
    (stay,) = await stays(workspace, first)
    assert (stay["left_as"], stay["agent"]) == ("answered", "ann")
    assert stay["parked_s"] > 0
    assert "offer.created" not in [event["type"] for event in (await workspace.events(first))[4:]]


async def test_without_its_agent_it_waits_for_anybody_with_its_age(make: Make, parts: Parts) -> None:
    """In a new segment that is due from the customer's message on; a supervisor may pass a parked one on, and a desk that
    comes anew is shown what its agent has parked.
    """
    workspace = await make(one_at_a_time())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        first, assignment = await taken(workspace, ann)
        before = await workspace.contact(first)
        await ann.do("contact.park", assignment_id=assignment)
        assert slug(await bob.do("contact.unpark", assignment_id=assignment)) == "assignment_gone"
        await ann.do("presence.set", state="offline")
        async with workspace.desk("ann", available=False) as again:
            shown = await again.expect("assignment.started")
            assert (shown["assignment_id"], shown["state"]) == (assignment, "waiting_for_customer")
        assert (await workspace.contact(first))["state"] == "waiting_for_customer"
        back = await parts.parking.customer_wrote(workspace.id, first)
        assert back
        assert (back.state, back.agent) == ("queued", None)
        after = await workspace.contact(first)
        assert after["enqueued_at"] == before["enqueued_at"]
        assert after["due_at"] > before["due_at"]
        await bob.do("presence.set", state="available")
        mine = await accepted(bob, first)
        await bob.do("contact.park", assignment_id=mine)
        moved = await workspace.api.post(f"/v1/contacts/{first}/requeue", json={"reason": "bob goes home"})
        assert moved.json()["state"] in ("queued", "offered"), moved.text
    told = [(stay["left_as"], stay["agent"]) for stay in await stays(workspace, first)]
    assert told == [("returned", "ann"), ("transferred", "bob"), (None, None)]


async def test_whose_target_began_again_keeps_that_when_the_queue_changes(make: Make, parts: Parts) -> None:
    """The time for which the customer was silent does not make the contact late."""
    workspace = await make(one_at_a_time())
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        before = datetime.fromisoformat((await workspace.contact(contact))["due_at"])
        await ann.do("contact.park", assignment_id=assignment)
        await ann.do("presence.set", state="offline")
    back = await parts.parking.customer_wrote(workspace.id, contact)
    assert back is not None
    due = datetime.fromisoformat((await workspace.contact(contact))["due_at"])
    assert due > before
    await workspace.api.patch("/v1/queues/desk", json={"service_level": {"goal": 0.8, "target_s": 300}})

    async def moved() -> bool:
        return datetime.fromisoformat((await workspace.contact(contact))["due_at"]) - due == timedelta(seconds=180)

    await eventually(moved)


async def test_an_agent_who_is_busy_is_waited_for_as_long_as_the_queue_says(make: Make, parts: Parts) -> None:
    """Then anybody may have it."""
    workspace = await make(one_at_a_time(return_to_agent_s=30))
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        first, assignment = await taken(workspace, ann)
        await ann.do("contact.park", assignment_id=assignment)
        _, other = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        back = await parts.parking.customer_wrote(workspace.id, first)
        assert back
        assert back.state == "queued"  # although bob is free
        await ann.do("assignment.complete", assignment_id=other, disposition="solved")
        await accepted(ann, first)


async def test_a_silent_customers_contact_is_completed_with_a_message(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """In the customer's language, and with a disposition that says so; what is said goes by the journal and the hook.
    Nothing of the workspace waits for it.
    """
    texts = {"en": "We have closed it.", "de": "Wir haben es geschlossen."}
    workspace = await make(one_at_a_time(inactivity_s=0.3, inactivity_message=texts))
    async with workspace.desk("ann") as ann:
        posted = await workspace.post("a formal complaint", language="de")
        contact = posted["id"]
        assignment = await accepted(ann, contact)
        await ann.do("contact.park", assignment_id=assignment)
        assert (await ann.expect("contact.updated", event="completed"))["why"] == "customer_inactive"

    async def said() -> bool:
        items = (await workspace.api.get(f"/v1/cases/{posted['case_id']}/messages")).json()["items"]
        return [item["text"] for item in items if item["kind"] == "system"] == [f"{TEXTS['de']}\n\n{texts['de']}"]

    await eventually(said)
    row = await workspace.until_state(contact, "completed")
    assert (row["disposition"], row["agent"]) == ("customer_inactive", "ann")
    (done,) = [event for event in await workspace.events(contact) if event["type"] == "contact.completed"]
    assert done["data"]["message"] == texts["de"]
    assert [one.getMessage() for one in caplog.records if f"{workspace.id} waits" in one.getMessage()] == []


async def test_it_stays_parked_over_a_rebuild_of_the_live_state(make: Make, parts: Parts) -> None:
    """With its agent, its assignment and since when; a call cannot be parked, and a supervisor can."""
    workspace = await make(staffed(wrap_up_s=0))
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        parked = await workspace.api.post(f"/v1/contacts/{contact}/park")
        assert (parked.status_code, parked.json()["state"]) == (200, "waiting_for_customer")
        await workspace.projected()
        since = parked.json()["parked_at"]
        await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)
        assert (await workspace.contact(contact))["parked_at"] == since

        async def is_back() -> Any:
            back = await workspace.api.post(f"/v1/contacts/{contact}/unpark")
            return back.json() if back.status_code == 200 else None

        back = await eventually(is_back)
        assert (back["state"], back["agent"]) == ("assigned", "ann")
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        call = (await workspace.post("a formal complaint", channel="voice"))["id"]
        refused = await ann.do("contact.park", assignment_id=await accepted(ann, call))
        assert slug(refused) == "spoken_channel"
        gone = await workspace.api.post(f"/v1/contacts/{contact}/park")
        assert gone.status_code == 409
    (stay,) = await stays(workspace, contact)
    assert stay["parked_s"] > 0


def test_a_text_in_another_language_is_better_than_none() -> None:
    """The customer's language, else English, else any."""
    assert in_language({"de": "tschüss", "en": "bye"}, "de") == "tschüss"
    assert in_language({"de": "tschüss", "en": "bye"}, "fr") == "bye"
    assert in_language({"de": "tschüss"}, None) == "tschüss"
    assert in_language({}, "de") is None
