"""Neighbours of known troubles in lines and transfers, each tried at another door or with another rule."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.api.test_closing_time import close, offered
from tests.api.test_doors import passed, routed, sent
from tests.api.test_time_waited import level, stays
from tests.support.conversations import COMPLAINT, accepted, slug, staffed, taken
from tests.support.documents import ESCALATION
from tests.support.problems import assert_problem
from tests.support.service import TestDesk, Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
LEVEL = {"goal": 0.8, "target_s": 60}


def desks(**complaints: Any) -> dict[str, Any]:
    """Ann, bob and tess for complaints, tess for the tech desk, anybody for the next desk."""
    document = staffed(wrap_up_s=0, **complaints)
    document["queues"] += [
        {"name": "next_desk", "position": 91, "service_level": LEVEL},
        {"name": "last_desk", "position": 92, "service_level": LEVEL},
    ]
    return document


async def change(workspace: Workspace, what: str, **body: Any) -> None:
    answer = await workspace.api.patch(f"/v1/{what}", json=body)
    assert answer.status_code == 200, answer.text


async def until(workspace: Workspace, contact: str, **facts: Any) -> dict[str, Any]:
    async def so() -> dict[str, Any] | None:
        found = await workspace.contact(contact)
        return found if facts.items() <= found.items() else None

    found: dict[str, Any] = await eventually(so)
    return found


async def test_every_rule_that_kept_somebody_waiting_lets_go_when_it_changes(make: Make) -> None:
    """A queue's tier, the agent's channels and units, an agent who is new, hours that go: who waits is offered at once."""
    document = desks()
    document["queues"] += [
        {"name": "tier_desk", "position": 93, "service_level": LEVEL, "tier": 3},
        {"name": "big_desk", "position": 94, "service_level": LEVEL, "units": 40},
        {"name": "rare_desk", "position": 95, "service_level": LEVEL, "skills": [{"skill": "fraud", "min": 5}]},
    ]
    document["topics"] += [
        {"name": name, "title": name, "touch": "high", "queue": f"{name}_desk"}
        for name in ("tier", "big", "rare", "next")
    ]
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        tier, big, rare = [await workspace.post(topic=topic) for topic in ("tier", "big", "rare")]
        for answer in (tier, big, rare):
            assert "0 of 4 agents can serve it" in answer["route"]["reasons"][-1]
        mail = await workspace.post(topic="next", channel="email")
        await change(workspace, "queues/tier_desk", tier=1)
        assert await offered(ann) == tier["id"]
        await change(workspace, "agents/ann", capacity={"units": 40, "channels": {"chat": 3, "email": 1}})
        assert {await offered(ann) for _ in range(1)} <= {mail["id"], big["id"]}
        new = {"title": "Zoe", "skills": [{"skill": "fraud", "proficiency": 5}], "capacity": {"channels": {"chat": 1}}}
        made = await workspace.api.put("/v1/agents/zoe", json=new)
        assert made.status_code == 200, made.text
        async with workspace.desk("zoe") as zoe:
            assert await offered(zoe) == rare["id"]
        await close(workspace, "next_desk")
        held = await workspace.post(topic="next")
        assert held["route"]["opens_at"]
        await change(workspace, "queues/next_desk", hours=None)
        await until(workspace, held["id"], state="offered")


async def test_talk_is_no_wait_whatever_ends_it(make: Make) -> None:
    """A requeue, an escalation and a lost agent: neither overflow nor relaxation counts the talk before; the rule acts
    once the contact has waited so long in line.
    """
    document = desks(overflow=[{"wait_s": 1.5, "to_queue": "last_desk"}])
    next(one for one in document["queues"] if one["name"] == "next_desk")["overflow"] = [
        {"wait_s": 1.5, "to_queue": "last_desk"}
    ]
    document["escalations"] = [{"name": "P3", "queue": "next_desk"}]
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        contacts = [(await taken(workspace, ann))[0] for _ in range(2)]
        await asyncio.sleep(2)  # they talk: longer than the rule waits
        await ann.do("presence.set", state="away")
        back = await routed(workspace, contacts[0], "requeue", reason="ann is needed elsewhere")
        up = await routed(workspace, contacts[1], "escalate", **ESCALATION | {"severity": "P3"})
        assert (back["queue"], up["queue"]) == ("desk", "next_desk")
        await asyncio.sleep(0.7)
        assert [(await workspace.contact(contact))["queue"] for contact in contacts] == ["desk", "next_desk"]
        for contact in contacts:
            await until(workspace, contact, queue="last_desk")


async def test_each_queue_on_the_way_has_its_row(make: Make) -> None:
    """Over three queues and a colleague: each answered once, nobody abandoned, and the sums agree."""
    workspace = await make(desks())
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await passed(ann, assignment, "next_desk")
        async with workspace.desk("bob") as bob:
            assignment = await accepted(bob, contact)
            await passed(bob, assignment, "last_desk")
            assignment = await accepted(ann, contact)
            await ann.do("assignment.transfer", assignment_id=assignment, agent="bob", reason="knows them")
            assignment = await accepted(bob, contact)
            await bob.do("assignment.complete", assignment_id=assignment, disposition="solved")
    await stays(workspace, "transferred", "transferred", "transferred", "answered")
    for queue, answered in (("desk", 1), ("next_desk", 1), ("last_desk", 2)):
        found = await level(workspace, queue)
        assert (found["offered"], found["answered"], found["abandoned"]) == (answered, answered, 0), queue
        assert found["service_level"] == 1


async def test_who_may_not_have_it_any_more_is_not_asked_any_longer(make: Make) -> None:
    """A queue's tier, an agent's channel, a suspension and a lost colleague: the offer goes to who can."""
    workspace = await make(desks())
    capacity = {"units": 6, "channels": {"voice": 1, "email": 1}}
    acts: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", "/v1/agents/ann", {"capacity": {**capacity, "channels": {"voice": 1, "chat": None}}}),
        ("POST", "/v1/agents/ann/suspend", {"reason": "leaves"}),
    ]
    undo = [
        ("PATCH", "/v1/agents/ann", {"capacity": {"units": 6, "channels": {"voice": 1, "chat": 3}}}),
        ("POST", "/v1/agents/ann/resume", {}),
    ]
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        for (method, path, body), (_, back, undone) in zip(acts, undo, strict=True):
            contact = (await workspace.post(COMPLAINT))["id"]
            offer = await ann.expect("offer.created")
            await bob.do("presence.set", state="available")
            assert (await workspace.api.request(method, path, json=body)).status_code == 200
            assert await offered(bob) == contact, path
            late = await ann.do("offer.accept", offer_id=offer["offer_id"])
            assert slug(late) == "offer_gone"
            await workspace.api.post(f"/v1/contacts/{contact}/cancel")
            await bob.do("presence.set", state="away")
            assert (await workspace.api.request(method, back, json=undone)).status_code == 200


async def test_a_transfer_that_nobody_can_serve_is_refused_at_every_door(make: Make) -> None:
    """For its units, its channel, its tier or its language; cold and warm, from the desk and over REST."""
    document = desks()
    document["skills"] += [{"name": "dutch"}]
    document["workspace"]["language_skills"] = {"nl": "dutch"}
    document["queues"] += [
        {"name": "tier_desk", "position": 93, "service_level": LEVEL, "tier": 3},
        {"name": "big_desk", "position": 94, "service_level": LEVEL, "units": 7},
    ]
    document["escalations"] = [{"name": "P3", "queue": "tier_desk"}]
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        for queue in ("tier_desk", "big_desk"):
            for warm in (False, True):
                refused = (await passed(ann, assignment, queue, warm=warm))["problem"]
                assert (refused["type"], refused["able"]) == ("/problems/nobody_can_serve", 0), queue
            answer = await sent(workspace, contact, "transfer", queue=queue, reason="for you")
            assert_problem(answer, 409, "nobody_can_serve")
        answer = await sent(workspace, contact, "escalate", **ESCALATION | {"severity": "P3"})
        assert_problem(answer, 409, "nobody_can_serve")
        found = await workspace.contact(contact)
        assert (found["state"], found["agent"], found["queue"]) == ("assigned", "ann", "desk")
        dutch = await workspace.post(topic="complaint", language="nl")
        assert "0 of 4 agents can serve it" in dutch["route"]["reasons"][-1]
        answer = await sent(workspace, dutch["id"], "transfer", queue="next_desk", reason="for you")
        assert_problem(answer, 409, "nobody_can_serve")


async def test_offline_in_a_warm_transfer_or_in_wrap_up(make: Make) -> None:
    """Who passed it on and goes: after the grace it waits in her queue, and the colleague is asked no longer. What is
    in wrap-up is completed.
    """
    document = desks()
    document["queues"][1]["wrap_up_s"] = None
    workspace = await make(document)
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        first, done = await taken(workspace, ann)
        await ann.do("assignment.complete", assignment_id=done, disposition="solved")
        contact, assignment = await taken(workspace, ann)
        await passed(ann, assignment, "tech_desk", warm=True)
        await ann.do("presence.set", state="offline")
        await until(workspace, contact, state="queued", queue="desk")
        await until(workspace, first, state="completed")
        await tess.do("presence.set", state="available")
        assert await offered(tess) == contact
        assert (await workspace.contact(contact))["queue"] == "desk"


async def test_a_suspended_agent_is_nobody_to_wait_for(make: Make) -> None:
    """No expected wait counts on one, what is held for one goes on, and one may pass on what is in hand."""
    workspace = await make(desks(preferred_agent="last_agent", preferred_wait_s=60))
    async with workspace.desk("ann") as ann:
        customer = {"external_id": "c1"}
        contact = (await workspace.post(COMPLAINT, customer=customer))["id"]
        assignment = await accepted(ann, contact)
        await workspace.api.post("/v1/agents/ann/suspend", json={"reason": "leaves"})
        assert (await workspace.api.get("/v1/queues/desk/expected-wait")).json()["staffed"] == 0
        async with workspace.desk("bob") as bob:
            again = await workspace.post(COMPLAINT, customer=customer)
            assert await offered(bob) == again["id"]
            moved = await passed(ann, assignment, "next_desk")
            assert moved["state"] in ("queued", "offered")
            assert await offered(bob) == contact


async def ended(workspace: Workspace, desk: TestDesk, contact: str, act: str) -> str:
    answer = await workspace.api.post(f"/v1/contacts/{contact}/{act}")
    return str(answer.json()["state"])


async def test_a_callback_outlives_the_hang_up_at_every_stage_in_line(make: Make) -> None:
    """Held in a closed queue, moved by overflow, put back in line, or passed on while it waits: it is kept."""
    document = desks(overflow=[{"wait_s": 0.5, "to_queue": "last_desk"}])
    workspace = await make(document)
    async with workspace.desk("ann", available=False) as ann:
        moved = (await workspace.post(COMPLAINT))["id"]
        await sent(workspace, moved, "callback", phone="+49 30 555 1234")
        await until(workspace, moved, queue="last_desk")
        assert await ended(workspace, ann, moved, "abandon") == "queued"
        passed_on = (await workspace.post(COMPLAINT))["id"]
        await sent(workspace, passed_on, "callback", phone="+49 30 555 1235")
        await routed(workspace, passed_on, "transfer", queue="next_desk", reason="for you")
        assert await ended(workspace, ann, passed_on, "abandon") == "queued"
        await close(workspace, "next_desk")
        assert await ended(workspace, ann, passed_on, "abandon") == "queued"
        await ann.do("presence.set", state="available")
        offer = await ann.expect("offer.created")
        assert (offer["contact"]["id"], offer["contact"]["callback_phone"]) == (moved, "+49305551234")
        assert await ended(workspace, ann, passed_on, "cancel") == "cancelled"
        assert (await workspace.contact(moved))["state"] == "offered"


async def test_a_full_queue_is_full_at_every_door(make: Make) -> None:
    """What a rule says about one who comes by itself, it says about one who is transferred or climbs: at once, and in
    the answer. A person may insist.
    """
    document = desks()
    rule = {"overflow": [{"waiting": 1, "to_queue": "last_desk"}]}
    next(one for one in document["queues"] if one["name"] == "next_desk").update(rule, skills=[{"skill": "fraud"}])
    document["topics"].append({"name": "next", "title": "Next", "touch": "high", "queue": "next_desk"})
    agent = {"outcome": "agent", "queue": "next_desk"}
    ladder = {"name": "high_volume_low_touch", "ladder": [{"outcome": "automation"}, agent]}
    workspace = await make(document | {"policies": [ladder]})
    async with workspace.desk("ann") as ann:
        first, second = [await workspace.post(topic="next") for _ in range(2)]
        contact, assignment = await taken(workspace, ann)
        passed_on = (await passed(ann, assignment, "next_desk"))["route"]
        insisted, assignment = await taken(workspace, ann)
        forced = (await passed(ann, assignment, "next_desk", force=True))["route"]
        article = await workspace.post("I forgot my password", topic="sign_in")
        assert article["route"]["outcome"] == "automation"
        climbed = await routed(workspace, article["id"], "unresolved", rung=0)
        queues = [route["queue"] for route in (first["route"], second["route"], passed_on, forced, climbed)]
        assert queues == ["next_desk", "last_desk", "last_desk", "next_desk", "last_desk"]
        assert any("1 waiting" in reason for reason in passed_on["reasons"])
        assert (await workspace.contact(insisted))["queue"] == "next_desk"
    await until(workspace, contact, queue="last_desk")


async def test_no_rule_sends_more_to_a_full_queue(make: Make) -> None:
    """Neither on arrival, nor on a transfer, nor by its time: the contact stays. Once there
    is room the rule acts, for one.
    """
    document = desks()
    asks = {"skills": [{"skill": "fraud"}], "service_level": LEVEL}
    document["queues"] += [
        {"name": "small_desk", "position": 93, "most_waiting": 1, **asks},
        {"name": "timed_desk", "position": 94, "overflow": [{"wait_s": 0.3, "to_queue": "small_desk"}], **asks},
        {"name": "eager_desk", "position": 95, "overflow": [{"waiting": 1, "to_queue": "small_desk"}], **asks},
    ]
    document["topics"] += [
        {"name": name, "title": name, "touch": "high", "queue": f"{name}_desk"} for name in ("small", "timed", "eager")
    ]
    workspace = await make(document)
    first = await workspace.post(topic="small")
    timed, alone, eager = [await workspace.post(topic=topic) for topic in ("timed", "eager", "eager")]
    queues = [one["route"]["queue"] for one in (first, timed, alone, eager)]
    assert queues == ["small_desk", "timed_desk", "eager_desk", "eager_desk"]
    async with workspace.desk("ann") as ann:
        _, assignment = await taken(workspace, ann)
        assert (await passed(ann, assignment, "eager_desk"))["route"]["queue"] == "eager_desk"
        assert await ann.silent("offer.created", 0.7)  # the time of the rule passes
    assert (await workspace.contact(timed["id"]))["queue"] == "timed_desk"
    assert (await workspace.api.post(f"/v1/contacts/{first['id']}/cancel")).status_code == 200

    async def moved() -> bool:
        return bool((await workspace.api.get("/v1/queues/small_desk/waiting")).json()["waiting"])

    await eventually(moved)
    assert (await workspace.api.get("/v1/queues/small_desk/waiting")).json()["waiting"] == 1
