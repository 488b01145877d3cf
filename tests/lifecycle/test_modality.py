"""Modality: a conversation that began in public goes to a private chat and back; what is sensitive never comes back."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.conversations import accepted, slug
from tests.support.documents import small
from tests.support.outbound import Reading, adapter, by, key_of, reading, reply, until_delivery
from tests.support.problems import assert_problem
from tests.support.service import Workspace

NAME = "fediverse"
STOLEN = "someone stole my card and bought things"
DIRECT = ("public", "We write to you directly.")


@pytest.fixture
async def workspace(make: Callable[..., Awaitable[Workspace]]) -> Workspace:
    """With an agent who serves the network, too."""
    document = small()
    document["agents"][0]["capacity"]["channels"]["social"] = 3
    return await make(document)


@pytest.fixture
async def key(workspace: Workspace) -> dict[str, Any]:
    """The key of an adapter that carries a social network."""
    await adapter(workspace, NAME, channels=["social"], capabilities={"edit": True})
    return await key_of(workspace, "contacts:write", "messages:deliver", adapter=NAME, trust="authenticated")


@pytest.fixture
async def stream(workspace: Workspace, key: dict[str, Any]) -> AsyncIterator[Reading]:
    async with reading(workspace, key, NAME) as found:
        yield found


async def writes(workspace: Workspace, key: dict[str, Any], said: str, **more: Any) -> dict[str, Any]:
    """What Kim writes in a thread, in public unless the test says otherwise."""
    kim = {"external_id": "@kim@example.social", "trust": "authenticated"}
    body = {"channel": "social", "channel_ref": "thread-1", "visibility": "public", "customer": kim, "text": said}
    answer = await workspace.api.post("/v1/messages", json={**body, **more}, headers=by(key))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return {"id": found["contact"]["id"], "case_id": found["contact"]["case_id"], "message": found["message"]}


async def goes(workspace: Workspace, contact: dict[str, Any], to: str, status: int = 200) -> Any:
    """Takes the conversation there."""
    body = {"to": to, "reason": "an order number is needed"}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/modality", json=body)
    assert answer.status_code == status, answer.text
    return answer


async def said(stream: Reading, count: int) -> list[tuple[str, str]]:
    """Where the next messages to the customer are to be said, and what."""
    found = [(await stream.next())[1] for _ in range(count)]
    return [(one["visibility"], one["text"]) for one in found]


async def test_an_agent_takes_a_customer_from_a_public_post_to_a_private_chat_and_back(
    workspace: Workspace, key: dict[str, Any], stream: Reading
) -> None:
    """By one frame of the desk: case, agent and history go along; nothing that was private is public afterwards."""
    async with workspace.desk("ann") as ann:
        contact = await writes(workspace, key, "a formal complaint about my order")
        await accepted(ann, contact["id"])
        at = {"contact_id": contact["id"], "reason": "an order number is needed"}
        await ann.do("message.send", contact_id=contact["id"], client_id="1", kind="agent", text="What happened?")
        assert await said(stream, 1) == [("public", "What happened?")]
        assert (await ann.do("contact.modality", to="one_to_one", **at))["modality"] == "one_to_one"
        await ann.do("message.send", contact_id=contact["id"], client_id="2", kind="agent", text="Your number, please?")
        assert await said(stream, 2) == [DIRECT, ("private", "Your number, please?")]
        told = await writes(workspace, key, "it is 4711-22", visibility="private")
        assert (told["id"], told["message"]["visibility"]) == (contact["id"], "private")
        loud = {"kind": "agent", "text": "4711-22 it is", "visibility": "public", "client_id": "3"}
        assert slug(await ann.do("message.send", contact_id=contact["id"], **loud)) == "stays_private"
        await ann.do("contact.modality", to="many_to_many", **at)
        await ann.do("message.send", contact_id=contact["id"], client_id="4", kind="agent", text="It is on its way.")
        assert await said(stream, 1) == [("public", "It is on its way.")]
        found = await workspace.contact(contact["id"])
        assert (found["case_id"], found["agent"], found["state"]) == (contact["case_id"], "ann", "assigned")
    everything = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert [one["text"] for one in everything if one["visibility"] == "private"] == [
        "Your number, please?",
        "it is 4711-22",
    ]
    trail = (await workspace.api.get("/v1/audit", params={"target": contact["id"]})).json()["items"]
    moves = [one["after"]["modality"] for one in trail if one["action"] == "contact.modality_changed"]
    assert sorted(moves) == ["many_to_many", "one_to_one"]


async def test_what_is_sensitive_is_answered_in_public_only_with_one_text(
    workspace: Workspace, key: dict[str, Any], stream: Reading
) -> None:
    """Once, in the customer's language, before the first answer; the desk cannot say anything else there."""
    contact = await writes(workspace, key, STOLEN, language="de")
    url = f"/v1/contacts/{contact['id']}/messages"
    loud = {"kind": "agent", "author": "fred", "text": "Your card is blocked.", "visibility": "public"}
    for kind in ("agent", "bot", "system"):
        assert_problem(await workspace.api.post(url, json={**loud, "kind": kind}), 409, "stays_private")
    for wording in ("Is it the card that ends in 42?", "It is blocked."):
        await reply(workspace, contact, wording)
    assert await said(stream, 3) == [
        ("public", "Wir schreiben Ihnen direkt."),
        ("private", "Is it the card that ends in 42?"),
        ("private", "It is blocked."),
    ]
    assert_problem(await goes(workspace, contact, "many_to_many", 409), 409, "stays_private")
    assert (await workspace.contact(contact["id"]))["modality"] == "one_to_one"


async def test_what_becomes_sensitive_takes_what_was_on_its_way_along(
    workspace: Workspace, key: dict[str, Any]
) -> None:
    """A public answer that had not left yet is private then, and one that had left is not reworded in public."""
    contact = await writes(workspace, key, "a formal complaint about my order")
    gone = await reply(workspace, contact, "We look into it.")
    async with reading(workspace, key, NAME) as stream:
        assert await said(stream, 1) == [("public", "We look into it.")]
        await workspace.api.post(f"/v1/messages/{gone}/delivery", json={"state": "sent"}, headers=by(key))
        await until_delivery(workspace, gone, "sent")
    await reply(workspace, contact, "Tell us more here.")
    await writes(workspace, key, STOLEN)
    reworded = await workspace.api.patch(f"/v1/messages/{gone}", json={"text": "About your card:"})
    assert_problem(reworded, 409, "stays_private")
    await reply(workspace, contact, "Which card?")
    async with reading(workspace, key, NAME) as stream:
        assert await said(stream, 3) == [("private", "Tell us more here."), DIRECT, ("private", "Which card?")]


async def test_who_goes_on_directly_is_answered_directly(
    workspace: Workspace, key: dict[str, Any], stream: Reading
) -> None:
    """What a customer says in private into a public thread stays private, and so do the answers to it."""
    contact = await writes(workspace, key, "a formal complaint about my order")
    told = await writes(workspace, key, "my number is 4711-22", visibility="private")
    assert (told["id"], told["message"]["visibility"]) == (contact["id"], "private")
    await reply(workspace, contact, "Thank you for 4711-22.")
    assert await said(stream, 2) == [DIRECT, ("private", "Thank you for 4711-22.")]
    again = await writes(workspace, key, "hello? anybody?")
    assert again["message"]["visibility"] == "public"


async def test_what_began_in_private_never_becomes_public(workspace: Workspace, key: dict[str, Any]) -> None:
    """No door takes it there; a private chat is private already."""
    contact = await writes(workspace, key, "a formal complaint", visibility="private")
    assert (await goes(workspace, contact, "one_to_one")).json()["modality"] == "one_to_one"
    assert_problem(await goes(workspace, contact, "many_to_many", 409), 409, "stays_private")
    await workspace.api.post(f"/v1/contacts/{contact['id']}/cancel", json={"reason": "test"})
    await workspace.until_state(contact["id"], "cancelled")
    assert_problem(await goes(workspace, contact, "one_to_one", 409), 409, "wrong_state")
    async with workspace.ledger() as session:
        query = text("SELECT count(*) FROM messages WHERE contact_id = :contact AND visibility = 'public'")
        assert await session.scalar(query, {"contact": contact["id"]}) == 0
