"""The agent socket, from the handshake over a day's work to lost connections."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import jwt
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from mci_router.access.tokens import AgentIdentity, Tokens
from mci_router.api.parts import Parts
from mci_router.api.sockets.pace import Pace
from mci_router.settings import Settings
from tests.support.customers import chat, site_key, site_token
from tests.support.documents import SMALL, small
from tests.support.service import PATIENCE_S, TestDesk, Workspace, eventually, running_service

Make = Callable[..., Awaitable[Workspace]]

COMPLAINT = "a formal complaint, I demand a manager"
FRAUD = "someone stole my card, fraud"
NO_OFFER = f"ofr_{'0' * 32}_1_1"
NO_ASSIGNMENT = f"asg_{'0' * 32}_1_1"


@asynccontextmanager
async def opened(
    workspace: Workspace, token: str | None, *, resume: str | None = None
) -> AsyncIterator[ClientConnection]:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    async with connect(
        address(workspace, resume), subprotocols=[Subprotocol("mci.v1")], additional_headers=headers
    ) as socket:
        yield socket


def address(workspace: Workspace, resume: str | None = None) -> str:
    return (
        workspace.url.replace("http", "ws") + "/v1/agent-socket" + (f"?resume={resume}" if resume is not None else "")
    )


async def refusal(workspace: Workspace, token: str | None, *, resume: str | None = None) -> dict[str, Any]:
    """The problem document with which a handshake is refused."""
    with pytest.raises(InvalidStatus) as refused:
        async with opened(workspace, token, resume=resume):
            pass
    response = refused.value.response
    assert response.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response.body or b"")
    assert document["status"] == response.status_code
    return document


async def closing(desk: TestDesk) -> tuple[int, str]:
    """Code and reason with which the router hangs up."""
    with pytest.raises(ConnectionClosed) as closed:
        await desk.expect("nothing of the kind")
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def heard(desk: TestDesk) -> list[dict[str, Any]]:
    """Every frame since the last look, in order: a change of presence is heard after all that came before it."""
    marker = uuid4().hex
    await desk.do("presence.set", state="available", reason=marker)
    await desk.expect("presence.changed", reason=marker)
    frames, desk.unread = desk.unread, []
    return [frame for frame in frames if frame["type"] != "presence.changed"]


def drop(desk: TestDesk) -> int:
    """Cuts the connection without a word; the `seq` to resume from."""
    desk.socket.transport.abort()
    return max(desk.last_seq, int(desk.hello["resume"] or 0))


def kinds(frames: list[dict[str, Any]], contact: dict[str, Any]) -> list[str]:
    """The types of the frames that concern a contact."""
    return [frame["type"] for frame in frames if contact["id"] in str(frame["data"])]


def two_of_a_kind() -> dict[str, Any]:
    """The small workspace with a second agent who can do what ann can."""
    bob = {**SMALL["agents"][0], "name": "bob", "title": "Bob"}
    return small(agents=[*SMALL["agents"], bob])


# The handshake


async def test_without_a_valid_token_there_is_no_socket(workspace: Workspace, settings: Settings) -> None:
    """401 with a problem document for no token, a made-up one, an API key, a foreign signature and an expired token."""
    assert settings.token_secret is not None
    secret = settings.token_secret.get_secret_value()
    identity = AgentIdentity(workspace.id, "ann", "agt_1", "key_1")
    foreign, _ = Tokens("another secret that is long enough to sign", ttl_s=60).make(identity)
    expired, _ = Tokens(secret, ttl_s=-1).make(identity)
    other_use = jwt.encode({"sub": "ann", "wsp": workspace.id, "aud": "something-else", "exp": 4e9}, secret, "HS256")
    unsigned = jwt.encode({"sub": "ann", "wsp": workspace.id, "aud": "mci-agent-socket", "exp": 4e9}, "", "none")
    for token in (None, "", "nonsense", workspace.key, foreign, expired, other_use, unsigned):
        problem = await refusal(workspace, token)
        assert (problem["status"], problem["type"]) == (401, "/problems/not_authenticated")
        assert "token" in problem["detail"]


async def test_a_browser_sends_the_token_as_a_subprotocol(workspace: Workspace) -> None:
    """`bearer.<token>` is read and never echoed; `mci.v1` is chosen."""
    token = await workspace.token("ann")
    async with connect(
        address(workspace), subprotocols=[Subprotocol("mci.v1"), Subprotocol(f"bearer.{token}")]
    ) as socket:
        assert socket.subprotocol == "mci.v1"
        assert json.loads(await socket.recv())["data"]["agent"] == "ann"


@pytest.mark.parametrize("resume", ["abc", "-1", "1.5", "", "9" * 16, "%00"])
async def test_a_resume_that_is_no_sequence_number_is_refused(workspace: Workspace, resume: str) -> None:
    """422 with a problem document, before the socket opens."""
    problem = await refusal(workspace, await workspace.token("ann"), resume=resume)
    assert (problem["status"], problem["type"]) == (422, "/problems/invalid_frame")


@pytest.mark.parametrize("resume", [0, 999_999_999_999_999])
async def test_a_resume_from_nowhere_starts_from_how_things_stand(workspace: Workspace, resume: int) -> None:
    """A number older than the inbox or not given out yet: `resumed` is false and what is pending is told."""
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT)
        await ann.expect("offer.created")
    async with workspace.desk("ann", available=False, resume=resume) as again:
        assert again.hello["resumed"] is False
        assert (await again.expect("offer.created"))["contact"]["id"] == contact["id"]


# A day's work


async def test_hello_says_who_the_desk_is_and_how_to_stay(workspace: Workspace, settings: Settings) -> None:
    """A new desk is offline and has nothing to resume; a later one finds the presence the agent chose."""
    async with workspace.desk("ann", available=False) as ann:
        told = {name: ann.hello[name] for name in ("agent", "presence", "resumed", "heartbeat_s", "lease_s")}
        assert told == {
            "agent": "ann",
            "presence": "offline",
            "resumed": False,
            "heartbeat_s": settings.heartbeat_s,
            "lease_s": settings.lease_s,
        }
        assert ann.hello["resume"].isdecimal()
        assert await ann.do("presence.set", state="away", reason="lunch") == {"presence": "away"}
        assert (await ann.expect("presence.changed"))["reason"] == "lunch"
    async with workspace.desk("ann", available=False) as ann:
        assert ann.hello["presence"] == "away"


async def test_a_contact_is_offered_accepted_completed_and_wrapped_up(workspace: Workspace) -> None:
    """Each step is acknowledged and told, in the order of `seq`."""
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        assert offer["expires_at"].endswith("Z")
        accepted = await ann.do("offer.accept", offer_id=offer["offer_id"])
        assignment = accepted["assignment_id"]
        assert accepted == {"contact_id": contact["id"], "state": "assigned", "assignment_id": assignment}
        completed = await ann.do(
            "assignment.complete", assignment_id=assignment, disposition="solved", notes="all good"
        )
        assert completed["state"] == "wrapping_up"
        assert (await ann.do("wrap_up.done", assignment_id=assignment))["state"] == "completed"
        frames = await heard(ann)
        assert kinds(frames, contact) == ["assignment.started", "contact.updated", "contact.updated"]
        assert [frame["data"]["state"] for frame in frames] == ["assigned", "wrapping_up", "completed"]
        assert all(frame["data"]["assignment_id"] == assignment for frame in frames)
        assert [frame["seq"] for frame in frames] == sorted(frame["seq"] for frame in frames)
    kept = await workspace.until_state(contact["id"], "completed")
    assert (kept["agent"], kept["disposition"], kept["notes"]) == ("ann", "solved", "all good")


async def test_the_screen_pop_shows_what_the_customer_has_been_through(workspace: Workspace) -> None:
    """Earlier contacts newest first, marked where they belong to the same case, and why this one is here."""
    customer = {"email": "sam@example.com", "name": "Sam", "attributes": {"vip": True}}
    other = await workspace.post("forgot my password, cannot sign in", customer=customer)
    async with workspace.desk("ann") as ann:
        first = await workspace.post(COMPLAINT, customer=customer)
        await ann.expect("offer.created")
        second = await workspace.post(f"{COMPLAINT} again", customer=customer, context={"page": "/bill"})
        await workspace.post(COMPLAINT, customer={"email": "kim@example.com"})
        offer = await ann.expect("offer.created")
        assert offer["contact"]["id"] == second["id"]
        assert offer["contact"]["context"] == {"page": "/bill"}
        assert (offer["customer"]["name"], offer["customer"]["attributes"]) == ("Sam", {"vip": True})
        address = {
            "kind": "email",
            "value": "sam@example.com",
            "trust": "authenticated",
            "opted_out_at": None,
            "failing_since": None,
        }
        assert offer["customer"]["addresses"] == [address]
        assert [(earlier["id"], earlier["same_case"]) for earlier in offer["history"]] == [
            (first["id"], True),
            (other["id"], False),
        ]
        assert offer["reasons"] == [*second["triage"]["reasons"], *second["route"]["reasons"]]


async def test_a_declined_offer_goes_to_another_agent(make: Make) -> None:
    """The desk is told that its offer is gone, with its own reason."""
    workspace = await make(two_of_a_kind())
    async with workspace.desk("ann") as ann, workspace.desk("bob") as bob:
        contact = await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        declined = await ann.do("offer.decline", offer_id=offer["offer_id"], reason="on my way out")
        assert (declined["contact_id"], declined["state"]) == (contact["id"], "offered")
        assert (await ann.expect("offer.revoked"))["why"] == "on my way out"
        assert (await bob.expect("offer.created"))["contact"]["id"] == contact["id"]


async def test_a_customer_who_leaves_is_taken_off_the_desk(workspace: Workspace) -> None:
    """A pending offer is revoked with why; a conversation is updated; neither can be answered any more."""
    async with workspace.desk("ann") as ann:
        leaving = await workspace.post(COMPLAINT)
        talking = await workspace.post(COMPLAINT)
        offers = [await ann.expect("offer.created"), await ann.expect("offer.created")]
        accepted = await ann.do("offer.accept", offer_id=offers[1]["offer_id"])
        for contact in (leaving, talking):
            assert (await workspace.api.post(f"/v1/contacts/{contact['id']}/abandon")).status_code == 200
        assert await ann.expect("offer.revoked") == {
            "offer_id": offers[0]["offer_id"],
            "contact_id": leaving["id"],
            "why": "abandoned",
        }
        updated = await ann.expect("contact.updated")
        assert (updated["contact_id"], updated["state"]) == (talking["id"], "abandoned")
        late = await ann.do("offer.accept", offer_id=offers[0]["offer_id"])
        assert late["problem"]["type"] == "/problems/offer_gone"
        late = await ann.do("assignment.complete", assignment_id=accepted["assignment_id"], disposition="solved")
        assert late["problem"]["type"] == "/problems/assignment_gone"


async def test_an_offer_nobody_answers_is_taken_back_and_the_agent_is_away(make: Make) -> None:
    """The desk is told both, and comes back by saying so."""
    document = small()
    document["queues"][1]["offer_timeout_s"] = 0.2
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        revoked = await ann.expect("offer.revoked")
        assert (revoked["offer_id"], revoked["why"]) == (offer["offer_id"], "not_responding")
        assert (await ann.expect("presence.changed", state="away"))["reason"] == "not_responding"


async def test_agents_hear_nothing_of_each_other_or_of_another_workspace(make: Make) -> None:
    """Not even of an agent of the same name."""
    here, there = await make(), await make()
    async with here.desk("ann") as ann, here.desk("fred") as fred, there.desk("ann") as namesake:
        contact = await here.post(COMPLAINT)
        assert (await ann.expect("offer.created"))["contact"]["id"] == contact["id"]
        assert await heard(fred) == []
        assert await heard(namesake) == []


# Bad frames

BAD_FRAMES = {
    "not JSON": "hello?",
    "empty": "",
    "not an object": '["presence.set"]',
    "no type": '{"id": "bad", "data": {}}',
    "unknown type": '{"type": "offer.steal", "id": "bad", "data": {}}',
    "no id": '{"type": "heartbeat", "data": {}}',
    "an id too long": json.dumps({"type": "heartbeat", "id": "x" * 65, "data": {}}),
    "an id that is no text": '{"type": "heartbeat", "id": 7, "data": {}}',
    "an id that is half a character": '{"type": "heartbeat", "id": "\\ud800", "data": {}}',
    "an unknown member": '{"type": "heartbeat", "id": "bad", "data": {}, "more": 1}',
    "an unknown presence": '{"type": "presence.set", "id": "bad", "data": {"state": "dancing"}}',
    "a malformed offer": '{"type": "offer.accept", "id": "bad", "data": {"offer_id": "ofr_1"}}',
    "a malformed assignment": json.dumps(
        {"type": "assignment.complete", "id": "bad", "data": {"assignment_id": NO_OFFER, "disposition": "solved"}}
    ),
    "no disposition": json.dumps(
        {"type": "assignment.complete", "id": "bad", "data": {"assignment_id": NO_ASSIGNMENT, "disposition": " "}}
    ),
    "too large": json.dumps({"type": "presence.set", "id": "bad", "data": {"state": "away", "reason": "x" * 70_000}}),
    "nested deeply": "[" * 60_000,
    "a number without end": '{"id": ' + "9" * 60_000 + "}",
    "binary": b'{"type": "heartbeat", "id": "bad", "data": {}}',
}


@pytest.mark.parametrize("frame", BAD_FRAMES.values(), ids=BAD_FRAMES)
async def test_a_bad_frame_gets_an_error_and_the_socket_stays(shared: Workspace, frame: str | bytes) -> None:
    """The error names the problem, and the frame's id where it has one; the next frame is served."""
    async with shared.desk("ann", available=False) as ann:
        await ann.socket.send(frame)
        problem = (await ann.expect("error"))["problem"]
        assert (problem["status"], problem["type"]) == (422, "/problems/invalid_frame")
        assert problem["detail"]
        assert (await ann.do("heartbeat"))["lease"] == "ok"


async def test_an_error_carries_the_id_of_its_frame(workspace: Workspace) -> None:
    """So that the desk knows which it was; also for a frame that is wrong in itself."""
    async with workspace.desk("ann", available=False) as ann:
        wrong = await ann.do("presence.set", state="dancing")
        assert "state" in wrong["problem"]["errors"][0]["where"]
        for kind, data, slug in (
            ("offer.accept", {"offer_id": NO_OFFER}, "offer_gone"),
            ("offer.decline", {"offer_id": NO_OFFER}, "offer_gone"),
            ("assignment.complete", {"assignment_id": NO_ASSIGNMENT, "disposition": "solved"}, "assignment_gone"),
            ("wrap_up.done", {"assignment_id": NO_ASSIGNMENT}, "assignment_gone"),
        ):
            gone = await ann.do(kind, **data)
            assert (gone["problem"]["status"], gone["problem"]["type"]) == (409, f"/problems/{slug}")


async def test_an_agent_cannot_answer_for_another(workspace: Workspace) -> None:
    """Somebody else's offer or assignment is gone, for this desk."""
    async with workspace.desk("ann") as ann, workspace.desk("fred") as fred:
        await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        stolen = await fred.do("offer.accept", offer_id=offer["offer_id"])
        assert stolen["problem"]["type"] == "/problems/offer_gone"
        accepted = await ann.do("offer.accept", offer_id=offer["offer_id"])
        stolen = await fred.do("assignment.complete", assignment_id=accepted["assignment_id"], disposition="mine")
        assert stolen["problem"]["type"] == "/problems/assignment_gone"


async def test_secrets_in_what_an_agent_writes_are_masked(workspace: Workspace) -> None:
    """Notes, dispositions and reasons never bring a card number to the ledger, nor a character it cannot hold."""
    card = "4111 1111 1111 1111"
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        accepted = await ann.do("offer.accept", offer_id=offer["offer_id"])
        words = {"disposition": f"paid by {card}", "notes": f"card {card}\0 ok"}
        await ann.do("assignment.complete", assignment_id=accepted["assignment_id"], **words)
        await ann.do("presence.set", state="away", reason=f"has {card}")
        assert "4111" not in (await ann.expect("presence.changed", state="away"))["reason"]
    kept = await workspace.until_state(contact["id"], "wrapping_up")
    assert kept["notes"] == "card [card number removed] ok"
    assert "4111 1" not in str(await workspace.events(contact["id"]))


# Lost connections


async def test_after_a_drop_the_desk_hears_exactly_what_it_missed(workspace: Workspace) -> None:
    """An offer seen before is not repeated and still stands; one that came meanwhile arrives once."""
    async with workspace.desk("ann") as ann:
        seen = await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        last = drop(ann)
    missed = await workspace.post(COMPLAINT)
    async with workspace.desk("ann", available=False, resume=last) as again:
        assert again.hello["resumed"] is True
        later = await workspace.post(COMPLAINT)
        frames = await heard(again)
        assert kinds(frames, seen) == []
        assert kinds(frames, missed) == ["offer.created"]
        assert kinds(frames, later) == ["offer.created"]
        assert all(frame["seq"] > last for frame in frames)
        assert (await again.do("offer.accept", offer_id=offer["offer_id"]))["state"] == "assigned"


async def test_after_a_drop_an_offer_taken_back_is_told_as_taken_back(workspace: Workspace) -> None:
    """One the desk had seen is revoked; one that came and went is never shown as an offer."""
    async with workspace.desk("ann") as ann:
        seen = await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        last = drop(ann)
    unseen = await workspace.post(COMPLAINT)
    for contact in (seen, unseen):
        await workspace.api.post(f"/v1/contacts/{contact['id']}/abandon", json={"reason": "hung up"})
    async with workspace.desk("ann", available=False, resume=last) as again:
        revoked = await again.expect("offer.revoked", offer_id=offer["offer_id"])
        assert (revoked["contact_id"], revoked["why"]) == (seen["id"], "hung up")
        assert "offer.created" not in kinds(await heard(again), unseen)


async def test_a_desk_may_drop_and_resume_many_times(workspace: Workspace) -> None:
    """Every offer of the day is shown once, whichever connection it came over."""
    shown, contacts = [], []
    last: int | None = None
    for _ in range(3):
        async with workspace.desk("ann", available=last is None, resume=last) as ann:
            contacts.append(await workspace.post(COMPLAINT))
            frames = [frame for frame in await heard(ann) if frame["type"] == "offer.created"]
            shown += [frame["data"]["contact"]["id"] for frame in frames]
            last = drop(ann)
    assert sorted(shown) == sorted(contact["id"] for contact in contacts)


async def test_a_desk_without_memory_is_told_how_things_stand(workspace: Workspace) -> None:
    """Pending offers and conversations under way, and nothing of what is over; only the last says up to where all is
    told.
    """
    async with workspace.desk("ann") as ann:
        contacts = [await workspace.post(COMPLAINT) for _ in range(3)]
        offers = {offer["contact"]["id"]: offer for offer in [await ann.expect("offer.created") for _ in contacts]}
        pending, talking, over = (offers[contact["id"]] for contact in contacts)
        accepted = await ann.do("offer.accept", offer_id=talking["offer_id"])
        await workspace.api.post(f"/v1/contacts/{over['contact']['id']}/abandon")
        drop(ann)
    async with workspace.desk("ann", available=False) as again:
        assert again.hello["resumed"] is False
        frames = await heard(again)
        assert sorted(frame["type"] for frame in frames) == ["assignment.started", "offer.created"]
        assert again.hello["resume"] == ""
        assert ["seq" in frame for frame in frames] == [False, True]
        started, offered = sorted((frame["data"] for frame in frames), key=lambda data: "offer_id" in data)
        assert (started["assignment_id"], started["state"]) == (accepted["assignment_id"], "assigned")
        assert (offered["offer_id"], offered["expires_at"]) == (pending["offer_id"], pending["expires_at"])
        assert offered["contact"] == pending["contact"]
        last = drop(again)
    async with workspace.desk("ann", available=False, resume=last) as once_more:
        assert once_more.hello["resumed"] is True
        assert await heard(once_more) == []


async def test_a_second_desk_takes_the_agent_over_and_the_first_is_closed(workspace: Workspace) -> None:
    """4409 within a heartbeat; what is pending stays with the agent."""
    async with workspace.desk("ann") as first:
        contact = await workspace.post(COMPLAINT)
        await first.expect("offer.created")
        async with workspace.desk("ann", available=False) as second:
            offer = await second.expect("offer.created")
            assert (await closing(first))[0] == 4409
            assert (await second.do("offer.accept", offer_id=offer["offer_id"]))["contact_id"] == contact["id"]


async def test_an_open_desk_keeps_its_offers_beyond_the_lease(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """The router renews the lease while the socket is open; the desk need not do a thing."""
    engine = service[1].engine
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT)
        await ann.expect("offer.created")
        first = int((await engine.agent(workspace.id, "ann"))["lease_until"])

        async def beyond() -> bool:
            return int((await engine.agent(workspace.id, "ann"))["lease_until"]) > first + 1_700

        await eventually(beyond)
        assert (await workspace.contact(contact["id"]))["state"] == "offered"
        assert "offer.revoked" not in kinds(await heard(ann), contact)


async def test_the_offer_of_a_desk_that_fell_silent_goes_to_another_agent(make: Make) -> None:
    """Once its lease has lapsed. When the desk resumes, it is told that it lost the offer, and why."""
    workspace = await make(two_of_a_kind())
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact = await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        last = drop(ann)
        await bob.do("presence.set", state="available")
        assert (await bob.expect("offer.created"))["contact"]["id"] == contact["id"]
        async with workspace.desk("ann", available=False, resume=last) as again:
            assert (await again.expect("offer.revoked", offer_id=offer["offer_id"]))["why"] == "agent_lost"
            assert again.hello["presence"] == "available"


async def test_a_conversation_outlives_the_desk(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """Assignments stay with an agent who is unreachable, and can be completed after coming back."""
    engine = service[1].engine
    async with workspace.desk("ann") as ann:
        await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        assignment = (await ann.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
        last = drop(ann)

    async def lost() -> bool:
        return (await engine.agent(workspace.id, "ann"))["reachable"] == "0"

    await eventually(lost)
    async with workspace.desk("ann", available=False, resume=last) as again:
        assert again.hello["resumed"] is True
        done = await again.do("assignment.complete", assignment_id=assignment, disposition="solved")
        assert done["state"] == "wrapping_up"


async def test_a_router_that_stops_says_come_again(workspace: Workspace, settings: Settings) -> None:
    """1012; another router goes on with the same desk and the same offer, and with the same customer's chat."""
    token = site_token(await site_key(workspace))
    async with AsyncExitStack() as desks:
        async with running_service(settings) as (url, parts):
            await parts.snapshots.get(workspace.id)
            customer = await desks.enter_async_context(chat(replace(workspace, url=url), token))
            said = await customer.do("message.send", client_id="1", text="how do I set up my voicemail")
            ann = await desks.enter_async_context(replace(workspace, url=url).desk("ann"))
            contact = await workspace.post(COMPLAINT)
            offer = await ann.expect("offer.created")
            last = ann.last_seq
        assert (await closing(ann))[0] == (await closing(customer))[0] == 1012
    path = f"/v1/contacts/{said['contact']['id']}/messages"
    assert (await workspace.api.post(path, json={"kind": "bot", "text": "dial 100"})).status_code == 201
    resume = f"{said['contact']['case_id']}:{said['message']['seq']}"
    async with chat(workspace, token, resume=resume) as customer:
        assert (await customer.expect("message.created"))["message"]["text"] == "dial 100"
    async with workspace.desk("ann", available=False, resume=last) as again:
        assert again.hello["resumed"] is True
        assert kinds(await heard(again), contact) == []
        assert (await again.do("offer.accept", offer_id=offer["offer_id"]))["state"] == "assigned"


async def test_the_journal_tells_numbers_as_numbers(workspace: Workspace) -> None:
    """A time or a rung has one type in every event of a contact."""
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        await workspace.until_state(contact["id"], "assigned")

        async def all_told() -> list[dict[str, Any]] | None:
            events = await workspace.events(contact["id"])
            return events if len(events) == 3 else None

        for event in await eventually(all_told, PATIENCE_S):
            assert isinstance(event["data"]["rung"], int), event
            assert isinstance(event["data"]["enqueued_at"], int), event


async def test_a_desk_taken_over_hears_nothing_more(workspace: Workspace) -> None:
    """The first desk ends at once, before the next contact is offered: no customer is shown on two screens."""
    async with workspace.desk("ann") as first, workspace.desk("ann", available=False) as second:
        with pytest.raises(ConnectionClosed) as closed:
            await first.expect("offer.created")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4409
        await workspace.post(COMPLAINT)
        assert await second.expect("offer.created")


async def test_a_desk_that_floods_is_read_more_slowly_and_loses_nothing(workspace: Workspace) -> None:
    """Of 212 frames at once all are answered, the last not sooner than its pace allows; another desk is served."""
    async with workspace.desk("fred") as flooding, workspace.desk("ann") as other:
        before = time.monotonic()
        for _ in range(212):
            await flooding.socket.send("no frame")
        assert "problem" not in await other.do("presence.set", state="available")
        for _ in range(212):
            await flooding.expect("error")
        assert time.monotonic() - before > 0.1  # the 12 beyond the burst, less what came back meanwhile: never sooner


def test_the_pace_of_frames_is_a_burst_and_then_a_rate() -> None:
    """200 at once, then one each hundredth of a second; a rest gives the burst back, and no more."""
    pace = Pace(0)
    assert [pace.wait_s(0) for _ in range(200)] == [0] * 200
    assert [round(pace.wait_s(0), 6) for _ in range(3)] == [0.01, 0.02, 0.03]
    assert not any(pace.wait_s(1_000) for _ in range(200))
    assert pace.wait_s(1_000) > 0
