"""The expected wait that adapters and customers are told."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.api.test_queue_policies import built
from tests.support.conversations import staffed, taken
from tests.support.documents import closed_now, with_queue
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

COMPLAINT = {"text": "a formal complaint, I demand a manager", "topic": "complaint"}


async def expected(workspace: Workspace, queue: str = "desk", **query: str) -> dict[str, Any]:
    response = await workspace.api.get(f"/v1/queues/{queue}/expected-wait", params=query)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


async def talk(desk: Any) -> None:
    offer = await desk.expect("offer.created")
    await desk.do("offer.accept", offer_id=offer["offer_id"])


async def test_the_answer_says_how_long_it_will_take(make: Make) -> None:
    """Nothing while somebody has room; then more with each contact in line, by the queue's handle time; unknown with
    nobody there.
    """
    document = with_queue("desk", expected_handle_s=100, units=6)
    document["topics"][3]["skills"] = []
    document["agents"][0]["capacity"]["channels"]["chat"] = 1
    workspace = await make(document)
    await built(workspace)
    assert (await workspace.post(**COMPLAINT))["route"]["expected_wait_s"] is None
    async with workspace.desk("ann") as ann:
        await talk(ann)
        waits = [(await workspace.post(**COMPLAINT))["route"]["expected_wait_s"] for _ in range(3)]
    # One agent, a contact each 100 s: share 100, 200, 300 s, and half of it while nothing says more.
    middles = [(wait["low"] + wait["high"]) / 2 for wait in waits]
    assert middles == pytest.approx([50, 100, 150], rel=0.1)
    assert all(wait["low"] < wait["high"] for wait in waits)


async def test_nobody_waits_while_an_able_agent_is_ready(workspace: Workspace) -> None:
    """Zero to zero, in the answer and at the queue."""
    async with workspace.desk("ann"):
        await built(workspace)
        assert (await expected(workspace))["expected_wait_s"] == {"low": 0, "high": 0}
        assert (await workspace.post(**COMPLAINT))["route"]["expected_wait_s"] == {"low": 0, "high": 0}


async def test_a_waiting_contact_is_told_its_place_and_its_wait_from_now(make: Make) -> None:
    """In its line and in its queue, the oldest first; without a place while it is offered, and with none at all while
    nobody has to wait for anybody. A stranger and a key without the scope learn nothing.
    """
    document = with_queue("desk", expected_handle_s=100, units=6)
    document["agents"][0]["capacity"]["channels"]["chat"] = 1
    workspace, other = await make(document), await make()

    async def waiting(contact: str) -> dict[str, Any]:
        answer = await workspace.api.get(f"/v1/contacts/{contact}/waiting")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async with workspace.desk("ann") as ann:
        talking = (await workspace.post(**COMPLAINT))["id"]
        offer = await ann.expect("offer.created")
        asked = await waiting(talking)
        assert (asked["state"], asked["waits"], asked["queue"]) == ("offered", True, "desk")
        assert (asked["position"], asked["expected_wait_s"]) == (None, None)
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        served = await waiting(talking)
        assert served == {**dict.fromkeys(served), "id": talking, "state": "assigned", "waits": False}
        first, second = [(await workspace.post(**COMPLAINT))["id"] for _ in range(2)]
        later = (await workspace.post(**COMPLAINT, skills=[{"skill": "fraud", "min": 1}]))["id"]
        elder = (await workspace.post(**COMPLAINT, priority=5))["id"]
        places = [await waiting(contact) for contact in (elder, first, second, later)]
        assert [(place["position"], place["position_in_queue"]) for place in places] == [(1, 1), (2, 2), (3, 3), (1, 4)]
        assert {(place["waits"], place["waiting"], place["opens_at"]) for place in places} == {(True, 4, None)}
        assert places[0]["expected_wait_s"]["high"] < places[1]["expected_wait_s"]["high"]
        assert places[3]["expected_wait_s"] is None  # nobody who is there could serve it
        await workspace.api.post(f"/v1/contacts/{elder}/cancel")
        assert (await waiting(first))["position"] == 1
        assert (await waiting(elder))["state"] == "cancelled"
    url = f"/v1/contacts/{second}/waiting"
    assert (await other.api.get(url)).status_code == 404
    made = await workspace.api.post("/v1/api-keys", json={"name": "writes", "scopes": ["contacts:write"]})
    poor = {"Authorization": f"Bearer {made.json()['key']}"}
    assert (await workspace.api.get(url, headers=poor)).status_code == 403


async def test_who_climbs_or_is_handed_to_a_busy_agent_is_told_how_long_that_takes(make: Make) -> None:
    """A colleague who is free does not count while the contact is held for another; nor is it nothing while that one
    is busy. A contact that an article did not help is told as one that comes for an agent.
    """
    document = staffed(expected_handle_s=100)
    for agent in document["agents"]:
        agent["capacity"] = {"units": 2, "channels": {"chat": 1}}
    workspace = await make(document)
    async with workspace.desk("bob") as bob:
        await taken(workspace, bob)
        async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
            contact, assignment = await taken(workspace, ann)
            await tess.do("presence.set", state="available")
            moved = await ann.do("assignment.transfer", assignment_id=assignment, agent="bob", reason="knows them")
            told = (await workspace.api.get(f"/v1/contacts/{contact}/waiting")).json()
            assert (moved["state"], told["position"]) == ("queued", None)
            for wait in (moved["route"]["expected_wait_s"], told["expected_wait_s"]):
                assert 40 < wait["low"] < 60 <= wait["high"] < 80  # for a minute it is bob's, whom it takes 100 s
            await tess.do("presence.set", state="away")
            await ann.do("presence.set", state="away")
            await workspace.post(**COMPLAINT)
            article = await workspace.post("I forgot my password", topic="sign_in")
            assert article["route"]["outcome"] == "automation"
            climbed = await workspace.api.post(f"/v1/contacts/{article['id']}/unresolved", json={"rung": 0})
            route = climbed.json()["route"]
            if route["outcome"] == "community":
                climbed = await workspace.api.post(f"/v1/contacts/{article['id']}/unresolved", json={"rung": 1})
                route = climbed.json()["route"]
            assert (route["outcome"], route["expected_wait_s"]["high"] > 10) == ("agent", True)


async def test_a_repeated_request_is_told_the_same(workspace: Workspace) -> None:
    """Byte for byte, although the line is longer by then: it stands in the answer that was committed."""
    async with workspace.desk("ann", available=False) as ann:
        await ann.do("presence.set", state="away")
        await built(workspace)
        body, key = {"channel": "chat", **COMPLAINT}, {"Idempotency-Key": "again"}
        first = await workspace.api.post("/v1/contacts", json=body, headers=key)
        await workspace.post(**COMPLAINT)
        again = await workspace.api.post("/v1/contacts", json=body, headers=key)
        assert first.json()["route"]["expected_wait_s"] is not None
        assert again.content == first.content
        decision = (await workspace.api.get(f"/v1/contacts/{first.json()['id']}/decision")).json()
        assert decision["route"]["expected_wait_s"] == first.json()["route"]["expected_wait_s"]


async def test_a_queue_tells_its_wait_by_channel(workspace: Workspace) -> None:
    """By name or id; on a channel that no agent takes nobody is there; what waits is counted."""
    await built(workspace)
    waiting = await workspace.post(**COMPLAINT)
    assert waiting["route"]["queue"] == "desk"
    queue = (await workspace.api.get("/v1/queues/desk")).json()
    async with workspace.desk("ann"):
        by_name, by_id = (
            await expected(workspace, "fraud_desk"),
            await expected(workspace, queue["id"], channel="email"),
        )
    assert (by_name["channel"], by_name["staffed"], by_name["expected_wait_s"]) == ("chat", 0, None)
    assert (by_id["queue"], by_id["channel"], by_id["staffed"]) == ("desk", "email", 0)
    assert (await expected(workspace, "voice"))["channel"] == "voice"
    assert by_id["is_open"] is True


async def test_a_closed_queue_promises_nothing(make: Make) -> None:
    """No wait, but when it opens."""
    workspace = await make(with_queue("desk", hours=closed_now()))
    async with workspace.desk("ann"):
        await built(workspace)
        told = await expected(workspace)
    assert (told["is_open"], told["expected_wait_s"]) == (False, None)
    assert told["opens_at"].endswith("T12:00:00.000Z")


async def test_an_unknown_queue_has_no_expected_wait(shared: Workspace) -> None:
    """404 for a name that is not there, 422 for a channel that is none."""
    assert (await shared.api.get("/v1/queues/nowhere/expected-wait")).status_code == 404
    assert (await shared.api.get("/v1/queues/desk/expected-wait", params={"channel": "pigeon"})).status_code == 422


async def test_a_wait_above_the_limit_overflows(make: Make) -> None:
    """With one agent busy for minutes, the contact that would wait for longer than 40 s goes to the other queue at
    once.
    """
    document = with_queue(
        "desk", expected_handle_s=100, units=6, overflow=[{"expected_wait_s": 40, "to_queue": "voice"}]
    )
    document["topics"][3]["skills"] = []
    document["agents"][0]["capacity"]["channels"]["chat"] = 1
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        await built(workspace)
        first = await workspace.post(**COMPLAINT)
        await talk(ann)
        second = await workspace.post(**COMPLAINT)
    assert (first["route"]["queue"], second["route"]["queue"]) == ("desk", "voice")
    assert any("expected wait over 40 s" in reason for reason in second["route"]["reasons"])
