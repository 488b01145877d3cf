"""What a supervisor does with agents: suspend one, let one work again, set a presence; and what `offline` does to work in
hand.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from mci_router.api.parts import Parts
from mci_router.lifecycle.rebuilding import Rebuilding
from tests.support.conversations import COMPLAINT, slug, staffed, taken, until_event
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def act(workspace: Workspace, agent: str, what: str, status: int = 200, **body: Any) -> dict[str, Any]:
    """A supervisor's act on an agent, and the answer."""
    answer = await workspace.api.post(f"/v1/agents/{agent}/{what}", json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def state_of(workspace: Workspace, agent: str) -> dict[str, Any]:
    answer = await workspace.api.get(f"/v1/agents/{agent}/presence")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def acts(workspace: Workspace, agent: str) -> list[tuple[str, str | None]]:
    """What was done to the agent, newest first, and why."""
    answer = await workspace.api.get("/v1/audit", params={"target": agent})
    return [(entry["action"], entry["reason"]) for entry in answer.json()["items"]]


async def test_a_suspended_agent_finishes_and_gets_nothing_new(make: Make) -> None:
    """The pending offer goes to the next agent at once; neither a line, a colleague nor a supervisor gives more; when idle
    the agent can be deleted.
    """
    workspace = await make(staffed(wrap_up_s=0))
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        assert (ann.hello["suspended"], ann.hello["suspended_reason"]) == (False, None)
        talking, assignment = await taken(workspace, ann)
        asked = (await workspace.post(COMPLAINT))["id"]
        offer = await ann.expect("offer.created")
        await bob.do("presence.set", state="available")
        state = await act(workspace, "ann", "suspend", reason="leaves on Friday")
        assert state == {
            "agent": "ann",
            "presence": "available",
            "reason": "",
            "reachable": True,
            "suspended": True,
            "suspended_reason": "leaves on Friday",
        }
        assert (await ann.expect("offer.revoked", offer_id=offer["offer_id"]))["why"] == "agent_suspended"
        told = await ann.expect("presence.changed", suspended=True)
        assert (told["state"], told["suspended_reason"]) == ("available", "leaves on Friday")
        assert (await bob.expect("offer.created"))["contact"]["id"] == asked
        await bob.do("presence.set", state="away")
        waiting = (await workspace.post(COMPLAINT))["id"]
        await ann.do("presence.set", state="away")
        await ann.do("presence.set", state="available")
        assert slug(await ann.do("contact.pull", contact_id=waiting)) == "agent_not_working"
        offered = await workspace.api.post(f"/v1/contacts/{waiting}/offer", json={"agent": "ann"})
        assert offered.json()["type"] == "/problems/agent_not_working"
        assert await ann.silent("offer.created")
        directory = await bob.do("directory.list", search="ann")
        assert [agent["presence"] for agent in directory["agents"]] == ["suspended"]
        gauge = f'mci_agents{{presence="suspended",workspace="{workspace.name}"}} 1.0'
        assert gauge in (await workspace.api.get("/metrics")).text
        assert (await workspace.api.delete("/v1/agents/ann")).status_code == 409
        assert (await ann.do("assignment.complete", assignment_id=assignment, disposition="solved"))["state"] == (
            "completed"
        )
        assert (await workspace.contact(talking))["state"] == "completed"
        assert (await workspace.contact(waiting))["state"] == "queued"
        assert (await workspace.api.delete("/v1/agents/ann")).status_code == 204
    again = staffed()["agents"][0]
    name = again.pop("name")
    assert (await workspace.api.put(f"/v1/agents/{name}", json=again)).status_code == 200
    assert not (await state_of(workspace, "ann"))["suspended"]  # it was of the one who is gone


async def test_a_suspended_agent_goes_on_with_what_is_parked(make: Make) -> None:
    """By itself, by a supervisor's hand, and when the customer writes, without another offer; but not while away, or
    gone: then the customer's message finds somebody else.
    """
    workspace = await make(staffed(wrap_up_s=0))
    async with workspace.desk("bob", available=False) as bob, workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await ann.do("contact.park", assignment_id=assignment)
        await act(workspace, "ann", "suspend", reason="leaves on Friday")
        assert (await ann.do("contact.unpark", assignment_id=assignment))["state"] == "assigned"
        await ann.do("contact.park", assignment_id=assignment)
        back = await workspace.api.post(f"/v1/contacts/{contact}/unpark")
        assert (back.status_code, back.json()["state"]) == (200, "assigned")
        await ann.do("contact.park", assignment_id=assignment)
        said = {"text": "one more thing"}
        await workspace.api.post(f"/v1/contacts/{contact}/messages", json=said)
        told = await ann.expect("contact.updated", event="unparked", why="customer_wrote")
        assert (told["state"], told["assignment_id"]) == ("assigned", assignment)
        assert await ann.silent("offer.created", 0.1)

        await ann.do("contact.park", assignment_id=assignment)
        await ann.do("presence.set", state="away")
        refused = await workspace.api.post(f"/v1/contacts/{contact}/unpark")
        assert refused.json()["type"] == "/problems/agent_not_working"
        assert (await ann.do("contact.unpark", assignment_id=assignment))["state"] == "assigned"
        await ann.do("contact.park", assignment_id=assignment)
        await ann.do("presence.set", state="offline")
        assert slug(await ann.do("contact.unpark", assignment_id=assignment)) == "agent_not_working"
        await bob.do("presence.set", state="available")
        await workspace.api.post(f"/v1/contacts/{contact}/messages", json=said)
        assert (await bob.expect("offer.created"))["contact"]["id"] == contact


async def test_a_suspension_holds_over_a_rebuild_until_it_is_ended(service: tuple[str, Parts], make: Make) -> None:
    """Both acts are idempotent, audited once, and journalled; who is let work again is offered what waits at once."""
    workspace, parts = await make(staffed()), service[1]
    async with workspace.desk("ann") as ann:
        await act(workspace, "ann", "suspend", reason="complaint under review")
        await act(workspace, "ann", "suspend", reason="once more")
        await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)
        assert (await state_of(workspace, "ann"))["suspended_reason"] == "complaint under review"
        back = await ann.expect("hello")
        assert (back["suspended"], back["suspended_reason"]) == (True, "complaint under review")

        async def there() -> bool:
            found = await state_of(workspace, "ann")
            return bool(found["presence"] == "available" and found["reachable"])

        await eventually(there)
        waiting = (await workspace.post(COMPLAINT))["id"]
        assert await ann.silent("offer.created")
        await act(workspace, "ann", "resume", reason="cleared")
        assert (await ann.expect("offer.created"))["contact"]["id"] == waiting
        assert (await ann.expect("presence.changed", suspended=False))["suspended_reason"] is None
        await act(workspace, "ann", "resume")
    assert await acts(workspace, "ann") == [("agent.resumed", "cleared"), ("agent.suspended", "complaint under review")]
    assert (await workspace.api.post("/v1/agents/nobody/suspend", json={"reason": "?"})).status_code == 404
    assert (await workspace.api.post("/v1/agents/ann/suspend", json={"reason": " "})).status_code == 422


async def test_a_supervisor_sets_a_presence(make: Make) -> None:
    """As the desk could: the desk hears of it; without a desk nobody is available; what changes nothing is not audited."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        offered = (await workspace.post(COMPLAINT))["id"]
        await ann.expect("offer.created")
        state = await act(workspace, "ann", "presence", state="away", reason="a word with me")
        assert (state["presence"], state["reason"], state["suspended"]) == ("away", "a word with me", False)
        assert (await ann.expect("presence.changed", state="away"))["reason"] == "a word with me"
        assert (await workspace.contact(offered))["state"] == "queued"
        await act(workspace, "ann", "presence", state="away", reason="a word with me")
        await act(workspace, "ann", "presence", state="available")
        assert (await ann.expect("offer.created"))["contact"]["id"] == offered
    refused = await act(workspace, "bob", "presence", 409, state="available")
    assert (refused["type"], "desk of bob" in refused["detail"]) == ("/problems/agent_not_working", True)
    assert await acts(workspace, "ann") == [("agent.presence_set", None), ("agent.presence_set", "a word with me")]
    assert await acts(workspace, "bob") == []


async def test_offline_with_work_in_hand_starts_the_grace(make: Make) -> None:
    """The page stays open: all the same what is held goes to another agent after the grace, with its age; who is back
    before keeps it.
    """
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        since = (await workspace.contact(contact))["enqueued_at"]
        await ann.do("presence.set", state="offline")
        lost = await ann.expect("contact.updated", event="agent_lost")
        assert (lost["why"], lost["assignment_ended"]) == ("agent_offline", False)
        assert (await workspace.contact(contact))["agent_lost"]
        await ann.do("presence.set", state="away", reason="one more thing")
        await ann.expect("contact.updated", event="agent_returned")
        assert not (await workspace.contact(contact))["agent_lost"]
        await bob.do("presence.set", state="available")
        assert await bob.silent("offer.created", 2.3)
        await ann.do("presence.set", state="offline")
        offer = await bob.expect("offer.created")
        assert (offer["contact"]["id"], (await workspace.contact(contact))["enqueued_at"]) == (contact, since)
        ended = await ann.expect("contact.updated", assignment_ended=True)
        assert (ended["event"], ended["why"]) == ("queued", "agent_lost")
        late = await ann.do("assignment.complete", assignment_id=assignment, disposition="late")
        assert slug(late) == "assignment_gone"
        assert (await bob.do("offer.accept", offer_id=offer["offer_id"]))["state"] == "assigned"
    await until_event(workspace, contact, "contact.queued", "offer.created", "offer.accepted")
