"""A conversation ends: its agent wraps up, with everything that was typed, and is given the time for it."""

from collections.abc import Awaitable, Callable

from tests.support.conversations import accepted, slug, staffed, taken, until_event
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


async def test_a_customer_who_hangs_up_leaves_the_agent_the_notes(make: Make) -> None:
    """Also in a queue without wrap-up; the desk hears at once who ended it, and a second word changes nothing."""
    workspace = await make(staffed(wrap_up_s=0))
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        saved = await ann.do(
            "assignment.save", assignment_id=assignment, notes="wants a refund, card 4111 1111 1111 1111"
        )
        assert saved["state"] == "assigned"
        for _ in range(2):
            over = await workspace.api.post(f"/v1/contacts/{contact}/end", json={"by": "customer", "why": "hung up"})
            assert (over.status_code, over.json()["state"]) == (200, "wrapping_up"), over.text
        assert (await ann.expect("contact.updated", event="conversation_ended"))["by"] == "customer"
        told = await ann.expect("contact.updated", event="wrapping_up")
        assert (told["assignment_id"], told["assignment_ended"]) == (assignment, False)
        assert told["wrap_up_ends_at"]
        await ann.do("assignment.save", assignment_id=assignment, notes="wants a refund", disposition="promised")
        async with workspace.desk("ann", available=False) as again:
            shown = await again.expect("assignment.started")
            assert (shown["state"], shown["wrap_up_ends_at"]) == ("wrapping_up", told["wrap_up_ends_at"])
            assert (shown["contact"]["notes"], shown["contact"]["disposition"]) == ("wants a refund", "promised")
            done = await again.do("assignment.complete", assignment_id=assignment, disposition="refunded")
            assert done["state"] == "completed"
        row = await workspace.until_state(contact, "completed")
        assert (row["disposition"], row["notes"], row["agent"]) == ("refunded", "wants a refund", "ann")
        again_ended = await workspace.api.post(f"/v1/contacts/{contact}/end")
        assert again_ended.json()["state"] == "completed"
    types = [event["type"] for event in await workspace.events(contact)]
    assert types[-3:] == ["contact.conversation_ended", "contact.wrapping_up", "contact.completed"]


async def test_what_a_customer_writes_while_the_agent_wraps_up_is_not_lost(make: Make) -> None:
    """That agent answers nobody any more: it is a new contact, in the same case, and somebody is offered it."""
    workspace = await make(staffed())
    chat = {"channel": "chat", "channel_ref": "chat-1", "customer": {"external_id": "u1"}}
    async with workspace.desk("ann") as ann:
        first = await workspace.post("a formal complaint about the bill", **chat)
        await accepted(ann, first["id"])
        over = await workspace.api.post(f"/v1/contacts/{first['id']}/end", json={"by": "agent"})
        assert over.json()["state"] == "wrapping_up"
        said = await workspace.api.post(f"/v1/contacts/{first['id']}/messages", json={"text": "and one more complaint"})
        assert said.json()["type"] == "/problems/conversation_over"
        more = {**chat, "text": "and one more formal complaint about the bill"}
        again = (await workspace.api.post("/v1/messages", json=more)).json()["contact"]
        assert (again["new"], again["previous_contact"], again["case_id"]) == (True, first["id"], first["case_id"])
        assert await accepted(ann, again["id"])


async def test_what_was_written_before_the_end_is_found_while_the_agent_wraps_up(make: Make) -> None:
    """The answer was lost, and the conversation ended meanwhile: sent again it is the message of the first time, at
    either door, and no failure. What is new there is refused.
    """
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        path, said = f"/v1/contacts/{contact}/messages", {"text": "and my number is 12", "channel_message_id": "m1"}
        first = await workspace.api.post(path, json=said)
        reply = {"contact_id": contact, "client_id": "r1", "kind": "agent", "text": "goodbye"}
        replied = await ann.do("message.send", **reply)
        await workspace.api.post(f"/v1/contacts/{contact}/end", json={"by": "customer"})
        again = await workspace.api.post(path, json=said)
        assert (first.status_code, again.status_code) == (201, 200), again.text
        assert again.json()["message"] == first.json()["message"]
        assert await ann.do("message.send", **reply) == replied
        assert slug(await ann.do("message.send", **{**reply, "client_id": "r2"})) == "conversation_over"
        new = await workspace.api.post(path, json={**said, "channel_message_id": "m2"})
        assert new.json()["type"] == "/problems/conversation_over"


async def test_a_wrap_up_is_made_longer_up_to_what_its_queue_allows(make: Make) -> None:
    """And what was saved in it is what the ledger has once it is over."""
    workspace = await make(staffed(wrap_up_s=30, most_wrap_up_s=100))
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        assert slug(await ann.do("wrap_up.more_time", assignment_id=assignment)) == "assignment_gone"
        assert slug(await bob.do("contact.end", contact_id=contact)) == "assignment_gone"
        assert (await ann.do("contact.end", contact_id=contact, why="all said"))["state"] == "wrapping_up"
        first = (await ann.expect("contact.updated", event="wrapping_up"))["wrap_up_ends_at"]
        longer = await ann.do("wrap_up.more_time", assignment_id=assignment)
        assert longer["wrap_up_ends_at"] > first
        assert (await ann.expect("contact.updated", event="wrap_up_extended"))["wrap_up_ends_at"] == longer[
            "wrap_up_ends_at"
        ]
        most = await ann.do("wrap_up.more_time", assignment_id=assignment, s=600)
        assert most["wrap_up_ends_at"] > longer["wrap_up_ends_at"]
        assert slug(await ann.do("wrap_up.more_time", assignment_id=assignment)) == "no_more_time"
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved", notes="first")
        await ann.do("assignment.save", assignment_id=assignment, notes="second")
        assert slug(await bob.do("assignment.save", assignment_id=assignment, notes="mine")) == "assignment_gone"
        await ann.do("wrap_up.done", assignment_id=assignment)
        assert slug(await ann.do("assignment.save", assignment_id=assignment, notes="late")) == "assignment_gone"
    row = await workspace.until_state(contact, "completed")
    assert (row["disposition"], row["notes"]) == ("solved", "second")


async def test_a_call_needs_no_text_and_is_put_through_to_the_agents_endpoint(make: Make) -> None:
    """The desk and the journal name it; the contact keeps the call. In writing there is no call."""
    document = staffed()
    document["agents"][0]["endpoint"] = "sip:ann@phones.example"
    workspace = await make(document)
    call = {"from": "+4930901820", "to": "+49800123", "provider_id": "CA-7f3a"}
    async with workspace.desk("ann") as ann:
        contact = (await workspace.post("", channel="voice", call=call))["id"]
        assert (await workspace.contact(contact))["call"] == call
        offer = await ann.expect("offer.created")
        assert offer["contact"]["call"] == call
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        assert (await ann.expect("assignment.started"))["endpoint"] == "sip:ann@phones.example"
    accepted = (await until_event(workspace, contact, "offer.accepted"))[-1]
    assert accepted["data"]["endpoint"] == "sip:ann@phones.example"
    body = {"channel": "voice", "call": {"provider_id": "CA-8"}}
    withheld = await workspace.api.post("/v1/contacts", json=body)
    assert (withheld.status_code, withheld.json()["route"]["queue"]) == (201, "voice")
    written = await workspace.api.post("/v1/contacts", json={**body, "channel": "chat", "text": "hello there"})
    assert written.status_code == 422
    assert written.json()["errors"][0]["where"] == "body.call"


async def test_what_nobody_serves_ends_as_its_customer_left_it(make: Make) -> None:
    """In line and offered: abandoned. Answered by an article that counts unless somebody objects: resolved."""
    workspace = await make(staffed())
    queued = (await workspace.post("a formal complaint"))["id"]
    wrong = await workspace.api.post(f"/v1/contacts/{queued}/end", json={"by": "agent"})
    assert (wrong.status_code, wrong.json()["type"]) == (409, "/problems/wrong_state")
    over = await workspace.api.post(f"/v1/contacts/{queued}/end", json={"by": "adapter", "why": "line broke"})
    assert over.json()["state"] == "abandoned"
    last = (await until_event(workspace, queued, "contact.abandoned"))[-1]
    assert last["data"]["why"] == "line broke"
    answered = await workspace.post("I forgot my password and cannot sign in")
    assert answered["state"] == "automating"
    over = await workspace.api.post(f"/v1/contacts/{answered['id']}/end", json={"by": "customer"})
    expected = "resolved" if answered["route"]["at_limit"] == "resolve" else "abandoned"
    assert over.json()["state"] == expected
    async with workspace.desk("ann") as ann:
        offered = (await workspace.post("a formal complaint about a bill"))["id"]
        offer = await ann.expect("offer.created")
        assert (await workspace.api.post(f"/v1/contacts/{offered}/end")).json()["state"] == "abandoned"
        assert (await ann.expect("offer.revoked"))["offer_id"] == offer["offer_id"]
        parked, assignment = await taken(workspace, ann)
        await ann.do("contact.park", assignment_id=assignment)
        assert (await workspace.api.post(f"/v1/contacts/{parked}/end")).json()["state"] == "completed"
    missing = await workspace.api.post("/v1/contacts/con_none/end")
    assert missing.status_code == 404
    refused = await workspace.api.post(f"/v1/contacts/{parked}/end", json={"by": "nobody"})
    assert refused.status_code == 422
