"""A customer's chat over a real socket: writing, waiting, being answered, and what stays hidden."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from mci_router.access.customer_tokens import CustomerIdentity
from mci_router.api.customer.visit import MOST_UNREAD, UNREAD, Visit
from mci_router.api.parts import Parts
from mci_router.api.sockets.admission import customers
from mci_router.clock import utc_now
from mci_router.errors import TooManyCustomerSockets, TooManySocketsOfCustomer
from mci_router.models import Message
from mci_router.routing.engine.journal import Gap
from mci_router.routing.engine.typing import Typist
from mci_router.settings import Settings
from mci_router.vocabulary import Trust
from tests.support.customers import chat, known_customer, refusal, session_token, site_key, site_token
from tests.support.documents import small
from tests.support.service import TestDesk, Workspace

Make = Callable[..., Awaitable[Workspace]]

COMPLAINT = "a formal complaint, I demand a manager"
SIGN_IN = "I cannot sign in, login does not work"
FRAUD = "someone stole my card, fraud"


async def write(client: TestDesk, text: str, **more: Any) -> dict[str, Any]:
    """Writes a message; the ack's data."""
    return await client.do("message.send", client_id=uuid4().hex, text=text, **more)


async def token_of(workspace: Workspace, sub: str = "crm-42") -> str:
    """A token that the workspace's site has signed."""
    return site_token(await site_key(workspace), sub)


async def test_a_customer_writes_waits_and_is_served(workspace: Workspace) -> None:
    """The message is a contact of the customer; state, place and expected wait are told when they change."""
    async with workspace.desk("ann", available=False) as ann, chat(workspace, await token_of(workspace)) as client:
        said = await write(client, COMPLAINT, context={"product": "app", "screen": "bill", "error_code": "E7"})
        contact = await workspace.contact(said["contact"]["id"])
        assert (contact["channel"], contact["trust"]) == ("chat", "authenticated")
        assert contact["context"] == {"product": "app", "screen": "bill", "error_code": "E7"}
        waiting = await client.expect("contact.updated", state="queued", place=1)
        assert waiting["contact_id"] == contact["id"]
        assert waiting["agent"] is None
        await ann.do("presence.set", state="available")
        offer = await ann.expect("offer.created")
        assert (await write(client, "are you there?"))["contact"]["state"] == "queued"  # nobody has taken it yet
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        assert (await client.expect("contact.updated", state="assigned"))["agent"] is None
        assert await client.do("heartbeat") != {}
        ended = await client.do("conversation.end", contact_id=contact["id"])
        assert ended["contact"]["state"] == "wrapping_up"
        assert (await ann.expect("contact.updated", state="wrapping_up"))["contact_id"] == contact["id"]


async def test_a_message_is_one_however_often_it_is_sent(workspace: Workspace) -> None:
    """The same `client_id` again, from another tab too, has the same answer; with other words it is refused."""
    token = await token_of(workspace)
    async with chat(workspace, token) as first, chat(workspace, token) as second:
        said = {"client_id": "m1", "text": "my bill is wrong"}
        one = await first.do("message.send", **said)
        again, other = await first.do("message.send", **said), await second.do("message.send", **said)
        assert one["message"]["id"] == again["message"]["id"] == other["message"]["id"]
        assert one["contact"]["new"] is True
        assert again["contact"]["id"] == one["contact"]["id"]
        problem = (await first.do("message.send", client_id="m1", text="something else"))["problem"]
        assert problem["type"] == "/problems/message_key_reused"
        window = await first.do("messages.read", case_id=one["contact"]["case_id"])
        assert [message["text"] for message in window["items"]] == ["my bill is wrong"]


async def test_a_second_message_joins_the_open_chat_and_both_tabs_hear_it(workspace: Workspace) -> None:
    """Two tabs that write their first words at once begin one conversation; each hears every message once, in order."""
    token = await token_of(workspace)
    async with chat(workspace, token) as first, chat(workspace, token) as second:
        one, two = await asyncio.gather(write(first, COMPLAINT), write(second, "order 4711"))
        assert one["contact"]["id"] == two["contact"]["id"]
        assert sorted([one["contact"]["new"], two["contact"]["new"]]) == [False, True]
        three = await write(first, "and one more thing")
        for client in (first, second):
            seqs = [(await client.expect("message.created"))["message"]["seq"] for _ in range(3)]
            assert seqs == sorted(seqs)
            assert await client.silent("message.created")
        window = await second.do("messages.read", case_id=three["contact"]["case_id"])
        assert [message["id"] for message in window["items"]][-1] == three["message"]["id"]


async def test_something_new_begins_a_conversation_beside_the_open_one(workspace: Workspace) -> None:
    """Each goes on by its contact; what is said in a contact cannot begin another."""
    async with chat(workspace, await token_of(workspace)) as client:
        first = (await write(client, COMPLAINT))["contact"]
        other = (await write(client, SIGN_IN, new=True))["contact"]
        assert other["new"]
        assert {other["id"], other["case_id"]}.isdisjoint({first["id"], first["case_id"]})
        assert (await write(client, "and a complaint", contact_id=first["id"]))["contact"]["id"] == first["id"]
        assert (await write(client, "still not", contact_id=other["id"]))["contact"]["id"] == other["id"]
        refused = await client.do("message.send", client_id="c", text="hi", new=True, contact_id=first["id"])
        assert "begins nothing" in str(refused["problem"])


async def test_agents_words_come_and_notes_never(workspace: Workspace) -> None:
    """Customer and service write in turn; a note reaches nobody here, neither by push, by reading nor by resume."""
    token = await token_of(workspace)
    async with chat(workspace, token) as client:
        said = await write(client, COMPLAINT)
        contact, case = said["contact"]["id"], said["contact"]["case_id"]
        path = f"/v1/contacts/{contact}/messages"
        canary = f"canary-{uuid4().hex}"
        for kind, text in (("note", f"{canary} one"), ("agent", "good morning"), ("note", f"{canary} two")):
            sent = await workspace.api.post(path, json={"kind": kind, "text": text, "author": "Ann Smith"})
            assert sent.status_code == 201, sent.text
        heard = await client.expect("message.created", contact_id=contact)
        while heard["message"]["kind"] != "agent":
            heard = await client.expect("message.created", contact_id=contact)
        assert (heard["message"]["text"], heard["message"]["author"]) == ("good morning", None)
        bot = {"kind": "bot", "text": "I am a bot", "ai": {"name": "Helper", "version": "7"}}
        assert (await workspace.api.post(path, json=bot)).status_code == 201
        assert (await client.expect("message.created"))["message"]["ai"] == {"name": "Helper"}
        window = await client.do("messages.read", case_id=case)
        assert [message["kind"] for message in window["items"]] == ["customer", "agent", "bot"]
        assert "to_agent" not in window["items"][0]
        seen = json.dumps([window, client.unread, client.hello])
    async with chat(workspace, token, resume=f"{case}:0") as client:
        frames = [await client.expect("message.created") for _ in range(3)]
        assert await client.silent("message.created")
        assert canary not in seen + json.dumps([frames, client.hello])


async def test_a_customer_who_was_away_gets_exactly_what_was_missed(workspace: Workspace) -> None:
    """By `?resume=` and by the frame, in order; of another customer's case nothing, whatever is asked."""
    key = await site_key(workspace)
    mine, other = site_token(key, "crm-1"), site_token(key, "crm-2")
    async with chat(workspace, other) as client:
        secret = await write(client, "the words of somebody else")
    async with chat(workspace, mine) as client:
        said = await write(client, COMPLAINT)
    contact, case = said["contact"]["id"], said["contact"]["case_id"]
    texts = [f"answer {number}" for number in range(5)]
    for text in texts:
        answer = await workspace.api.post(f"/v1/contacts/{contact}/messages", json={"kind": "agent", "text": text})
        assert answer.status_code == 201
    marks = f"{case}:{said['message']['seq']},{secret['contact']['case_id']}:0"
    async with chat(workspace, mine, resume=marks) as client:
        assert client.hello["resumed"] is True
        missed = [(await client.expect("message.created"))["message"]["text"] for _ in texts]
        assert missed == texts
        assert await client.do("resume", cases={case: said["message"]["seq"] + 3}) == {"missed": 2}
        again = [(await client.expect("message.created"))["message"]["text"] for _ in range(2)]
        assert again == texts[3:]
        assert await client.do("resume", cases={secret["contact"]["case_id"]: 0}) == {"missed": 0}
        assert await client.silent("message.created")
    for bad in ("abc", f"{case}:x", f"{case}:1:2", f"{case}:{'9' * 20}", "cas_:1,"):
        assert (await refusal(workspace, mine, resume=bad))["status"] == 422, bad


async def test_another_customers_contacts_and_cases_are_not_found(workspace: Workspace) -> None:
    """Whatever frame names them: to write, to read, to judge, to consent, to end, to type."""
    key = await site_key(workspace)
    async with chat(workspace, site_token(key, "crm-2")) as client:
        theirs = await write(client, SIGN_IN)
    contact, case = theirs["contact"]["id"], theirs["contact"]["case_id"]
    async with chat(workspace, site_token(key, "crm-1")) as client:
        for kind, data in (
            ("message.send", {"client_id": "x", "text": "hello", "contact_id": contact}),
            ("messages.read", {"case_id": case}),
            ("message.read", {"case_id": case, "up_to_seq": 1}),
            ("typing", {"contact_id": contact}),
            ("answer.helped", {"contact_id": contact}),
            ("answer.not_helped", {"contact_id": contact}),
            ("person.please", {"contact_id": contact}),
            ("consent", {"contact_id": contact, "agreed": True}),
            ("conversation.end", {"contact_id": contact}),
        ):
            answer = await client.do(kind, **data)
            assert answer["problem"]["type"] == "/problems/not_found", kind
    assert (await workspace.contact(contact))["state"] == "automating"


async def test_an_answer_is_judged(workspace: Workspace) -> None:
    """It is told with the first message; helped, it is over; not helped, the contact climbs; a person is a person."""
    async with chat(workspace, await token_of(workspace)) as client:
        said = await write(client, SIGN_IN)
        contact = said["contact"]["id"]
        answer = await client.expect("answer", contact_id=contact)
        assert answer["asks"] == "helped"
        assert "password" in answer["article"]["body"]
        rung = answer["rung"]
        await client.do("answer.not_helped", contact_id=contact, rung=rung)
        await client.do("answer.not_helped", contact_id=contact, rung=rung)
        assert (await workspace.contact(contact))["rung"] == rung + 1
        person = await client.do("person.please", contact_id=contact)
        assert person["contact"]["state"] == "queued"
        again = await client.do("person.please", contact_id=contact)
        assert again["contact"]["state"] == "queued"
        ended = await client.do("conversation.end", contact_id=contact)
        assert ended["contact"]["state"] == "abandoned"
        second = await write(client, SIGN_IN)
        assert second["contact"]["id"] != contact
        helped = await client.do("answer.helped", contact_id=second["contact"]["id"])
        assert helped["contact"]["state"] == "resolved"


async def test_what_is_sensitive_is_not_told_back(workspace: Workspace) -> None:
    """Neither title nor reason nor answer: who looks over the customer's shoulder learns nothing."""
    token = await token_of(workspace)
    async with chat(workspace, token) as client:
        said = await write(client, FRAUD)
        assert said["contact"]["title"] is None
        assert (await workspace.contact(said["contact"]["id"]))["sensitive"]
    async with chat(workspace, token) as client:
        (case,) = client.hello["cases"]
        assert case["title"] is None
        told = json.dumps([said["contact"], client.hello]).lower()
        assert "fraud" not in told
        assert "sensitive" not in told
    plain = site_token(await site_key(workspace), "crm-9")
    async with chat(workspace, plain) as client:
        assert (await write(client, COMPLAINT))["contact"]["title"] == "Complaint"


async def test_card_numbers_are_masked_before_anybody_reads_them(workspace: Workspace) -> None:
    """Also for the customer, who gets the message as it is kept."""
    async with chat(workspace, await token_of(workspace)) as client:
        said = await write(client, f"{COMPLAINT}, my card is 4111 1111 1111 1111")
        assert "4111" not in said["message"]["text"]
        second = await write(client, "or was it 5500 0000 0000 0004?")
        assert "5500" not in second["message"]["text"]


@pytest.mark.parametrize(("shown", "name"), [(True, "Ann"), (False, None)])
async def test_agents_first_names_are_shown_only_where_the_workspace_says_so(
    make: Make, shown: bool, name: str | None
) -> None:
    """The first word of the title; by default nobody's."""
    document = small()
    document["workspace"] |= {"show_agent_names": shown} if shown else {}
    document["agents"][0]["title"] = "Ann Smith (second line)"
    workspace = await make(document)
    async with workspace.desk("ann") as ann, chat(workspace, await token_of(workspace)) as client:
        said = await write(client, COMPLAINT)
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        assert (await client.expect("contact.updated", state="assigned"))["agent"] == name
        path = f"/v1/contacts/{said['contact']['id']}/messages"
        for author in ("ann", "internal integration"):
            await workspace.api.post(path, json={"kind": "agent", "text": "hello", "author": author})
        heard = [await client.expect("message.created") for _ in range(3)]
        assert [one["message"]["author"] for one in heard] == [None, name, None]


async def test_what_begins_on_another_channel_is_seen_here(workspace: Workspace) -> None:
    """A mail of the same customer shows up with its text while the socket is open, and can be answered from here."""
    customer = await known_customer(workspace)
    async with chat(workspace, await session_token(workspace, customer)) as client:
        mail = await workspace.post(COMPLAINT + " again", channel="email", customer={"id": customer})
        seen = await client.expect("contact.updated", contact_id=mail["id"])
        assert seen["channel"] == "email"
        assert (await client.expect("message.created", contact_id=mail["id"]))["message"]["text"].endswith("again")
        said = await write(client, "I write from the page now", contact_id=mail["id"])
        assert said["contact"]["id"] == mail["id"]
        assert said["message"]["channel"] == "email"


async def test_a_bad_frame_is_answered_and_the_socket_stays(workspace: Workspace) -> None:
    """No JSON, no frame, an unknown field, a text too long, a nul byte, another protocol's frame."""
    async with chat(workspace, await token_of(workspace)) as client:
        for bad in ("{", "[]", '{"type": "message.send", "id": "1"}', "x" * 70_000, '{"type": "offer.accept"}'):
            await client.socket.send(bad)
            assert (await client.expect("error"))["problem"]["type"] == "/problems/invalid_frame"
        await client.socket.send(b"\x00\x01")
        await client.expect("error")
        for data in (
            {"client_id": "1", "text": "x" * 8_001},
            {"client_id": "", "text": "x"},
            {"client_id": "1", "text": " "},
        ):
            assert (await client.do("message.send", **data))["problem"]["type"] == "/problems/invalid_frame"
        assert (await client.do("message.send", client_id="1", text="a", author="ann"))["problem"]
        assert "\x00" not in (await write(client, f"{COMPLAINT} \x00 now"))["message"]["text"]


async def test_read_marks_only_move_on(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """And never beyond the last message. The other tab hears of it, and of the agent's, whose name is not told."""
    token = await token_of(workspace)
    async with chat(workspace, token) as client, chat(workspace, token) as tab:
        said = await write(client, COMPLAINT)
        case, seq = said["contact"]["case_id"], said["message"]["seq"]
        assert await client.do("message.read", case_id=case, up_to_seq=seq + 50) == {"case_id": case, "up_to_seq": seq}
        assert (await client.do("message.read", case_id=case, up_to_seq=0))["up_to_seq"] == seq
        window = await client.do("messages.read")
        assert window["read_up_to"] == {"customer": seq, "agent": 0}
        assert (await tab.expect("message.read"))["party"] == "customer"
        assert await service[1].read_marks.mark(workspace.id, case, "agent:ann", seq) == seq
        assert await tab.expect("message.read") == {"case_id": case, "party": "agent", "up_to_seq": seq}
        assert (await client.do("messages.read", case_id=case))["read_up_to"]["agent"] == seq


async def test_typing_is_told_and_forgotten(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """The agent's comes to the customer without a name; the customer's goes to those who listen."""
    engine = service[1].engine
    async with chat(workspace, await token_of(workspace)) as client, engine.typing(workspace.id) as typists:
        contact = (await write(client, COMPLAINT))["contact"]["id"]
        await client.do("typing", contact_id=contact)
        heard = await anext(typists)
        assert (heard.contact, heard.who, heard.name) == (contact, "customer", None)
        await engine.types(workspace.id, Typist(contact, "agent", heard.until, "ann"))
        told = await client.expect("typing", contact_id=contact)
        assert set(told) == {"contact_id", "case_id", "until"}


async def test_a_flood_of_one_customer_does_not_starve_another(workspace: Workspace) -> None:
    """Over two sockets it is read at one pace; meanwhile somebody else is answered at once; nothing is lost."""
    key = await site_key(workspace)
    flood, calm = site_token(key, "crm-1"), site_token(key, "crm-2")
    async with chat(workspace, flood) as first, chat(workspace, flood) as second, chat(workspace, calm) as other:
        for number in range(40):
            for client in (first, second):
                await client.socket.send(json.dumps({"type": "heartbeat", "id": f"h{number}", "data": {}}))
        for _ in range(3):
            async with asyncio.timeout(5):  # the flood takes ten seconds
                assert await other.do("heartbeat")
        last = [asyncio.create_task(client.expect("ack")) for client in (first, second)]
        await asyncio.gather(*last)
        for client in (first, second):
            client.socket.transport.abort()  # else its end is read when all of its flood is, seconds later


async def test_sockets_of_a_customer_and_of_a_workspace_are_bounded(settings: Settings) -> None:
    """429 for a customer whose client runs wild, 503 for a workspace, and for the process, that is full."""
    few = {"customer_sockets_most": 3, "customer_sockets_of_workspace": 2, "customer_sockets_per_customer": 1}
    admission = customers(settings.model_copy(update=few))

    def who(workspace: str, customer: str) -> CustomerIdentity:
        return CustomerIdentity(workspace, customer, "cky_1", Trust.AUTHENTICATED, utc_now())

    with admission.socket(who("wsp_1", "cus_1")), pytest.raises(TooManySocketsOfCustomer) as wild:
        admission.socket(who("wsp_1", "cus_1")).__enter__()
    with admission.socket(who("wsp_1", "cus_1")), admission.socket(who("wsp_1", "cus_2")):
        with pytest.raises(TooManyCustomerSockets) as full, admission.socket(who("wsp_1", "cus_3")):
            pass
        with (
            admission.socket(who("wsp_2", "cus_4")),
            pytest.raises(TooManyCustomerSockets) as all_full,
            admission.socket(who("wsp_3", "cus_5")),
        ):
            pass
    assert (wild.value.status, full.value.status, all_full.value.status) == (429, 503, 503)
    assert "OF_WORKSPACE" in full.value.detail
    assert admission.count == 0


async def test_a_customer_agrees_to_a_post_or_not(workspace: Workspace) -> None:
    """The draft is shown, and what is answered is done; the time to answer is told."""
    key = await site_key(workspace)
    for agreed, sub in ((True, "crm-1"), (False, "crm-2")):
        async with chat(workspace, site_token(key, sub)) as client:
            said = await write(client, "how do I set up my voicemail")
            ask = await client.expect("ask", contact_id=said["contact"]["id"])
            assert "voicemail" in ask["draft"]["body"]
            done = await client.do("consent", contact_id=said["contact"]["id"], agreed=agreed)
            assert (done["contact"]["state"] == "posted") is agreed


async def test_an_incident_answers_and_goes_on(workspace: Workspace) -> None:
    """It is told at once, and in hello; what comes of it is told, too."""
    incident = {"title": "Login is down", "topics": ["sign_in"], "status": {"en": "we work on it"}}
    made = (await workspace.api.post("/v1/incidents", json=incident)).json()
    assert (await workspace.api.post(f"/v1/incidents/{made['id']}/declare")).status_code == 200
    token = await token_of(workspace)
    known = {"id": made["id"], "title": "Login is down", "status": "we work on it"}
    async with chat(workspace, token) as client:
        await write(client, SIGN_IN)
        assert (await client.expect("incident.updated"))["incident"] == known
    async with chat(workspace, token) as client:
        assert client.hello["incident"] == known
        news = {"status": {"en": "back at eleven"}}
        assert (await workspace.api.post(f"/v1/incidents/{made['id']}/updates", json=news)).status_code < 300
        told = await client.expect("incident.updated")
        assert (told["kind"], told["status"], told["incident_id"]) == ("status", "back at eleven", made["id"])


async def test_what_becomes_of_a_message_is_told(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """It was edited, redacted, delivered: with the words as they are now, and of nobody else's messages."""
    engine, database = service[1].engine, service[1].database
    async with chat(workspace, await token_of(workspace)) as client:
        said = await write(client, COMPLAINT)
        contact, message = said["contact"], said["message"]
        entry = {"contact": contact["id"], "case": contact["case_id"], "message": message["id"]}
        entry |= {"customer": client.hello["customer"], "message_seq": message["seq"]}
        for change, text, redacted in (("edited", "new words", None), ("redacted", "", utc_now())):
            async with database.transaction() as session:
                wanted = update(Message).where(Message.id == message["id"], Message.workspace_id == workspace.id)
                done = (
                    {"redacted_at": redacted, "redacted_by": "key:boss", "redacted_why": "secret"} if redacted else {}
                )
                await session.execute(wanted.values(text=text, revision=Message.revision + 1, **done))
            await engine.message_changed(workspace.id, [{**entry, "type": f"message.{change}"}])
            told = (await client.expect("message.updated"))["message"]
            assert (told["id"], told["text"], bool(told["redacted"])) == (message["id"], text, redacted is not None)
            assert "boss" not in json.dumps(told)
        await engine.message_changed(workspace.id, [{**entry, "type": "message.delivery", "delivery": "delivered"}])
        assert (await client.expect("message.delivery"))["state"] == "delivered"
        await engine.message_changed(workspace.id, [{**entry, "customer": "cus_other", "type": "message.edited"}])
        assert await client.silent("message.updated")


async def test_after_a_gap_in_the_journal_all_is_looked_up(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """What was not heard is told all the same: messages by their numbers, contacts as they are."""
    parts = service[1]
    async with chat(workspace, await token_of(workspace)) as client:
        said = await write(client, SIGN_IN)
        await client.expect("message.created")
        (queue,) = parts.feed._queues[workspace.id][f"customer:{client.hello['customer']}"]
        parts.feed._queues[workspace.id][f"customer:{client.hello['customer']}"].clear()
        parts.feed._queues[workspace.id].pop(f"contact:{said['contact']['id']}")
        path = f"/v1/contacts/{said['contact']['id']}"
        assert (await workspace.api.post(f"{path}/messages", json={"kind": "bot", "text": "hm"})).status_code == 201
        assert (await workspace.api.post(f"{path}/unresolved")).status_code == 200
        queue.put_nowait(Gap())
        assert (await client.expect("message.created"))["message"]["text"] == "hm"
        assert await client.expect("contact.updated", contact_id=said["contact"]["id"])


async def test_a_client_that_does_not_read_costs_a_bounded_amount() -> None:
    """Once too much waits for it, its socket is closed with 1013, and it comes again; frames go in order before."""
    sent: list[Any] = []

    async def send(frame: Any) -> None:
        sent.append(frame)

    visit = Visit(CustomerIdentity("wsp_1", "cus_1", "cky_1", Trust.AUTHENTICATED, utc_now()), send)
    visit.tell("first", {})
    visit.tell("second", {})
    visit.close(4401, "over")
    assert await visit.forward() == (4401, "over")
    for number in range(2 * MOST_UNREAD):
        visit.tell("many", {"n": number})
    assert visit.waiting <= MOST_UNREAD
    assert await visit.forward() == UNREAD
