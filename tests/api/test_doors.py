"""Every door into a line leads to the same rules: a queue that is closed, or that nobody can serve, is so for all."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import text

from tests.support.conversations import COMPLAINT, accepted, slug, staffed
from tests.support.documents import ESCALATION, closed_now
from tests.support.problems import assert_problem
from tests.support.service import TestDesk, Workspace

Make = Callable[..., Awaitable[Workspace]]

LEVEL = {"goal": 0.8, "target_s": 60}
BACK = "We are back at noon."


def doors() -> dict[str, Any]:
    """The staffed workspace with a day desk, closed now, whose contacts the night desk takes, and a desk closed to all.

    Only nina serves the night desk, and nothing else; nobody has the units for the heavy desk.
    """
    document = staffed(units=1)
    document["skills"].append({"name": "night"})
    night = {"skills": [{"skill": "night", "proficiency": 3}], "capacity": {"units": 50, "channels": {"chat": 20}}}
    document["agents"].append({"name": "nina", "title": "Nina", **night})
    document["queues"] += [
        {"name": "day_desk", "position": 91, "service_level": LEVEL, **shut("night_desk")},
        {"name": "night_desk", "position": 92, "service_level": LEVEL, "skills": [{"skill": "night"}]},
        {"name": "shut_desk", "position": 93, "service_level": LEVEL, "hours": closed_now()},
        {"name": "heavy_desk", "position": 94, "service_level": LEVEL, "units": 60},
    ]
    document["topics"] += [
        {
            "name": "card",
            "title": "Cards",
            "touch": "high",
            "queue": "desk",
            "skills": [{"skill": "billing", "min": 2}],
        },
        *({"name": name, "title": name, "touch": "high", "queue": f"{name}_desk"} for name in ("day", "shut", "tech")),
    ]
    document["escalations"] = [
        {"name": "P1", "queue": "day_desk", "response_target_s": 600},
        {"name": "P2", "queue": "day_desk"},
        {"name": "P3", "queue": "shut_desk"},
    ]
    return document


def shut(to: str) -> dict[str, Any]:
    return {"hours": closed_now(), "when_closed": {"action": "queue", "queue": to, "message": BACK}}


async def talking(workspace: Workspace, ann: TestDesk, **contact: Any) -> tuple[str, str]:
    """A contact that ann has, and the assignment."""
    posted = await workspace.post(**{"text": COMPLAINT, "topic": "card", **contact})
    return posted["id"], await accepted(ann, posted["id"])


async def passed(desk: TestDesk, assignment: str, queue: str, **more: Any) -> dict[str, Any]:
    """The ack or error of a transfer from a desk."""
    return await desk.do("assignment.transfer", assignment_id=assignment, queue=queue, reason="for you", **more)


async def sent(workspace: Workspace, contact: str, act: str, **body: Any) -> httpx.Response:
    return await workspace.api.post(f"/v1/contacts/{contact}/{act}", json=body)


async def routed(workspace: Workspace, contact: str, act: str, **body: Any) -> dict[str, Any]:
    """The route in the answer to an act on a contact."""
    answer = await sent(workspace, contact, act, **body)
    assert answer.status_code == 200, answer.text
    route: dict[str, Any] = answer.json()["route"]
    return route


async def asked(workspace: Workspace, contact: str) -> Any:
    """What the contact asks of an agent."""
    async with workspace.ledger() as session:
        return await session.scalar(text("SELECT requirement FROM contacts WHERE id = :id"), {"id": contact})


async def through_every_door(
    workspace: Workspace, ann: TestDesk, queue: str, severity: str
) -> dict[str, dict[str, Any]]:
    """The routes of contacts that go to a queue, each by another door."""
    routes = {"intake": (await workspace.post(topic=queue.removesuffix("_desk")))["route"]}
    contact, assignment = await talking(workspace, ann)
    routes["transfer from the desk"] = (await passed(ann, assignment, queue))["route"]
    contact, assignment = await talking(workspace, ann)
    routes["warm transfer"] = (await passed(ann, assignment, queue, warm=True))["route"]
    routes["transfer over REST"] = await routed(workspace, contact, "transfer", queue=queue, reason="for you")
    contact, assignment = await talking(workspace, ann)
    escalation = {**ESCALATION, "severity": severity}
    routes["escalation over REST"] = await routed(workspace, contact, "escalate", **escalation)
    contact, assignment = await talking(workspace, ann)
    routes["escalation from the desk"] = (await ann.do("assignment.escalate", assignment_id=assignment, **escalation))[
        "route"
    ]
    return routes


async def test_a_closed_queue_sends_contacts_elsewhere_whatever_door_they_come_by(make: Make) -> None:
    """As a contact that comes by itself: the night desk's agent is offered it, and every answer says why, what to say
    to the customer, and how long it takes.
    """
    workspace = await make(doors())
    async with workspace.desk("nina") as nina, workspace.desk("ann") as ann:
        routes = await through_every_door(workspace, ann, "day_desk", "P2")
        contact, assignment = await talking(workspace, ann)
        frame = {**ESCALATION, "severity": "P1"}
        routes["P1"] = (await ann.do("assignment.escalate", assignment_id=assignment, **frame))["route"]
        due = datetime.fromisoformat(routes["P1"]["reply_by"]) - datetime.now(UTC)
        assert timedelta(seconds=590) < due < timedelta(seconds=601)
        contact, _ = await talking(workspace, ann)
        await workspace.api.patch(
            "/v1/queues/tech_desk", json={"skills": [], "overflow": [{"waiting": 1, "to_queue": "day_desk"}]}
        )
        await workspace.post(topic="tech", skills=[{"skill": "fraud", "min": 1}])
        routes["overflow"] = (await workspace.post(topic="tech"))["route"]
        await workspace.api.patch("/v1/queues/desk", json=shut("voice"))  # for the contact asks what nina cannot
        routes["requeue"] = await routed(workspace, contact, "requeue", reason="ann goes home")
        ahead = datetime.fromisoformat(routes["requeue"]["reply_by"]) - datetime.now(UTC)
        assert timedelta(seconds=15) < ahead <= timedelta(seconds=20)  # the target of calls, from now
        for door, route in routes.items():
            assert (route["queue"], route["opens_at"]) == ("voice" if door == "requeue" else "night_desk", None), door
            assert any("is closed until" in reason or "somebody works" in reason for reason in route["reasons"]), door
            assert route["expected_wait_s"] is not None, door
            assert route["message"] == (None if door == "P1" else BACK), door
        for _ in range(len(routes) - 1):
            await nina.expect("offer.created")


async def test_where_all_is_closed_every_door_says_so(make: Make) -> None:
    """The contact waits, and the answer has the reason, when the queue opens, and by when somebody will reply."""
    workspace = await make(doors())
    async with workspace.desk("nina"), workspace.desk("ann") as ann:
        routes = await through_every_door(workspace, ann, "shut_desk", "P3")
        waiting = await workspace.post(topic="shut")
        routes["callback"] = (await sent(workspace, waiting["id"], "callback", phone="+49 30 555 1234")).json()
        contact, _ = await talking(workspace, ann)
        await workspace.api.patch("/v1/queues/desk", json={"hours": closed_now()})
        routes["requeue"] = await routed(workspace, contact, "requeue", reason="ann goes home")
        for door, route in routes.items():
            assert any("is closed until" in reason for reason in route["reasons"]), door
            opens = datetime.fromisoformat(route["opens_at"])
            assert opens > datetime.now(UTC), door
            assert datetime.fromisoformat(route["reply_by"]) > datetime.now(UTC), door
            assert route["expected_wait_s"] is None, door
        refused = await sent(workspace, waiting["id"], "offer", agent="ann")
        assert_problem(refused, 409, "queue_closed")
        assert refused.json()["opens_at"] in refused.json()["detail"]  # as it is written everywhere
        assert (await workspace.contact(waiting["id"]))["state"] == "queued"
        forced = await sent(workspace, waiting["id"], "offer", agent="ann", force=True)
        assert (forced.status_code, forced.json()["offered_to"]) == (200, "ann")
        (entry,) = (await workspace.api.get(f"/v1/audit?target={waiting['id']}")).json()["items"]
        assert entry["after"] == {"agent": "ann", "force": True}


async def test_the_gravest_escalation_goes_where_somebody_works_or_is_refused(make: Make) -> None:
    """Nina has gone: nobody works for the night desk. The agent keeps the contact, unless told to let it wait."""
    workspace = await make(doors())
    async with workspace.desk("ann") as ann:
        contact, assignment = await talking(workspace, ann)
        frame = {**ESCALATION, "severity": "P1", "assignment_id": assignment}
        refused = (await ann.do("assignment.escalate", **frame))["problem"]
        assert (refused["type"], refused["tried"][0]) == ("/problems/nobody_works", "night_desk")
        assert_problem(await sent(workspace, contact, "escalate", **ESCALATION), 409, "nobody_works")
        assert (await workspace.contact(contact))["agent"] == "ann"
        await workspace.api.patch("/v1/queues/night_desk", json={"hours": closed_now()})
        assert (await ann.do("assignment.escalate", **frame))["problem"]["tried"] == ["fraud_desk", "tech_desk"]
        async with workspace.desk("tess") as tess:  # of the tech desk, which is open
            moved = await ann.do("assignment.escalate", **frame)
            assert moved["route"]["queue"] == "tech_desk"
            assert (await tess.expect("offer.created"))["contact"]["id"] == contact
        other, assignment = await talking(workspace, ann)
        forced = await routed(workspace, other, "escalate", **ESCALATION, force=True)
        assert forced["queue"] == "day_desk"
        assert forced["opens_at"]


async def test_a_transfer_that_nobody_on_the_books_can_serve_is_refused(make: Make) -> None:
    """With how many can, and what is asked; the agent keeps the contact. Nobody has the units, or the skills kept."""
    workspace = await make(doors())
    async with workspace.desk("ann") as ann:
        contact, assignment = await talking(workspace, ann)
        heavy = (await passed(ann, assignment, "heavy_desk"))["problem"]
        assert (heavy["status"], heavy["able"], heavy["agents"]) == (409, 0, 5)
        assert "0 of 5 agents can serve" in heavy["detail"]
        kept = {"queue": "night_desk", "reason": "for you", "keep_skills": True}
        problem = assert_problem(await sent(workspace, contact, "transfer", **kept), 409, "nobody_can_serve")
        assert "billing ≥ 2, night ≥ 1" in problem["reasons"][-1]
        assert (await workspace.contact(contact))["agent"] == "ann"
        forced = await passed(ann, assignment, "heavy_desk", force=True)
        assert (forced["state"], forced["route"]["expected_wait_s"]) == ("queued", None)
        assert "0 of 5 agents can serve it" in forced["route"]["reasons"][-1]


async def test_a_transfer_drops_what_the_topic_asks(make: Make) -> None:
    """The topic was found wrongly: the next queue's agents can serve it. What the contact itself asks stays."""
    workspace = await make(doors())
    async with workspace.desk("nina") as nina, workspace.desk("ann") as ann:
        _, assignment = await talking(workspace, ann)
        route = (await passed(ann, assignment, "night_desk"))["route"]
        assert route["reasons"][-1] == "wanted of an agent: night ≥ 1; 1 of 5 agents can serve it"
        assert route["expected_wait_s"] == {"low": 0, "high": 0}
        await nina.expect("offer.created")
        _, assignment = await talking(workspace, ann, topic="complaint", skills=[{"skill": "billing"}])
        assert slug(await passed(ann, assignment, "night_desk")) == "nobody_can_serve"
        moved = await passed(ann, assignment, "shut_desk")
        assert "billing ≥ 1" in moved["route"]["reasons"][-1]


async def test_a_hand_over_drops_what_the_topic_asks_of_an_agent_who_lacks_it(make: Make) -> None:
    """Unless it is to be kept. What the queue asks stays, and a refusal for another reason leaves it as it was."""
    document = doors()
    document["agents"].append(
        {**document["agents"][0], "name": "cleo", "skills": [{"skill": "billing", "proficiency": 1}]}
    )
    next(queue for queue in document["queues"] if queue["name"] == "desk")["skills"] = [{"skill": "billing"}]
    workspace = await make(document)
    async with workspace.desk("ann") as ann, workspace.desk("cleo", available=False) as cleo:
        contact, assignment = await talking(workspace, ann)
        given = {"assignment_id": assignment, "agent": "cleo", "reason": "knows them"}
        assert slug(await ann.do("assignment.transfer", **given, keep_skills=True)) == "agent_unable"
        assert slug(await ann.do("assignment.transfer", **given | {"agent": "nina"})) == "agent_unable"
        assert slug(await ann.do("assignment.transfer", **given)) == "agent_not_working"
        assert await asked(workspace, contact) == [{"skill": "billing", "min": 2}]
        await cleo.do("presence.set", state="available")
        await ann.do("assignment.transfer", **given)
        await cleo.expect("offer.created")
        assert await asked(workspace, contact) == [{"skill": "billing", "min": 1}]


async def test_what_a_transfer_set_holds_at_the_doors_that_follow(make: Make) -> None:
    """In the queue where it stands its due time stays, in another the target runs from now; what it no longer asks, it
    does not ask again when a rule moves it on.
    """
    document = doors()
    tech = next(queue for queue in document["queues"] if queue["name"] == "tech_desk")
    tech["overflow"] = [{"wait_s": 0.3, "to_queue": "night_desk"}]
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        contact, assignment = await talking(workspace, ann)
        due = (await workspace.contact(contact))["due_at"]
        assert (await passed(ann, assignment, "desk"))["route"]["reply_by"] == due
        assert (await workspace.contact(contact))["due_at"] == due
        moved = await routed(workspace, contact, "transfer", queue="tech_desk", reason="a technician's")
        assert "tech ≥ 1;" in moved["reasons"][-1]
        ahead = datetime.fromisoformat(moved["reply_by"]) - datetime.now(UTC)
        assert timedelta(seconds=50) < ahead <= timedelta(seconds=60)
    async with workspace.desk("nina") as nina:
        offer = await nina.expect("offer.created")
        assert offer["contact"]["id"] == contact
        assert offer["reasons"][-1] == "wanted of an agent: night ≥ 1; 1 of 5 agents can serve it"
    await workspace.api.put("/v1/topics/heavy", json={"title": "Heavy", "touch": "high", "queue": "heavy_desk"})
    heavy = await workspace.post(topic="heavy")
    assert "0 of 5 agents can serve it" in heavy["route"]["reasons"][-1]
