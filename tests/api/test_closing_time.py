"""Closing time: a queue that is closed is so for those who wait in it, who come back to it, and who are sent there."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from mci_router.clock import from_ms
from tests.api.test_doors import BACK, LEVEL, passed, routed, sent, shut
from tests.lifecycle.test_replanning import settled
from tests.support.conversations import COMPLAINT, accepted, slug, staffed, taken
from tests.support.documents import ESCALATION, closed_now
from tests.support.incidents import act, incident
from tests.support.problems import assert_problem
from tests.support.service import TestDesk, Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


def closing(**desk: Any) -> dict[str, Any]:
    """The complaints' desk, and a late desk for which nina works; `desk` changes the complaints'."""
    document = staffed(wrap_up_s=0, **desk)
    document["skills"] += [{"name": "late"}]
    nina = {**document["agents"][0], "name": "nina", "title": "Nina"}
    nina["skills"] = [*nina["skills"], {"skill": "late", "proficiency": 3}]
    document["agents"].append(nina)
    document["agents"][0] = {**document["agents"][0], "capacity": {"units": 8, "channels": {"chat": 3, "social": 1}}}
    document["queues"] += [
        {"name": "late_desk", "position": 91, "service_level": LEVEL, "skills": [{"skill": "late"}]},
        {
            "name": "asking_desk",
            "position": 92,
            "service_level": LEVEL,
            "skills": [{"skill": "late"}],
            "hours": closed_now(),
            "when_closed": {"action": "community", "message": BACK},
        },
    ]
    return document


async def close(workspace: Workspace, queue: str = "desk", **policy: Any) -> None:
    """Closes a queue, and waits until the live state has it so."""
    answer = await workspace.api.patch(f"/v1/queues/{queue}", json={"hours": closed_now(), **policy})
    assert answer.status_code == 200, answer.text

    async def shut_now() -> bool:
        assert workspace.engine
        return queue in await workspace.engine.closed_queues(workspace.id)

    await eventually(shut_now)


async def decision(workspace: Workspace, contact: str) -> dict[str, Any]:
    route: dict[str, Any] = (await workspace.api.get(f"/v1/contacts/{contact}/decision")).json()["route"]
    return route


async def event(workspace: Workspace, contact: str, kind: str) -> dict[str, Any]:
    async def told() -> dict[str, Any] | None:
        return next((one for one in await workspace.events(contact) if one["type"] == kind), None)

    found: dict[str, Any] = await eventually(told)
    return found


async def offered(desk: TestDesk) -> str:
    return str((await desk.expect("offer.created"))["contact"]["id"])


async def test_nobody_is_given_a_contact_of_a_closed_queue(make: Make) -> None:
    """Neither an agent who pulls it nor one to whom it is handed over, unless that is forced; warm its agent keeps it
    until the other accepts, so that nobody waits.
    """
    workspace = await make(closing())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        await ann.do("presence.set", state="away")
        waiting = (await workspace.post(COMPLAINT))["id"]
        await close(workspace)
        await bob.do("presence.set", state="away")
        refused = await bob.do("contact.pull", contact_id=waiting)
        assert (slug(refused), refused["problem"]["queue"]) == ("queue_closed", "desk")
        assert (await bob.do("line.list"))["waiting"] == []
        await bob.do("presence.set", state="available")
        given = {"agent": "bob", "reason": "knows them"}
        assert slug(await ann.do("assignment.transfer", assignment_id=assignment, **given)) == "queue_closed"
        assert_problem(await sent(workspace, contact, "transfer", **given), 409, "queue_closed")
        assert (await workspace.contact(contact))["agent"] == "ann"
        warm = await ann.do("assignment.transfer", assignment_id=assignment, **given, warm=True)
        assert warm["state"] == "assigned"
        assert await offered(bob) == contact
        await ann.do("transfer.cancel", assignment_id=assignment)
        await ann.do("assignment.transfer", assignment_id=assignment, **given, force=True)
        assert await offered(bob) == contact
        assert await bob.silent("offer.created")


async def test_who_is_lost_after_closing_time_leaves_the_contact_to_the_queues_policy(make: Make) -> None:
    """The late desk takes it at once; where nobody does it waits, and its adapter and its decision say until when."""
    workspace = await make(closing(**shut("late_desk")))
    await workspace.api.patch("/v1/queues/desk", json={"hours": None})
    async with workspace.desk("nina", available=False) as nina, workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        await close(workspace)
        await nina.do("presence.set", state="available")
        await ann.do("presence.set", state="offline")
        assert await offered(nina) == contact
        found = await workspace.contact(contact)
        assert (found["state"], found["queue"], found["offered_to"]) == ("offered", "late_desk", "nina")
        route = await decision(workspace, contact)
        assert route["reasons"][0] == "its queue has closed"
        assert any("is closed until" in reason for reason in route["reasons"])
        await nina.do("presence.set", state="away")
        await workspace.api.patch(
            "/v1/queues/desk", json={"hours": None, "when_closed": {"action": "hold", "queue": None, "message": BACK}}
        )
        await ann.do("presence.set", state="available")
        other, _ = await taken(workspace, ann)
        await close(workspace)
        await ann.do("presence.set", state="offline")
        told = await event(workspace, other, "contact.queue_closed")
        opens = from_ms(told["data"]["opens_at"])
        assert opens > datetime.now(UTC)
        route = await decision(workspace, other)
        assert (datetime.fromisoformat(route["opens_at"]), route["message"]) == (opens, BACK)
        assert (await workspace.contact(other))["state"] == "queued"
    kinds = [one["type"] for one in await workspace.events(other)]
    assert kinds.count("contact.queue_closed") == 1


async def test_an_offer_that_is_let_go_after_closing_time_goes_by_the_policy(make: Make) -> None:
    """Declined, expired or revoked: the late desk takes the contact, in which its agent is offered it."""
    workspace = await make(closing(offer_timeout_s=0.5))
    async with workspace.desk("nina", available=False) as nina, workspace.desk("ann") as ann:
        first = (await workspace.post(COMPLAINT))["id"]
        offer = await ann.expect("offer.created")
        await close(workspace, when_closed={"action": "queue", "queue": "late_desk"}, offer_timeout_s=60)
        await ann.do("offer.decline", offer_id=offer["offer_id"], reason="home")
        await nina.do("presence.set", state="available")
        assert await offered(nina) == first
    assert (await workspace.contact(first))["queue"] == "late_desk"


async def test_closing_time_sends_on_who_waits_and_so_does_the_opening_of_another(make: Make) -> None:
    """They keep their age, are due as if they had waited there, and count as moved by a rule. While both are closed they
    wait.
    """
    workspace = await make(closing())
    async with workspace.desk("nina", available=False) as nina:
        first, second = [(await workspace.post(COMPLAINT))["id"] for _ in range(2)]
        before = await workspace.contact(first)
        await close(workspace, "late_desk")
        await close(workspace, when_closed={"action": "queue", "queue": "late_desk", "message": BACK})
        await nina.do("presence.set", state="available")
        assert await nina.silent("offer.created")
        assert (await workspace.contact(first))["queue"] == "desk"
        await workspace.api.patch("/v1/queues/late_desk", json={"hours": None})
        assert [await offered(nina) for _ in range(2)] == [first, second]
        after = await workspace.contact(first)
        assert (after["queue"], after["enqueued_at"]) == ("late_desk", before["enqueued_at"])
        target = datetime.fromisoformat(after["due_at"]) - datetime.fromisoformat(after["enqueued_at"])
        assert 58 < target.total_seconds() < 62
        left = [one["data"].get("left_as") for one in await workspace.events(first) if one["type"] == "contact.queued"]
        assert left == [None, "overflowed"]


async def test_who_is_held_goes_when_a_changed_configuration_lets_it(make: Make) -> None:
    """Held, for nobody can serve it where it would go: it goes when an agent gets the skill, or its topic no longer asks
    for it. Held, for the ladder does not post its channel: when the ladder does.
    """
    document = closing(**shut("late_desk"))
    ladder = [{"outcome": "community", "channels": ["email"]}, {"outcome": "agent"}]
    document["policies"] = [{"name": "low_volume_high_touch", "ladder": ladder}]
    document["skills"] += [{"name": name} for name in ("night", "law")]
    document["queues"] += [
        {"name": "law_desk", "position": 93, "service_level": LEVEL, "skills": [{"skill": "law"}]},
        {"name": "eve_desk", "position": 94, "service_level": LEVEL, **shut("law_desk")},
    ]
    document["topics"] += [
        {"name": "eve", "title": "Eve", "touch": "high", "queue": "eve_desk"},
        {"name": "odd", "title": "Odd", "touch": "high", "queue": "desk", "skills": [{"skill": "night"}]},
        {"name": "ask", "title": "Ask", "touch": "high", "queue": "asking_desk"},
    ]
    workspace = await make(document)
    await settled(workspace)
    async with workspace.desk("nina") as nina, workspace.desk("bob") as bob:
        first, second, odd, ask = [
            (await workspace.post(topic=topic, **more))["id"]
            for topic, more in (("eve", {}), ("eve", {}), ("odd", {}), ("ask", {"channel": "community"}))
        ]
        for contact in (first, second, odd, ask):
            assert (await decision(workspace, contact))["opens_at"]
        posting = [{"outcome": "community"}, {"outcome": "agent"}]
        await workspace.api.patch("/v1/policies/low_volume_high_touch", json={"ladder": posting})
        await workspace.until_state(ask, "posted")
        await workspace.api.patch("/v1/topics/odd", json={"skills": []})
        assert await offered(nina) == odd
        await workspace.api.patch("/v1/agents/bob", json={"skills": [{"skill": "law", "proficiency": 3}]})
        assert {await offered(bob) for _ in range(2)} == {first, second}


async def test_who_is_sent_to_a_closed_queue_is_asked_for_the_community_too(make: Make) -> None:
    """As a contact that comes by itself: written in private, the customer is asked; in public, it is posted. When the
    queue opens, or the customer says no, it goes to that queue. What is sensitive, or escalated, waits there.
    """
    workspace = await make(closing())
    async with workspace.desk("nina", available=False) as nina, workspace.desk("ann") as ann:
        other = await workspace.post(COMPLAINT, topic="complaint", can_ask=True)
        assignment = await accepted(ann, other["id"])
        moved = await passed(ann, assignment, "asking_desk")
        assert moved["state"] == "automating"
        route = await decision(workspace, other["id"])
        assert (route["outcome"], route["ask"]["kind"], route["message"]) == ("community", "post_publicly", BACK)
        assert route["transfers"][-1]["queue"] == "asking_desk"
        answer = await workspace.api.post(
            f"/v1/contacts/{other['id']}/consent", json={"to": "post_publicly", "agree": False}
        )
        assert answer.status_code == 200, answer.text
        route = answer.json()["route"]
        assert (route["queue"], route["outcome"]) == ("asking_desk", "agent")
        assert route["opens_at"]
        assert (await workspace.contact(other["id"]))["queue"] == "asking_desk"
        public = {"channel": "social", "visibility": "public"}
        contact = (await workspace.post(COMPLAINT, topic="complaint", **public))["id"]
        await accepted(ann, contact)
        route = await routed(workspace, contact, "transfer", queue="asking_desk", reason="for you")
        assert (route["outcome"], bool(route["post"])) == ("community", True)
        assert (await workspace.contact(contact))["state"] == "posted"
        await ann.expect("contact.updated", contact_id=contact, assignment_ended=True)
        route = (await workspace.api.post(f"/v1/contacts/{contact}/unresolved")).json()["route"]
        assert route["queue"] == "asking_desk"
        third, _ = await taken(workspace, ann)
        await workspace.api.put("/v1/escalations/P2", json={"queue": "asking_desk"})
        route = await routed(workspace, third, "escalate", **ESCALATION | {"severity": "P2"})
        assert (route["outcome"], route["queue"]) == ("agent", "asking_desk")
        await nina.do("presence.set", state="available")
        await workspace.api.patch("/v1/queues/asking_desk", json={"hours": None})
        assert {await offered(nina) for _ in range(1)} <= {other["id"], contact, third}


async def test_what_moves_a_contact_to_a_closed_queue_says_so_whatever_it_is(make: Make) -> None:
    """A public reply that is sensitive, a customer who writes of danger, says no to a public post, or is not helped by
    the fix: each moves a contact that no agent has had, and nobody there reads until when it waits.
    """
    workspace = await make(closing(hours=closed_now()))
    await close(workspace, "fraud_desk")
    posted = await workspace.post("how do I set up my voicemail", channel="community")
    reply = {"author": "kim", "body": "somebody stole my identity and my husband says he will kill me"}
    await workspace.api.post(f"/v1/posts/{posted['route']['post']['id']}/replies", json=reply)
    wrote = await workspace.post("I forgot my password", topic="sign_in")
    said = {"text": "someone stole my card and made payments I never made, fraud"}
    assert (await sent(workspace, wrote["id"], "messages", **said)).json()["contact"]["moved"]
    await workspace.api.put("/v1/topics/ask", json={"title": "Ask", "touch": "high", "queue": "asking_desk"})
    asked = await workspace.post(topic="ask", can_ask=True)
    for _ in range(2):
        await sent(workspace, asked["id"], "consent", to="post_publicly", agree=False)
    broken = await incident(workspace)
    answered = await workspace.post(topic="sign_in")
    await act(workspace, broken["id"], "fix")
    await sent(workspace, answered["id"], "still_broken")
    for contact in (posted, wrote, asked, answered):
        told = await event(workspace, contact["id"], "contact.queue_closed")
        route = await decision(workspace, contact["id"])
        assert datetime.fromisoformat(route["opens_at"]) == from_ms(told["data"]["opens_at"])
        kinds = [one["type"] for one in await workspace.events(contact["id"])]
        assert kinds.count("contact.queue_closed") == 1, kinds


async def test_who_is_posted_until_the_queue_opens_goes_there_when_the_hours_change(make: Make) -> None:
    """Later or sooner, and at once if it opens now; a customer who is asked has no longer than was said. So does one whom
    a person sent there.
    """
    workspace = await make(closing(hours=closed_now(), when_closed={"action": "community"}))
    public = {"topic": "complaint", "channel": "social", "visibility": "public"}
    posted, asked = await workspace.post(**public), await workspace.post(topic="complaint", can_ask=True)
    assert (posted["state"], asked["state"]) == ("posted", "automating")

    async def until(contact: str) -> tuple[datetime, datetime | None]:
        route = await decision(workspace, contact)
        ask = route["ask"]
        return datetime.fromisoformat(route["reply_by"]), ask and datetime.fromisoformat(ask["until"])

    before, (to_answer, _) = (await until(posted["id"]))[0], await until(asked["id"])
    later = {**closed_now(), "timezone": "Etc/GMT+3"}
    await workspace.api.patch("/v1/queues/desk", json={"hours": later})

    async def moved() -> bool:
        return (await until(posted["id"]))[0] == before + timedelta(hours=3)

    await eventually(moved)
    assert await until(asked["id"]) == (to_answer, to_answer)
    await workspace.api.patch("/v1/queues/desk", json={"hours": None})
    for contact in (posted, asked):
        found = await workspace.until_state(contact["id"], "queued")
        assert found["queue"] == "desk"
