"""Warm transfers to a queue: until somebody accepts, the contact is its agent's, in its agent's queue; only the place
beside its own waits, and it can be called off.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.routing.engine import prefix
from tests.api.test_transfers import decision_of, fates, transfer, unreachable
from tests.support.conversations import accepted, slug, staffed, taken, until_event, until_ledger
from tests.support.documents import closed_now
from tests.support.problems import assert_problem
from tests.support.service import TestDesk, Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def row(workspace: Workspace, contact: str) -> dict[str, Any]:
    """All of a contact's row that a move changes, as the ledger has it."""
    query = text(
        "SELECT outcome, rung, queue, requirement, relaxation, due_at, preferred_agent, kind, state, agent,"
        " assignment_id, enqueued_at, answered_at, passed_on IS NOT NULL AS passed_on FROM contacts WHERE id = :id"
    )
    async with workspace.ledger() as session:
        return dict((await session.execute(query, {"id": contact})).mappings().one())


async def stays(workspace: Workspace, contact: str) -> list[dict[str, Any]]:
    """The contact's stays in queues, as the ledger has them."""
    query = text(
        "SELECT n, queue, left_as, agent, entered_at, answered_at, left_at, waited_s FROM segments"
        " WHERE contact_id = :id ORDER BY n"
    )
    async with workspace.ledger() as session:
        return [dict(found) for found in (await session.execute(query, {"id": contact})).mappings()]


async def level(workspace: Workspace, queue: str) -> dict[str, Any] | None:
    queues = (await workspace.api.get("/v1/reports/service-level")).json()["queues"]
    return next((found for found in queues if found["queue"] == queue), None)


async def call_off(desk: TestDesk, assignment: str) -> dict[str, Any]:
    return await desk.do("transfer.cancel", assignment_id=assignment)


def to_tech(**tech: Any) -> dict[str, Any]:
    document = staffed(wrap_up_s=30)
    document["queues"][-1].update(tech)
    return document


async def test_until_somebody_accepts_it_is_in_her_queue_and_completing_it_there_ends_it(make: Make) -> None:
    """To a queue where nobody is: her queue in every answer, her wrap-up; then nothing of it is left in the other."""
    workspace = await make(to_tech(wrap_up_s=0))
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        contact, assignment = await taken(workspace, ann)
        before = await until_ledger(workspace, contact, state="assigned")
        shown = await workspace.contact(contact)
        assert (await transfer(ann, assignment, queue="tech_desk", warm=True))["state"] == "assigned"
        kept = await workspace.contact(contact)
        same = ("queue", "rung", "due_at", "answered_at", "enqueued_at", "agent")
        assert {name: kept[name] for name in same} == {name: shown[name] for name in same}
        assert (kept["transferring"], kept["to_queue"]) == (True, "tech_desk")
        assert (await workspace.api.delete("/v1/queues/tech_desk")).status_code == 409  # somebody waits in it
        place = (await workspace.api.get(f"/v1/contacts/{contact}/waiting")).json()
        assert (place["state"], place["waits"], place["queue"], place["position"]) == ("assigned", True, "tech_desk", 1)
        done = await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        assert done["state"] == "wrapping_up"
        events = await until_event(workspace, contact, "contact.transfer_cancelled", "contact.wrapping_up")
        assert [event["data"]["queue"] for event in events[-3:]] == ["desk"] * 3
        assert (events[-3]["data"]["to_queue"], events[-2]["data"]["why"]) == ("tech_desk", "completed")
        await tess.do("presence.set", state="available")
        assert await tess.silent("offer.created", 0.2)
        after = await until_ledger(workspace, contact, state="wrapping_up")
        assert (after["queue"], after["rung"], after["agent"]) == ("desk", before["rung"], "ann")
        assert (await row(workspace, contact))["passed_on"] is False
        assert await level(workspace, "tech_desk") is None
        assert [(stay["n"], stay["queue"], stay["agent"]) for stay in await stays(workspace, contact)] == [
            (1, "desk", "ann")
        ]
        assert len((await decision_of(workspace, contact))["history"]) == 1
        assert (await workspace.api.delete("/v1/queues/tech_desk")).status_code in (200, 204)


async def test_a_warm_transfer_is_called_off_from_the_desk(make: Make) -> None:
    """While nobody is asked, and while somebody is, who is then offered at once what waits; the first is told each time."""
    workspace = await make(to_tech())
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        contact, assignment = await taken(workspace, ann)
        await until_ledger(workspace, contact, state="assigned")
        before = await row(workspace, contact)
        assert slug(await call_off(ann, assignment)) == "wrong_state"
        await transfer(ann, assignment, queue="tech_desk", warm=True)
        assert await call_off(ann, assignment) == {
            "contact_id": contact,
            "state": "assigned",
            "assignment_id": assignment,
            "route": None,
        }
        told = await ann.expect("contact.updated", event="transfer_cancelled")
        assert (told["why"], told["assignment_ended"], told["queue"]) == ("called_off", False, "desk")
        assert await row(workspace, contact) == before
        await tess.do("presence.set", state="available")
        assert await tess.silent("offer.created", 0.1)

        await tess.do("presence.set", state="away")
        await transfer(ann, assignment, queue="tech_desk", warm=True)
        waiting = (await workspace.post("a formal complaint, I demand a manager"))["id"]
        await ann.expect("offer.created")
        await ann.do("presence.set", state="away")
        await workspace.api.patch("/v1/agents/tess", json={"capacity": {"units": 2, "channels": {"chat": 1}}})
        await tess.do("presence.set", state="available")
        offer = await tess.expect("offer.created")
        assert offer["contact"]["id"] == contact
        assert slug(await call_off(tess, assignment)) == "assignment_gone"
        await call_off(ann, assignment)
        assert (await tess.expect("offer.revoked"))["why"] == "called_off"
        assert (await tess.expect("offer.created"))["contact"]["id"] == waiting
        assert slug(await tess.do("offer.accept", offer_id=offer["offer_id"])) == "offer_gone"
        found = await workspace.contact(contact)
        assert (found["transferring"], found["to_queue"], found["offered_to"]) == (False, None, None)
        assert await row(workspace, contact) == before
        records = (await decision_of(workspace, contact))["route"]["transfers"]
        assert [(record["queue"], bool(record["called_off_at"])) for record in records] == [("tech_desk", True)] * 2


async def test_a_supervisor_calls_off_what_is_passed_on_to_a_queue_or_an_agent(make: Make) -> None:
    """Whoever began it; afterwards there is nothing to call off."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        url = f"/v1/contacts/{contact}/transfer"
        assert_problem(await workspace.api.post(f"{url}/cancel"), 409, "wrong_state")
        await transfer(ann, assignment, queue="tech_desk", warm=True)
        kept = await workspace.api.post(f"{url}/cancel", json={"reason": "the customer would rather not"})
        assert (kept.status_code, kept.json()["transferring"], kept.json()["agent"]) == (200, False, "ann")
        await bob.do("presence.set", state="available")
        await workspace.api.post(url, json={"agent": "bob", "warm": True, "reason": "knows them"})
        assert (await bob.expect("offer.created"))["warm"] is True
        assert (await workspace.api.post(f"{url}/cancel")).json()["offered_to"] is None
        assert (await bob.expect("offer.revoked"))["why"] == "called_off"
        records = (await decision_of(workspace, contact))["route"]["transfers"]
        assert [(record["agent"], bool(record["called_off_at"])) for record in records] == [(None, True), ("bob", True)]
        assert await fates(workspace, contact) == [("ann", "accepted"), ("bob", "revoked")]


async def test_an_accepted_one_is_in_the_other_queue_from_then_on(make: Make) -> None:
    """Queue, rung, target, requirement and decision change with the acceptance, and may be moved on at once."""
    workspace = await make(to_tech())
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        contact, assignment = await taken(workspace, ann)
        await until_ledger(workspace, contact, state="assigned")
        before = await row(workspace, contact)
        await transfer(ann, assignment, queue="tech_desk", warm=True)
        await call_off(ann, assignment)
        await transfer(ann, assignment, queue="tech_desk", warm=True)
        await tess.do("presence.set", state="available")
        second = await accepted(tess, contact)
        await until_ledger(workspace, contact, agent="tess", queue="tech_desk", rung=before["rung"] + 1)
        after = await row(workspace, contact)
        assert (after["requirement"], after["passed_on"]) == ([{"min": 1, "skill": "tech"}], False)
        assert after["enqueued_at"] == before["enqueued_at"]
        assert after["answered_at"] > before["answered_at"]
        decision = await decision_of(workspace, contact)
        assert (decision["route"]["queue"], len(decision["history"])) == ("tech_desk", 2)
        first, then = await stays(workspace, contact)
        assert [(stay["n"], stay["queue"], stay["left_as"], stay["agent"]) for stay in (first, then)] == [
            (1, "desk", "transferred", "ann"),
            (2, "tech_desk", None, "tess"),
        ]
        assert then["entered_at"] < then["answered_at"] == first["left_at"]  # its wait there began while ann had it
        assert then["waited_s"] == (then["answered_at"] - then["entered_at"]).total_seconds()
        assert [record["called_off_at"] for record in decision["route"]["transfers"]] == [None]
        assert decision["route"]["reasons"][0] == "transferred to tech_desk: needs a technician"
        await ann.do("presence.set", state="away", reason="break")  # it would be hers before the ledger is read
        assert (await transfer(tess, second, queue="desk"))["state"] == "queued"
        await until_ledger(workspace, contact, state="queued", queue="desk", rung=before["rung"] + 2)


async def test_the_other_place_relaxes_and_overflows(make: Make) -> None:
    """First it asks for no skill, then it is in the line of another queue: each time somebody else can take it over."""
    workspace = await make(
        to_tech(
            skills=[{"skill": "tech"}],
            relaxation=[{"after_s": 0.3, "drop": "tech"}],
            overflow=[{"wait_s": 1.2, "to_queue": "voice"}],
        )
    )
    async with (
        workspace.desk("ann") as ann,
        workspace.desk("bob", available=False) as bob,
        workspace.desk("tess", available=False) as tess,
    ):
        contact, assignment = await taken(workspace, ann)
        await tess.do("presence.set", state="away")  # signed in, so that nothing is relaxed before its time
        await bob.do("presence.set", state="available")
        assert (await transfer(ann, assignment, queue="tech_desk", warm=True))["state"] == "assigned"
        assert await bob.silent("offer.created", 0.1)
        offer = await bob.expect("offer.created")  # who has no tech
        assert (offer["contact"]["id"], offer["warm"]) == (contact, True)
        await bob.do("offer.decline", offer_id=offer["offer_id"])
        await bob.do("presence.set", state="away", reason="break")  # what is offered again does not overflow

        async def elsewhere() -> bool:
            return bool((await workspace.contact(contact))["to_queue"] == "voice")

        await eventually(elsewhere)
        found = await workspace.contact(contact)
        assert (found["queue"], found["agent"], found["transferring"]) == ("desk", "ann", True)
        events = [event["type"] for event in await workspace.events(contact)]
        assert "contact.relaxed_fully" in events
        await call_off(ann, assignment)
        assert (await workspace.contact(contact))["transferring"] is False


async def shut(workspace: Workspace, name: str, /, **when_closed: Any) -> None:
    """Closes a queue from now on."""
    answer = await workspace.api.patch(
        f"/v1/queues/{name}",
        json={"hours": closed_now(), "when_closed": when_closed or {"action": "hold", "queue": None}},
    )
    assert answer.status_code == 200, answer.text


async def test_closing_time_in_the_other_queue_holds_for_the_place_there(make: Make) -> None:
    """Another queue takes it, and asks its own agents. Where none does it waits, and the first agent is told until when,
    once; also if somebody who was asked before lets it go. Her own contact stays with her.
    """
    document = to_tech()
    document["agents"][-1]["capacity"] = {"units": 2, "channels": {"chat": 1}}
    document["queues"].append({"name": "late_desk", "position": 91, "service_level": {"goal": 0.8, "target_s": 60}})
    workspace = await make(document)
    async with (
        workspace.desk("ann") as ann,
        workspace.desk("bob", available=False) as bob,
        workspace.desk("tess", available=False) as tess,
    ):
        (sent, first), (asked, second), (held, third) = [await taken(workspace, ann) for _ in range(3)]
        await transfer(ann, first, queue="tech_desk", warm=True)
        await shut(workspace, "tech_desk", action="queue", queue="late_desk")
        await bob.do("presence.set", state="available")
        offer = await bob.expect("offer.created")
        assert (offer["contact"]["id"], offer["warm"], offer["holder"]) == (sent, True, "ann")
        await bob.do("presence.set", state="away")
        found = await workspace.contact(sent)
        assert (found["queue"], found["agent"], found["to_queue"]) == ("desk", "ann", "late_desk")
        await call_off(ann, first)

        await workspace.api.patch(
            "/v1/queues/tech_desk", json={"hours": None, "when_closed": {"action": "hold", "queue": None}}
        )
        await tess.do("presence.set", state="available")
        await transfer(ann, second, queue="tech_desk", warm=True)
        offer = await tess.expect("offer.created")
        await transfer(ann, third, queue="tech_desk", warm=True)
        await shut(workspace, "tech_desk")
        told = await ann.expect("contact.updated", event="queue_closed")
        assert (told["contact_id"], told["queue"], told["to_queue"]) == (held, "desk", "tech_desk")
        assert datetime.fromisoformat(told["opens_at"]) > datetime.now(UTC)
        assert (told["state"], told["assignment_ended"]) == ("assigned", False)
        await tess.do("offer.decline", offer_id=offer["offer_id"])
        assert (await ann.expect("contact.updated", event="queue_closed"))["contact_id"] == asked
        await workspace.api.patch("/v1/queues/tech_desk", json={"units": 3})  # each is looked at again
        for contact in (held, asked):
            kinds = [one["type"] for one in await workspace.events(contact)]
            assert kinds.count("contact.queue_closed") == 1


async def test_a_rebuild_of_the_live_state_keeps_a_warm_transfer(make: Make, service: tuple[str, Parts]) -> None:
    """The first agent has the contact, the second is offered it again."""
    workspace, parts = await make(to_tech()), service[1]
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        contact, assignment = await taken(workspace, ann)
        await until_ledger(workspace, contact, state="assigned")
        before = await row(workspace, contact)
        await transfer(ann, assignment, queue="tech_desk", warm=True)
        await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)
        found = await workspace.contact(contact)
        assert (found["state"], found["queue"], found["to_queue"]) == ("assigned", "desk", "tech_desk")
        await tess.do("heartbeat")  # desks notice with the next heartbeat that the live state was made again
        await tess.do("presence.set", state="available")
        second = await accepted(tess, contact)
        await until_ledger(workspace, contact, agent="tess", queue="tech_desk", rung=before["rung"] + 1)
        assert (await tess.do("assignment.complete", assignment_id=second, disposition="solved"))["state"] == (
            "completed"
        )


async def test_a_transfer_that_was_under_way_is_over_when_its_end_was_lost(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A supervisor puts the contact back in line while the live state is lost: the word that the transfer is over goes
    with it, and the next one who serves the contact must not be told of it.
    """
    workspace, engine = await make(to_tech()), service[1].engine
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await until_ledger(workspace, contact, state="assigned")
        await transfer(ann, assignment, queue="tech_desk", warm=True)
        assert (await row(workspace, contact))["passed_on"]
        with monkeypatch.context() as patch:
            patch.setattr(engine, "carry_out", unreachable)
            asked = await workspace.api.post(f"/v1/contacts/{contact}/requeue", json={"reason": "to somebody else"})
            assert_problem(asked, 503, "engine_unavailable")
            keys = [key async for key in engine.client.scan_iter(f"{prefix(workspace.id)}*")]
            await engine.client.delete(*keys)

    async def in_line() -> bool:
        return str((await workspace.contact(contact))["state"]) == "queued"

    await eventually(in_line)
    after = await row(workspace, contact)
    assert (after["queue"], after["passed_on"]) == ("desk", False)


@pytest.mark.parametrize("warm", [False, True])
async def test_a_refused_transfer_leaves_nothing_in_the_ledgers_row(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch, warm: bool
) -> None:
    """The agent completes the contact between the commit and the live state: the row is hers, and no decision is left."""
    workspace, engine = await make(to_tech()), service[1].engine
    placed = engine.enqueue
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await until_ledger(workspace, contact, state="assigned")
        before = await row(workspace, contact)

        async def too_late(*call: Any) -> Any:
            await engine.complete(workspace.id, "ann", assignment, "solved", "")
            return await placed(*call)

        with monkeypatch.context() as patch:
            patch.setattr(engine, "enqueue", too_late)
            refused = await workspace.api.post(
                f"/v1/contacts/{contact}/transfer", json={"queue": "tech_desk", "warm": warm, "reason": "wrong desk"}
            )
        assert_problem(refused, 409, "wrong_state")
        await until_ledger(workspace, contact, state="wrapping_up", agent="ann", queue="desk")
        assert await row(workspace, contact) == before | {"state": "wrapping_up"}
        decision = await decision_of(workspace, contact)
        assert (len(decision["history"]), decision["route"]["transfers"]) == (1, [])
        noted = (await workspace.api.get("/v1/audit", params={"target": contact})).json()["items"]
        assert not noted
