"""Messages: what is said in a conversation, in its order, once; and what follows from what a customer says later."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mci_router.api.schemas.messages import MessageSpoken
from tests.support.conversations import staffed, taken
from tests.support.files import upload
from tests.support.outbound import adapter, chat
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
CHAT = {"channel": "chat", "channel_ref": "session-1", "customer": {"external_id": "u1"}}


async def say(workspace: Workspace, contact: str, text: str, status: int = 201, **more: Any) -> dict[str, Any]:
    """Writes into a contact's conversation."""
    answer = await workspace.api.post(f"/v1/contacts/{contact}/messages", json={"text": text, **more})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def window(workspace: Workspace, case: str, **query: Any) -> dict[str, Any]:
    answer = await workspace.api.get(f"/v1/cases/{case}/messages", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def texts(found: dict[str, Any]) -> list[str]:
    return [f"{item['kind']}: {item['text']}" for item in found["items"]]


async def test_a_conversation_is_one_stream_of_its_case(make: Make) -> None:
    """What the contact came with is the first message; the others follow in their order; secrets are masked."""
    workspace = await make(staffed())
    contact = await workspace.post("I want to complain", **CHAT)
    case = contact["case_id"]
    second = await say(workspace, contact["id"], "my card is 4111 1111 1111 1111", channel_message_id="m2")
    assert second["message"]["seq"] == 2
    await say(workspace, contact["id"], "We look into it", kind="agent", author="ann")
    await say(workspace, contact["id"], "calm him down", kind="note", author="ann")
    found = await window(workspace, case)
    assert texts(found)[0] == "customer: I want to complain"
    assert "4111 1" not in str(found)
    assert texts(found)[2:] == ["agent: We look into it", "note: calm him down"]
    assert (found["last_seq"], found["more"]) == (4, False)
    page = await window(workspace, case, after_seq=1, limit=2)
    assert ([item["seq"] for item in page["items"]], page["more"]) == ([2, 3], True)
    page = await window(workspace, case, before_seq=4, limit=2)
    assert ([item["seq"] for item in page["items"]], page["more"]) == ([2, 3], True)
    again = await say(workspace, contact["id"], "my card is 4111 1111 1111 1111", 200, channel_message_id="m2")
    assert again["message"]["id"] == second["message"]["id"]
    other = await say(workspace, contact["id"], "something else", 422, channel_message_id="m2")
    assert other["type"] == "/problems/message_key_reused"
    assert (await window(workspace, case))["last_seq"] == 4


async def test_the_answer_to_a_message_is_as_it_is_described(make: Make) -> None:
    """The hot route writes it without the model that describes it: whatever was said, to the last member."""
    workspace = await make(staffed())
    await adapter(workspace, capabilities={"html": True})
    contact = (await chat(workspace))["id"]
    file = await upload(workspace, b"broken since Monday", "note.txt", "text/plain")
    machine = {"name": "helper", "version": "2", "disclosed": True}
    answers = [
        await say(workspace, contact, "hello?", channel_message_id="m1"),
        await say(workspace, contact, "hello?", 200, channel_message_id="m1"),
        await say(workspace, contact, "", attachments=[{"id": file["id"]}]),
        await say(workspace, contact, "We look into it", kind="bot", ai=machine, html="<b>We look into it</b>"),
        await say(workspace, contact, "calm him down", kind="note", author="ann"),
    ]
    assert [answer["message"]["delivery"] and answer["message"]["delivery"]["state"] for answer in answers] == [
        *(None, None, None, "queued", None)
    ]
    for answer in answers:
        assert MessageSpoken.model_validate(answer).model_dump(mode="json") == answer


async def test_a_chat_of_five_messages_is_one_contact(make: Make) -> None:
    """By the channel's reference, at either door; once it has ended a new contact follows in the same case."""
    workspace = await make(staffed())
    first = await workspace.post("hello", **CHAT)
    for number, text in enumerate(("my order is late", "it was due on Monday", "hello?")):
        joined = await workspace.post(text, **CHAT)
        assert (joined["id"], joined["case_id"], joined["joined"]) == (first["id"], first["case_id"], True), number
    body = {**CHAT, "text": "order 4711", "channel_message_id": "c-5"}
    answer = (await workspace.api.post("/v1/messages", json=body)).json()
    assert (answer["contact"]["id"], answer["contact"]["new"]) == (first["id"], False)
    repeated = await workspace.api.post("/v1/messages", json=body)
    assert (repeated.status_code, repeated.json()["message"]["seq"]) == (200, 5)
    assert len((await workspace.api.get("/v1/contacts")).json()["items"]) == 1
    await workspace.api.post(f"/v1/contacts/{first['id']}/resolve")
    after = await workspace.api.post(f"/v1/contacts/{first['id']}/messages", json={"text": "one more thing"})
    assert after.json()["type"] == "/problems/conversation_over"
    later = (await workspace.api.post("/v1/messages", json={**CHAT, "text": "one more thing"})).json()
    assert later["contact"]["new"]
    assert later["contact"]["previous_contact"] == first["id"]
    assert later["contact"]["case_id"] == first["case_id"]
    assert later["message"]["seq"] == 6
    stranger = await workspace.post("hello", **{**CHAT, "customer": {"external_id": "u2"}})
    assert stranger["case_id"] != first["case_id"]


async def test_of_one_message_that_comes_several_times_at_once_one_is_new(make: Make) -> None:
    """The first of a conversation, and a later one: 201 for one of them, and for the others 200, with the same message."""
    workspace = await make(staffed())
    for number, text in enumerate(("hello", "my order is late")):
        body = {**CHAT, "text": text, "channel_message_id": f"c-{number}"}
        answers = await asyncio.gather(*(workspace.api.post("/v1/messages", json=body) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
        assert len({answer.json()["message"]["id"] for answer in answers}) == 1


async def test_a_sensitive_turn_takes_the_contact_private(make: Make) -> None:
    """While it waits, and while an agent who may have it serves it."""
    workspace = await make(staffed())
    contact = await workspace.post("where is my parcel", **CHAT)
    assert not contact["triage"]["sensitive"]
    said = await say(workspace, contact["id"], "I want to kill myself, I took all the pills")
    seen = await workspace.contact(contact["id"])
    assert seen["sensitive"], said
    assert seen["state"] == "queued"


async def test_the_desk_hears_of_messages(make: Make) -> None:
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        await say(workspace, contact, "are you there?")

        async def announced() -> bool:
            events = (await workspace.api.get(f"/v1/contacts/{contact}/events")).json()["items"]
            return [event["type"] for event in events].count("message.created") == 1

        await eventually(announced)


async def test_what_is_written_at_first_is_gathered_before_an_offer(make: Make) -> None:
    """Where the queue says so: the agent is offered the chat with all of it, and its wait began when it came."""
    workspace = await make(staffed(gather_s=1))
    async with workspace.desk("ann") as ann:
        contact = await workspace.post("a formal complaint, I demand a manager", **CHAT)
        assert (await workspace.contact(contact["id"]))["state"] == "queued"
        said = await say(workspace, contact["id"], "it is about my bill")
        assert said["contact"]["state"] == "queued"
        offer = await ann.expect("offer.created")
        assert [item["text"] for item in offer["messages"]][1:] == ["it is about my bill"]
        waited = await workspace.contact(contact["id"])
        assert (waited["state"], waited["enqueued_at"]) == ("offered", waited["accepted_at"])
    assert (await workspace.api.patch("/v1/queues/desk", json={"gather_s": 301})).status_code == 422
