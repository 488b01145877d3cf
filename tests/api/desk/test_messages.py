"""Messages at the desk: an agent reads and writes where it serves, hears what is said, and misses nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mci_router.clock import to_ms, utc_now
from mci_router.routing.engine.typing import Typist
from tests.api.test_messages import say, window
from tests.support.conversations import COMPLAINT, accepted, slug, staffed, taken
from tests.support.service import TestDesk, Workspace

Make = Callable[..., Awaitable[Workspace]]


def texts(items: list[dict[str, Any]]) -> list[str]:
    return [item["text"] for item in items]


async def sent(desk: TestDesk, contact: str, text: str, key: str, **more: Any) -> dict[str, Any]:
    """A message that the agent has written."""
    ack = await desk.do(
        "message.send", **{"contact_id": contact, "client_id": key, "kind": "agent", "text": text, **more}
    )
    found: dict[str, Any] = ack["message"]
    return found


async def test_an_agent_and_a_customer_talk(make: Make) -> None:
    """What either says is in the case in its order, and at the desk as a frame; a second send of one id is the first."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        case = (await workspace.contact(contact))["case_id"]
        first = await sent(ann, contact, "Hello, my card is 4111 1111 1111 1111", "k1")
        assert (first["author"], first["kind"], first["seq"]) == ("ann", "agent", 2)
        assert "4111" not in first["text"]
        assert (await ann.expect("message.created"))["message"]["id"] == first["id"]
        again = await sent(ann, contact, "Hello, my card is 4111 1111 1111 1111", "k1")
        assert again["id"] == first["id"]
        reused = await ann.do("message.send", contact_id=contact, client_id="k1", kind="agent", text="Something else")
        assert slug(reused) == "message_key_reused"
        await say(workspace, contact, "hello, are you still there?")
        heard = (await ann.expect("message.created", contact_id=contact))["message"]
        assert (heard["kind"], heard["text"]) == ("customer", "hello, are you still there?")
        note = await sent(ann, contact, "knows the law", "k2", kind="note", in_reply_to=heard["id"])
        assert (note["visibility"], note["delivery"]) == ("private", None)
        read = await ann.do("conversation.read", contact_id=contact, after_seq=1, limit=2)
        assert (texts(read["items"]), read["more"], read["last_seq"]) == (
            [first["text"], "hello, are you still there?"],
            True,
            4,
        )
        assert texts((await window(workspace, case))["items"])[-1] == "knows the law"


async def test_the_offer_and_the_assignment_show_the_conversation(make: Make) -> None:
    """With the last 20 messages, and how many of the customer's the agent has not read."""
    workspace = await make(staffed())
    contact = (await workspace.post("a formal complaint, I demand a manager", channel="chat", channel_ref="c-1"))["id"]
    for number in range(21):
        await say(workspace, contact, f"and another thing, number {number}")
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        assert offer["conversation"] == {"last_seq": 22, "unread": 22}
        assert texts(offer["messages"]) == [f"and another thing, number {number}" for number in range(1, 21)]
        assert (await ann.do("conversation.read", contact_id=contact))["items"][0]["seq"] == 1
        assert slug(await ann.do("message.read", contact_id=contact, up_to_seq=5)) == "not_your_contact"
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        assert (await ann.expect("assignment.started"))["conversation"]["unread"] == 22
        mark = await ann.do("message.read", contact_id=contact, up_to_seq=20)
        assert mark["up_to_seq"] == 20
        assert (await ann.expect("message.read", contact_id=contact)) == {
            "contact_id": contact,
            "party": "agent:ann",
            "up_to_seq": 20,
        }
        assert (await ann.do("message.read", contact_id=contact, up_to_seq=3))["up_to_seq"] == 20
        assert (await ann.do("message.read", contact_id=contact, up_to_seq=900))["up_to_seq"] == 22
        assert (await ann.do("conversation.read", contact_id=contact, limit=1))["read_up_to"] == {"agent:ann": 22}


async def test_only_who_has_the_contact_reads_and_writes(make: Make) -> None:
    """Not before it is offered, not after it is gone, not by another agent; a contact that is not there looks the same."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob") as bob:
        contact, assignment = await taken(workspace, ann)
        of_bob = {"contact_id": contact, "client_id": "b", "kind": "note", "text": "let me see"}
        for refused in (
            await bob.do("message.send", **of_bob),
            await bob.do("conversation.read", contact_id=contact),
            await bob.do("message.read", contact_id=contact, up_to_seq=1),
            await bob.do("typing", contact_id=contact),
            await bob.do("conversation.read", contact_id="con_" + "0" * 32),
        ):
            assert slug(refused) == "not_your_contact"
        whisper = await ann.do("message.send", **{**of_bob, "to_agent": "bob"})
        assert slug(whisper) == "unknown_agent"
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        over = await ann.do("message.send", contact_id=contact, client_id="c", kind="agent", text="Goodbye")
        assert slug(over) == "conversation_over"
        assert slug(await ann.do("typing", contact_id=contact)) == "conversation_over"
        await sent(ann, contact, "was friendly in the end", "d", kind="note")
        await ann.do("wrap_up.done", assignment_id=assignment)
        gone = await ann.do("message.send", contact_id=contact, client_id="e", kind="note", text="too late")
        assert slug(gone) == "not_your_contact"
        assert await bob.silent("message.created")


async def test_a_desk_that_was_away_gets_what_was_said(make: Make) -> None:
    """It resumes by its number; what is said of a contact that has moved on meanwhile is not shown any more."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        kept, _ = await taken(workspace, ann)
        moved, _ = await taken(workspace, ann)
        last = ann.last_seq
    for number in range(3):
        await say(workspace, kept, f"are you there? {number}")
    await say(workspace, moved, "I have another question")
    transfer = {"queue": "tech_desk", "reason": "for them"}
    answer = await workspace.api.post(f"/v1/contacts/{moved}/transfer", json=transfer)
    assert answer.status_code == 200, answer.text
    async with workspace.desk("ann", resume=last, available=False) as ann:
        assert ann.hello["resumed"]
        heard = [(await ann.expect("message.created"))["message"] for _ in range(3)]
        assert texts(heard) == [f"are you there? {number}" for number in range(3)]
        await ann.expect("contact.updated", contact_id=moved, assignment_ended=True)
        assert not [frame for frame in ann.unread if frame["data"].get("contact_id") == moved]
    async with workspace.desk("ann", available=False) as fresh:
        started = await fresh.expect("assignment.started")
        assert texts(started["messages"])[-1] == "are you there? 2"


async def test_typing_is_seen_and_not_kept(make: Make) -> None:
    """A customer's shows at the desk of who serves it, an agent's own does not."""
    workspace = await make(staffed())
    assert workspace.engine
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        assert (await ann.do("typing", contact_id=contact))["contact_id"] == contact
        await workspace.engine.types(workspace.id, Typist(contact, "customer", to_ms(utc_now()) + 6000))
        seen = await ann.expect("typing")
        assert (seen["contact_id"], seen["who"], seen["name"]) == (contact, "customer", None)
        assert not [frame for frame in ann.unread if frame["type"] == "typing"]
        assert not [event for event in await workspace.events(contact) if "typing" in event["type"]]


async def test_late_turns(make: Make) -> None:
    """Once a conversation is over, nobody types in it, and neither side says more; what was said can be put right, and a
    key that writes messages adds what was said in time.
    """
    workspace = await make(staffed())
    assert workspace.engine
    path, now = "/v1/contacts/{}/messages", to_ms(utc_now())
    async with workspace.desk("ann") as ann:
        chat = {"channel": "chat", "channel_ref": "s-8", "customer": {"external_id": "u8"}}
        first = await workspace.api.post("/v1/messages", json={**chat, "text": COMPLAINT})
        contact = first.json()["contact"]["id"]
        await accepted(ann, contact)
        said = await sent(ann, contact, "I have sent it to you", "a")
        await ann.do("contact.end", contact_id=contact)
        assert (await workspace.contact(contact))["state"] == "wrapping_up"
        await workspace.engine.types(workspace.id, Typist(contact, "customer", now + 6000))
        late = await workspace.api.post(path.format(contact), json={"text": "one more thing"})
        assert (late.status_code, late.json()["type"]) == (409, "/problems/conversation_over")
        elsewhere = await workspace.api.post("/v1/messages", json={**chat, "text": "one more thing"})
        following = elsewhere.json()["contact"]
        assert (following["new"], following["case_id"]) == (True, first.json()["contact"]["case_id"])
        again = await sent(ann, contact, "I have sent it to you", "a")
        assert again["id"] == said["id"]
        edited = await ann.do("message.edit", message_id=said["id"], text="I have sent it by mail")
        assert edited["message"]["revision"] == 1
        spoken = {"kind": "agent", "author": "ann", "text": "Goodbye"}
        assert (await workspace.api.post(path.format(contact), json=spoken)).status_code == 201
        assert (await ann.expect("message.created", contact_id=contact))["message"]["text"]
        assert await ann.silent("typing")


async def test_words_of_a_sensitive_contact_stay_with_those_who_may(make: Make) -> None:
    """Another contact of the same case shows nothing of them to an agent who lacks what they want."""
    workspace = await make(staffed())
    customer = {"customer": {"external_id": "u7"}, "channel_ref": "s-7"}
    secret = await workspace.post("someone stole my card and bought things", topic="card_fraud", **customer)
    await workspace.api.post(f"/v1/contacts/{secret['id']}/resolve")
    await workspace.projected()
    later = await workspace.post("a formal complaint, I demand a manager", **customer)
    assert later["case_id"] == secret["case_id"]
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        assert texts(offer["messages"]) == ["a formal complaint, I demand a manager"]
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        read = await ann.do("conversation.read", contact_id=later["id"])
        assert texts(read["items"]) == ["a formal complaint, I demand a manager"]


async def test_what_two_desks_send_with_one_id_is_one_message(make: Make) -> None:
    """The desk that was taken over had sent it already."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as old:
        contact, _ = await taken(workspace, old)
        async with workspace.desk("ann") as ann:
            both = await asyncio.gather(
                *(sent(desk, contact, "We look into it", "same") for desk in (ann, ann, ann)), return_exceptions=True
            )
            assert len({one["id"] for one in both if isinstance(one, dict)}) == 1
            case = (await workspace.contact(contact))["case_id"]
            assert texts((await window(workspace, case))["items"]).count("We look into it") == 1


async def test_two_desks_that_send_one_message_have_sent_one(make: Make) -> None:
    """At the same moment, over several connections, and from the desk that takes the first one's place."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob") as bob:
        contact, _ = await taken(workspace, ann)
        case = (await workspace.contact(contact))["case_id"]
        path, body = f"/v1/contacts/{contact}/messages", {"kind": "agent", "author": "ann", "text": "Hello"}
        answers = await asyncio.gather(
            *(workspace.api.post(path, json={**body, "client_id": f"k{number % 2}"}) for number in range(12))
        )
        assert sorted(answer.status_code for answer in answers) == [200] * 10 + [201] * 2
        assert len({answer.json()["message"]["id"] for answer in answers}) == 2
        first = await sent(ann, contact, "One moment", "k0")  # an agent's keys are its own
        async with workspace.desk("ann") as second:
            again = await sent(second, contact, "One moment", "k0")
            assert (again["id"], again["seq"]) == (first["id"], first["seq"])
            mine = {"contact_id": contact, "client_id": "k0", "kind": "note", "text": "One moment"}
            assert slug(await bob.do("message.send", **mine)) == "not_your_contact"
        found = await window(workspace, case)
        assert texts(found["items"])[1:] == ["Hello", "Hello", "One moment"]
        assert [item["seq"] for item in found["items"]] == sorted(item["seq"] for item in found["items"])
