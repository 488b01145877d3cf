"""Transfers: a contact goes to a queue or an agent, cold or warm, and the next agent is shown why."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.errors import EngineUnavailable
from mci_router.routing.calls import CallResult, ContactCall
from mci_router.routing.engine import Engine
from tests.api.test_escalation import MATRIX
from tests.support.conversations import accepted, ledger_row, slug, staffed, taken, until_event, until_ledger
from tests.support.documents import ESCALATION, HANDOFF
from tests.support.problems import assert_problem
from tests.support.service import TestDesk, Workspace

Make = Callable[..., Awaitable[Workspace]]


async def transfer(desk: TestDesk, assignment: str, **target: Any) -> dict[str, Any]:
    """The ack or error of a transfer from a desk."""
    return await desk.do("assignment.transfer", assignment_id=assignment, reason="needs a technician", **target)


async def decision_of(workspace: Workspace, contact: str) -> dict[str, Any]:
    answer: dict[str, Any] = (await workspace.api.get(f"/v1/contacts/{contact}/decision")).json()
    return answer


async def fates(workspace: Workspace, contact: str) -> list[tuple[str, str]]:
    """What became of the contact's offers, as the ledger has them."""
    query = text("SELECT agent, state FROM offers WHERE contact_id = :id ORDER BY created_at")
    async with workspace.ledger() as session:
        return [(row.agent, row.state) for row in await session.execute(query, {"id": contact})]


# To a queue


async def test_a_cold_transfer_to_a_queue_leaves_the_agent_at_once_and_keeps_its_age(make: Make) -> None:
    """The first agent is told that it is over; the next is shown who passed it on, why, and the handoff; the ledger
    says the same.
    """
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        contact, assignment = await taken(workspace, ann)
        before = await workspace.contact(contact)
        moved = await transfer(ann, assignment, queue="tech_desk", handoff=HANDOFF)
        route = moved.pop("route")
        assert moved == {"contact_id": contact, "state": "queued", "assignment_id": None}
        assert (route["queue"], route["opens_at"]) == ("tech_desk", None)
        told = await ann.expect("contact.updated", event="queued")
        assert (told["contact_id"], told["assignment_ended"], told["queue"]) == (contact, True, "tech_desk")
        after = await workspace.contact(contact)
        assert {name: after[name] for name in ("state", "queue", "agent", "answered_at")} == {
            "state": "queued",
            "queue": "tech_desk",
            "agent": None,
            "answered_at": None,
        }
        assert (after["enqueued_at"], after["rung"]) == (before["enqueued_at"], before["rung"] + 1)
        await tess.do("presence.set", state="available")
        offer = await tess.expect("offer.created")
        (passed,) = offer["transfers"]
        assert (passed["by"], passed["holder"], passed["queue"], passed["warm"]) == ("ann", "ann", "tech_desk", False)
        assert (passed["reason"], passed["handoff"]) == ("needs a technician", HANDOFF)
        assert (offer["warm"], offer["holder"]) == (False, None)
        await tess.do("offer.accept", offer_id=offer["offer_id"])
        await until_ledger(workspace, contact, state="assigned", agent="tess", queue="tech_desk", rung=after["rung"])
        assert (
            slug(await ann.do("assignment.complete", assignment_id=assignment, disposition="mine")) == "assignment_gone"
        )
    assert (await decision_of(workspace, contact))["route"]["transfers"] == offer["transfers"]


async def test_whoever_passes_a_contact_on_is_not_offered_it_back_at_once(make: Make) -> None:
    """Though able to serve the queue it went to; after the time set for declined offers, if nobody else has come."""
    workspace = await make(staffed())
    async with workspace.desk("tess") as tess:
        contact, assignment = await taken(workspace, tess)
        assert (await transfer(tess, assignment, queue="tech_desk"))["state"] == "queued"
        assert await tess.silent("offer.created", 0.5)
        assert (await tess.expect("offer.created"))["contact"]["id"] == contact


async def test_in_a_warm_transfer_to_a_queue_the_first_agent_keeps_the_contact_until_somebody_accepts(
    make: Make,
) -> None:
    """A decline changes nothing for the first; the ledger never loses the agent; who accepts frees the first."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        contact, assignment = await taken(workspace, ann)
        before = await until_ledger(workspace, contact, state="assigned", agent="ann")
        moved = await transfer(ann, assignment, queue="tech_desk", warm=True)
        assert moved.pop("route")["queue"] == "tech_desk"
        assert moved == {"contact_id": contact, "state": "assigned", "assignment_id": assignment}
        told = await ann.expect("contact.updated", event="transferring")
        assert (told["assignment_id"], told["assignment_ended"]) == (assignment, False)
        assert (told["queue"], told["to_queue"]) == ("desk", "tech_desk")
        assert await ledger_row(workspace, contact) == before
        held = await workspace.contact(contact)
        assert (held["state"], held["agent"], held["transferring"], held["offered_to"]) == (
            "assigned",
            "ann",
            True,
            None,
        )
        await tess.do("presence.set", state="available")
        offer = await tess.expect("offer.created")
        assert (offer["warm"], offer["holder"], offer["transfers"][0]["by"]) == (True, "ann", "ann")
        assert (await workspace.contact(contact))["offered_to"] == "tess"
        await tess.do("offer.decline", offer_id=offer["offer_id"])
        await until_event(workspace, contact, "offer.created", "offer.declined")
        row = await ledger_row(workspace, contact)
        assert (row["state"], row["agent"], row["assignment_id"]) == ("assigned", "ann", assignment)
        second = await accepted(tess, contact)
        told = await ann.expect("contact.updated", event="transferred")
        assert (told["assignment_ended"], told["to"]) == (True, "tess")
        assert (
            slug(await ann.do("assignment.complete", assignment_id=assignment, disposition="mine")) == "assignment_gone"
        )
        await until_ledger(workspace, contact, state="assigned", agent="tess", assignment_id=second)
        found = await workspace.contact(contact)
        assert (found["agent"], found["transferring"], found["offered_to"]) == ("tess", False, None)
        assert await fates(workspace, contact) == [("ann", "accepted"), ("tess", "declined"), ("tess", "accepted")]


# To an agent


async def test_a_warm_transfer_to_an_agent_who_accepts_frees_the_first(make: Make) -> None:
    """Both are told, the contact stays on its rung, and the second completes it."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        rung = (await workspace.contact(contact))["rung"]
        await bob.do("presence.set", state="available")
        assert (await transfer(ann, assignment, agent="bob", warm=True, handoff=HANDOFF))["assignment_id"] == assignment
        assert (await ann.expect("contact.updated", event="transferring"))["to"] == "bob"
        offer = await bob.expect("offer.created")
        assert (offer["warm"], offer["holder"], offer["why"]) == (True, "ann", "transfer")
        assert offer["transfers"][0]["handoff"] == HANDOFF
        second = (await bob.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
        assert (await ann.expect("contact.updated", event="transferred"))["assignment_ended"] is True
        assert (await workspace.contact(contact))["rung"] == rung
        assert (await bob.do("assignment.complete", assignment_id=second, disposition="solved"))[
            "state"
        ] == "wrapping_up"
    await until_ledger(workspace, contact, agent="bob", state="wrapping_up")


@pytest.mark.parametrize("ending", ["declined", "expired", "revoked"])
async def test_a_warm_transfer_that_fails_leaves_the_contact_with_the_first_who_is_told(
    make: Make, ending: str
) -> None:
    """The second declines, is silent or leaves; the first goes on and completes."""
    workspace = await make(staffed(offer_timeout_s=0.5 if ending == "expired" else 20))
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        await transfer(ann, assignment, agent="bob", warm=True)
        offer = await bob.expect("offer.created")
        if ending == "declined":
            await bob.do("offer.decline", offer_id=offer["offer_id"], reason="at lunch soon")
        elif ending == "revoked":
            await bob.do("presence.set", state="away", reason="lunch")
        told = await ann.expect("contact.updated", event="transfer_failed")
        assert (told["why"], told["assignment_id"], told["assignment_ended"]) == (ending, assignment, False)
        assert (await bob.expect("offer.revoked"))["offer_id"] == offer["offer_id"]
        row = await until_ledger(workspace, contact, state="assigned", agent="ann")
        assert row["assignment_id"] == assignment
        assert (await workspace.contact(contact))["transferring"] is False
        assert (await ann.do("assignment.complete", assignment_id=assignment, disposition="solved"))[
            "state"
        ] == "wrapping_up"


async def test_the_first_may_complete_while_the_second_is_asked(make: Make) -> None:
    """The second's offer is taken back, with why; the contact ends as the first's."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        await transfer(ann, assignment, agent="bob", warm=True)
        offer = await bob.expect("offer.created")
        assert (await ann.do("assignment.complete", assignment_id=assignment, disposition="solved"))[
            "state"
        ] == "wrapping_up"
        assert await bob.expect("offer.revoked") == {
            "offer_id": offer["offer_id"],
            "contact_id": contact,
            "why": "completed",
        }
        assert slug(await bob.do("offer.accept", offer_id=offer["offer_id"])) == "offer_gone"
    await until_ledger(workspace, contact, agent="ann", state="wrapping_up")


async def test_a_cold_transfer_to_an_agent_without_room_waits_for_that_agent(make: Make) -> None:
    """Nobody else is offered it meanwhile; when the agent is free it comes, with the reason."""
    document = staffed(wrap_up_s=0)
    document["agents"][2]["capacity"] = {"units": 2, "channels": {"chat": 1}}
    workspace = await make(document)
    async with workspace.desk("bob") as bob, workspace.desk("ann", available=False) as ann:
        _, busy_with = await taken(workspace, bob)
        await ann.do("presence.set", state="available")
        contact, assignment = await taken(workspace, ann)
        async with workspace.desk("tess") as tess:
            assert (await transfer(ann, assignment, agent="bob", warm=True))["problem"][
                "type"
            ] == "/problems/agent_no_room"
            assert (await transfer(ann, assignment, agent="bob"))["state"] == "queued"
            assert await tess.silent("offer.created")
            assert await ann.silent("offer.created", 0.1)
            await bob.do("assignment.complete", assignment_id=busy_with, disposition="solved")
            offer = await bob.expect("offer.created")
            assert (offer["contact"]["id"], offer["warm"]) == (contact, False)
            assert [passed["by"] for passed in offer["transfers"]] == ["ann"]


# Refusals


async def test_a_transfer_that_cannot_be_is_refused_and_leaves_no_trace(make: Make) -> None:
    """Each refusal is a problem with its own slug; the agent keeps the contact and the decision notes no transfer."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        for target, problem in (
            ({"agent": "fred", "warm": True, "keep_skills": True}, "agent_unable"),
            ({"agent": "bob"}, "agent_not_working"),
            ({"agent": "nobody"}, "unknown_agent"),
            ({"agent": "ann"}, "wrong_state"),
            ({"queue": "nowhere"}, "unknown_queue"),
            ({}, "invalid_frame"),
            ({"queue": "tech_desk", "agent": "bob"}, "invalid_frame"),
            ({"queue": "tech_desk", "handoff": {**HANDOFF, "tried": " "}}, "invalid_frame"),
        ):
            assert slug(await transfer(ann, assignment, **target)) == problem
        assert slug(await transfer(ann, f"asg_{'0' * 32}_1_1", queue="tech_desk")) == "assignment_gone"
        assert (await workspace.contact(contact))["agent"] == "ann"
        assert (await decision_of(workspace, contact))["route"]["transfers"] == []


async def test_an_agent_passes_on_only_what_is_its_own(make: Make) -> None:
    """Somebody else's assignment is gone for this desk, also one that was its own before."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        assert slug(await transfer(bob, assignment, queue="tech_desk")) == "assignment_gone"
        assert slug(await transfer(bob, assignment, agent="tess")) == "assignment_gone"
        await transfer(ann, assignment, queue="tech_desk")
        assert slug(await transfer(ann, assignment, queue="tech_desk")) == "assignment_gone"
        assert len((await decision_of(workspace, contact))["history"]) == 2


async def test_one_transfer_at_a_time(make: Make) -> None:
    """While an agent is asked another cannot be; a queue takes the contact over from there."""
    workspace = await make(staffed())
    async with (
        workspace.desk("ann") as ann,
        workspace.desk("bob", available=False) as bob,
        workspace.desk("tess", available=False) as tess,
    ):
        contact, assignment = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        await transfer(ann, assignment, agent="bob", warm=True)
        offer = await bob.expect("offer.created")
        assert slug(await transfer(ann, assignment, agent="tess", warm=True)) == "wrong_state"
        assert (await transfer(ann, assignment, queue="tech_desk"))["state"] == "queued"
        assert (await bob.expect("offer.revoked"))["offer_id"] == offer["offer_id"]
        await tess.do("presence.set", state="available")
        assert [passed["queue"] for passed in (await tess.expect("offer.created"))["transfers"]] == ["tech_desk", None]
    assert (await workspace.contact(contact))["queue"] == "tech_desk"


async def test_of_several_who_pass_a_contact_on_at_once_the_last_decides_and_ledger_and_live_state_agree(
    make: Make, service: tuple[str, Parts]
) -> None:
    """The agent and two supervisors: who comes too late gets an error; the contact waits once, where the ledger says."""
    workspace = await make(staffed() | {"escalations": MATRIX})
    async with workspace.desk("ann") as ann:
        for _ in range(3):
            await ann.do("presence.set", state="available")
            contact, assignment = await taken(workspace, ann)
            await ann.do("presence.set", state="away", reason="break")  # it would come back to her before all is seen
            url = f"/v1/contacts/{contact}"
            told, moved, escalated = await asyncio.gather(
                transfer(ann, assignment, queue="tech_desk"),
                workspace.api.post(f"{url}/transfer", json={"queue": "voice", "reason": "wrong desk"}),
                workspace.api.post(f"{url}/escalate", json=ESCALATION),
            )
            assert "problem" not in told or slug(told) in ("assignment_gone", "wrong_state")
            assert {moved.status_code, escalated.status_code} <= {200, 409}
            assert "problem" not in told or 200 in (moved.status_code, escalated.status_code)
            live = await service[1].engine.contact(workspace.id, contact)
            assert live
            assert live.state == "queued"
            await until_ledger(workspace, contact, state="queued", agent=None, queue=live.queue, rung=live.rung)
            assert (await ann.expect("contact.updated", event="queued", contact_id=contact))["assignment_ended"] is True
            assert (await workspace.api.post(f"{url}/cancel")).status_code == 200


class Held:
    """The engine as it is, with calls that are held on their way to the live state until they may go."""

    def __init__(self, engine: Engine, patch: pytest.MonkeyPatch) -> None:
        self.real, self.call = engine.carry_out, asyncio.get_running_loop().create_future()
        self._may_go = asyncio.Event()
        patch.setattr(engine, "carry_out", self._hold)

    async def _hold(self, workspace: str, call: ContactCall) -> CallResult:
        if not self.call.done():
            self.call.set_result(call)
            await self._may_go.wait()
        return await self.real(workspace, call)

    def let_go(self) -> None:
        self._may_go.set()


async def test_of_three_who_pass_on_what_is_completed_meanwhile_nothing_is_left(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is on its way to the live state, the others are told so; then the agent completes, and the first is undone:
    the row is in its own queue again, on its own rung.
    """
    workspace = await make(staffed() | {"escalations": MATRIX})
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await until_ledger(workspace, contact, state="assigned")
        before, url = await ledger_row(workspace, contact), f"/v1/contacts/{contact}"
        held = Held(service[1].engine, monkeypatch)
        first = asyncio.create_task(workspace.api.post(f"{url}/transfer", json={"queue": "voice", "reason": "a"}))
        await held.call
        second = await workspace.api.post(f"{url}/transfer", json={"queue": "tech_desk", "reason": "b"})
        third = await workspace.api.post(f"{url}/escalate", json=ESCALATION)
        for late in (second, third):
            assert_problem(late, 409, "wrong_state")
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        held.let_go()
        assert_problem(await first, 409, "wrong_state")
        row = await ledger_row(workspace, contact)
        assert (row["queue"], row["rung"]) == (before["queue"], before["rung"])
        assert len((await decision_of(workspace, contact))["history"]) == 1


async def test_a_move_that_happened_is_not_undone_because_another_came_after_it(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recovery has carried it out before its own call came; what was decided, and why, stays on record."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        url, held = f"/v1/contacts/{contact}/transfer", Held(service[1].engine, monkeypatch)
        first = asyncio.create_task(workspace.api.post(url, json={"queue": "voice", "reason": "a"}))
        assert (await held.real(workspace.id, await held.call)).state == "queued"
        second = await workspace.api.post(url, json={"queue": "tech_desk", "reason": "b"})
        assert second.status_code == 200
        held.let_go()
        assert (await first).status_code == 200
        row = await ledger_row(workspace, contact)
        assert (row["queue"], row["rung"]) == ("tech_desk", second.json()["rung"])
        queues = [step["route"]["queue"] for step in (await decision_of(workspace, contact))["history"]]
        assert queues[-2:] == ["voice", "tech_desk"]


# A process that dies between the commit and the live state


async def test_a_cold_transfer_that_was_cut_short_happens_by_itself(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger has it, unanswered, and within seconds the live state, too; the desk is told then."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await until_ledger(workspace, contact, state="assigned")
        with monkeypatch.context() as patch:
            patch.setattr(service[1].engine, "enqueue", unreachable)
            assert slug(await transfer(ann, assignment, queue="tech_desk")) == "engine_unavailable"
            assert (await workspace.contact(contact))["answered_at"] is None
        assert (await ann.expect("contact.updated", event="queued"))["queue"] == "tech_desk"
    await until_ledger(workspace, contact, state="queued", agent=None, queue="tech_desk")


async def test_a_warm_transfer_that_was_cut_short_leaves_the_contact_with_its_agent(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recovery does not place it as if nobody served it; the agent may transfer it again."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await until_ledger(workspace, contact, state="assigned")
        with monkeypatch.context() as patch:
            patch.setattr(service[1].engine, "enqueue", unreachable)
            assert slug(await transfer(ann, assignment, queue="tech_desk", warm=True)) == "engine_unavailable"
        row = await ledger_row(workspace, contact)
        assert (row["state"], row["agent"], row["assignment_id"]) == ("assigned", "ann", assignment)
        assert await ann.silent("contact.updated", 2)
        assert (await transfer(ann, assignment, queue="tech_desk", warm=True))["assignment_id"] == assignment
        assert (await ann.expect("contact.updated"))["event"] == "transferring"


async def unreachable(*_: Any) -> None:
    raise EngineUnavailable


# Over the API


async def test_a_supervisor_transfers_a_contact_whoever_has_it(make: Make) -> None:
    """Waiting or served; the answer is the contact as it stands then."""
    workspace = await make(staffed())
    waiting = await workspace.post("a formal complaint, I demand a manager")
    url = f"/v1/contacts/{waiting['id']}/transfer"
    refused = await workspace.api.post(url, json={"queue": "tech_desk", "warm": True, "reason": "wrong desk"})
    assert_problem(refused, 409, "wrong_state")
    assert_problem(await workspace.api.post(url, json={"agent": "ann", "reason": "wrong desk"}), 409, "wrong_state")
    moved = await workspace.api.post(url, json={"queue": "tech_desk", "reason": "wrong desk"})
    assert (moved.status_code, moved.json()["queue"], moved.json()["state"]) == (200, "tech_desk", "queued")
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        moved = await workspace.api.post(
            f"/v1/contacts/{contact}/transfer", json={"agent": "bob", "warm": True, "reason": "knows them"}
        )
        assert (moved.json()["agent"], moved.json()["offered_to"], moved.json()["transferring"]) == ("ann", "bob", True)
        offer = await bob.expect("offer.created")
        assert (offer["transfers"][0]["by"], offer["transfers"][0]["holder"]) == (None, "ann")
        moved = await workspace.api.post(
            f"/v1/contacts/{contact}/transfer", json={"queue": "tech_desk", "reason": "no, the tech desk"}
        )
        assert (moved.json()["agent"], moved.json()["state"]) == (None, "queued")
        assert (await ann.expect("contact.updated", event="queued"))["assignment_ended"] is True
        assert (
            slug(await ann.do("assignment.complete", assignment_id=assignment, disposition="mine")) == "assignment_gone"
        )


async def test_a_contact_goes_back_in_line_with_its_age_and_to_another_agent(make: Make) -> None:
    """Offered or served, but not one that waits already."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, _ = await taken(workspace, ann)
        before = await workspace.contact(contact)
        back = await workspace.api.post(f"/v1/contacts/{contact}/requeue", json={"reason": "the agent is unwell"})
        assert (back.status_code, back.json()["state"], back.json()["agent"]) == (200, "queued", None)
        assert {name: back.json()[name] for name in ("queue", "enqueued_at", "due_at")} == {
            name: before[name] for name in ("queue", "enqueued_at", "due_at")
        }
        assert (await ann.expect("contact.updated", event="queued"))["assignment_ended"] is True
        assert_problem(
            await workspace.api.post(f"/v1/contacts/{contact}/requeue", json={"reason": "again"}), 409, "wrong_state"
        )
        await bob.do("presence.set", state="available")
        offer = await bob.expect("offer.created")
        assert offer["contact"]["id"] == contact
        await workspace.api.post(f"/v1/contacts/{contact}/requeue", json={"reason": "again"})
        assert (await bob.expect("offer.revoked"))["offer_id"] == offer["offer_id"]


async def test_only_a_supervisor_of_the_workspace_moves_contacts(make: Make) -> None:
    """Another workspace's key finds nothing; a key without the scope is told which; one that may not see the contact
    finds nothing.
    """
    workspace, other = await make(staffed()), await make(staffed())
    contact = (await workspace.post("someone stole my card, fraud"))["id"]
    made = await workspace.api.post(
        "/v1/api-keys", json={"name": "all but one", "scopes": ["contacts:write", "contacts:read"]}
    )
    made_blind = await workspace.api.post(
        "/v1/api-keys", json={"name": "not sensitive", "scopes": ["contacts:supervise"]}
    )
    bodies: dict[str, dict[str, Any]] = {
        "offer": {"agent": "fred"},
        "transfer": {"queue": "desk", "reason": "x"},
        "requeue": {"reason": "x"},
    }
    for action, body in bodies.items():
        url = f"/v1/contacts/{contact}/{action}"
        assert_problem(await other.api.post(url, json=body), 404, "not_found")
        poor, blind = ({"Authorization": f"Bearer {key.json()['key']}"} for key in (made, made_blind))
        assert assert_problem(await workspace.api.post(url, json=body, headers=poor), 403, "scope_missing")[
            "scopes"
        ] == ["contacts:supervise"]
        assert_problem(await workspace.api.post(url, json=body, headers=blind), 404, "not_found")
    escalation = {"severity": "P1", "reason": "x", "handoff": HANDOFF}
    assert_problem(await other.api.post(f"/v1/contacts/{contact}/escalate", json=escalation), 404, "not_found")
    assert (await workspace.contact(contact))["state"] == "queued"


@pytest.mark.parametrize(
    "body", [{}, {"reason": "x"}, {"queue": "desk"}, {"queue": "desk", "agent": "ann", "reason": "x"}]
)
async def test_a_transfer_needs_one_target_and_a_reason(shared: Workspace, body: dict[str, Any]) -> None:
    """422 before anything is looked up."""
    assert_problem(
        await shared.api.post(f"/v1/contacts/con_{'0' * 32}/transfer", json=body), 422, "invalid_request", "body"
    )
