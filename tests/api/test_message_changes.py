"""Messages that are edited or redacted: by those who may, seen by those whom it concerns, with nothing left behind."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from mci_router.intake.masking import CARD_MASK
from tests.api.test_messages import say, window
from tests.support.conversations import slug, staffed, taken
from tests.support.customers import chat as customers_socket
from tests.support.customers import session_token
from tests.support.outbound import by, chat, key_of, posted_to, reply, until_delivery
from tests.support.problems import assert_problem
from tests.support.receiver import Receiver, receiving
from tests.support.service import Workspace, eventually


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


Make = Callable[..., Awaitable[Workspace]]

LEFT = text(
    """
    SELECT (SELECT count(*) FROM messages WHERE text LIKE :word OR html LIKE :word)
      + (SELECT count(*) FROM message_revisions WHERE text LIKE :word)
      + (SELECT count(*) FROM contacts WHERE text LIKE :word)
      + (SELECT count(*) FROM decisions WHERE CAST(triage AS text) LIKE :word)
    """
)


AS_LEFT_BY_A_CRASH = text(
    """
    INSERT INTO untold_changes (workspace_id, message_id, received_at, redacted)
    SELECT workspace_id, id, received_at, false FROM messages WHERE contact_id = :contact
    """
)
MARKS = text("SELECT count(*) FROM untold_changes WHERE workspace_id = :workspace")


async def patch(workspace: Workspace, message: str, said: str, **more: Any) -> httpx.Response:
    return await workspace.api.patch(f"/v1/messages/{message}", json={"text": said}, **more)


async def redact(workspace: Workspace, message: str, **more: Any) -> httpx.Response:
    body = {"why": "names a neighbour, card 4111 1111 1111 1111"}
    return await workspace.api.post(f"/v1/messages/{message}/redact", json=body, **more)


async def left(workspace: Workspace, word: str) -> int:
    """In how many places of the ledger a word stands."""
    async with workspace.ledger() as session:
        return int(await session.scalar(LEFT, {"word": f"%{word}%"}) or 0)


async def told(workspace: Workspace, contact: str, kind: str) -> list[dict[str, Any]]:
    """The journal's entries of a kind, once there are any."""

    async def there() -> list[dict[str, Any]]:
        return [event["data"] for event in await workspace.events(contact) if event["type"] == kind]

    found: list[dict[str, Any]] = await eventually(there)
    return found


async def test_an_edit_is_a_revision_and_a_redaction_keeps_the_shell(make: Make) -> None:
    """Each once, whatever is sent twice; secrets are masked; nothing of the words is left, in no place of the ledger."""
    workspace = await make(staffed())
    contact = await workspace.post("where is my zanzibar parcel", channel="chat")
    first = (await window(workspace, contact["case_id"]))["items"][0]["id"]
    edited = await patch(workspace, first, "where is my zanzibar letter, card 4111 1111 1111 1111")
    assert edited.status_code == 200, edited.text
    assert (edited.json()["revision"], "4111 1" in edited.text) == (1, False)
    assert (await patch(workspace, first, edited.json()["text"])).json()["revision"] == 1
    assert (await workspace.contact(contact["id"]))["text"] == edited.json()["text"]
    (before,) = (await workspace.api.get(f"/v1/messages/{first}/revisions")).json()["items"]
    assert (before["revision"], before["text"]) == (0, "where is my zanzibar parcel")
    reader = by(await key_of(workspace, "contacts:read", "contacts:sensitive"))
    assert (await workspace.api.get(f"/v1/messages/{first}/revisions", headers=reader)).status_code == 200
    assert_problem(await patch(workspace, first, "mine", headers=reader), 403, "scope_missing")
    assert await left(workspace, "zanzibar") > 2
    assert (await told(workspace, contact["id"], "message.edited"))[0]["message"] == first

    shell = await redact(workspace, first)
    assert shell.status_code == 200, shell.text
    message = shell.json()
    assert (message["text"], message["html"], message["seq"], message["revision"]) == ("", None, 1, 1)
    assert message["redacted"]["by"].startswith("key:")
    assert "neighbour" in message["redacted"]["why"]
    assert "4111 1" not in shell.text
    assert (await redact(workspace, first)).json()["redacted"] == message["redacted"]
    assert await left(workspace, "zanzibar") == 0
    assert (await workspace.api.get(f"/v1/messages/{first}/revisions")).json()["items"][0]["text"] == ""
    assert (await window(workspace, contact["case_id"]))["items"][0]["redacted"] == message["redacted"]
    assert len(await told(workspace, contact["id"], "message.redacted")) == 1
    assert_problem(await patch(workspace, first, "mine"), 409, "message_redacted")
    (entry,) = (await workspace.api.get("/v1/audit", params={"action": "message.redacted"})).json()["items"]
    assert (entry["target"], entry["after"]) == (contact["id"], {"message": first})
    assert "4111 1" not in str(entry)
    assert_problem(await patch(workspace, f"msg_{32 * '0'}", "mine"), 404, "not_found")


async def test_only_its_author_edits_a_message(make: Make) -> None:
    """The customer's the adapter of their channel; the agents' a key that writes for them; a supervisor redacts all."""
    workspace = await make(staffed())
    await posted_to(workspace, "http://127.0.0.1:9/", capabilities={"edit": True})
    contact = await chat(workspace)
    customers = (await say(workspace, contact["id"], "hullo"))["message"]["id"]
    agents = await reply(workspace, contact, "hello")
    ours = by(await key_of(workspace, "contacts:write", adapter="widget", trust="authenticated"))
    other = by(await key_of(workspace, "contacts:write"))
    supervisor = by(await key_of(workspace, "contacts:write", "contacts:supervise"))
    assert (await patch(workspace, customers, "hello", headers=ours)).status_code == 200
    for headers in (other, supervisor):
        assert_problem(await patch(workspace, customers, "bye", headers=headers), 403, "not_the_author")
    assert_problem(await redact(workspace, customers, headers=other), 403, "not_the_author")
    for headers in (ours, other):
        assert_problem(await patch(workspace, agents, "bye", headers=headers), 403, "not_the_author")
    assert (await redact(workspace, customers, headers=supervisor)).status_code == 200
    assert (await redact(workspace, agents, headers=supervisor)).status_code == 200


async def test_a_sensitive_message_is_nobodys_who_may_not_see_it(make: Make) -> None:
    workspace = await make(staffed())
    contact = await workspace.post("I want to kill myself, I took all the pills", channel="chat")
    message = (await window(workspace, contact["case_id"]))["items"][0]["id"]
    blind = by(await key_of(workspace, "contacts:write", "contacts:read", "contacts:supervise"))
    revisions = await workspace.api.get(f"/v1/messages/{message}/revisions", headers=blind)
    for answer in (
        await patch(workspace, message, "a", headers=blind),
        await redact(workspace, message, headers=blind),
    ):
        assert_problem(answer, 404, "not_found")
    assert_problem(revisions, 404, "not_found")


async def test_what_the_customer_says_now_is_judged_again(make: Make) -> None:
    workspace = await make(staffed())
    contact = await workspace.post("where is my parcel", channel="chat")
    message = (await window(workspace, contact["case_id"]))["items"][0]["id"]
    await patch(workspace, message, "I want to kill myself, I took all the pills")
    assert (await workspace.contact(contact["id"]))["sensitive"]


async def test_a_part_of_a_card_number_is_masked_where_an_edit_completes_it(make: Make) -> None:
    """A customer who mistyped the second half and mends it; what only looks like one stays."""
    workspace = await make(staffed())
    contact = (await workspace.post("a formal complaint", channel="chat"))["id"]
    await say(workspace, contact, "4111 1111")
    message = (await say(workspace, contact, "1111 1112"))["message"]
    assert message["text"] == "1111 1112"
    assert (await patch(workspace, message["id"], "1111 1113")).json()["text"] == "1111 1113"
    assert "1111" not in (await patch(workspace, message["id"], "1111 1111")).json()["text"]


@pytest.mark.parametrize(
    ("first", "then", "mended", "left"),
    [
        ("4111 1112", ["1111 1111"], "4111 1111", CARD_MASK),
        ("4111 1112", ["and then", "1111 1111"], "it is 4111 1111", f"it is {CARD_MASK}"),
        ("hello", ["1111 1111"], "my card is 4111 1111", f"my card is {CARD_MASK}"),
        ("4111 1112", ["1111 1111"], "4111 1113", "4111 1113"),
        ("my order is 41111112", ["1111 1111"], "my order is 41111111", "my order is 41111111"),
    ],
)
async def test_a_first_part_that_an_edit_mends_is_masked(
    make: Make, first: str, then: list[str], mended: str, left: str
) -> None:
    """The other parts were said later, and stand already; an order's number is none."""
    workspace = await make(staffed())
    contact = (await workspace.post("a formal complaint", channel="chat"))["id"]
    message = (await say(workspace, contact, first))["message"]
    assert [(await say(workspace, contact, one))["message"]["text"] for one in then] == then
    edited = (await patch(workspace, message["id"], mended)).json()
    assert edited["text"] == left


async def test_the_desks_of_a_conversation_see_it_at_once(make: Make) -> None:
    """An agent edits what it wrote itself, and redacts that, and what the customer wrote; nothing of another's."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann, workspace.desk("bob") as bob:
        contact, _ = await taken(workspace, ann)
        customers = (await say(workspace, contact, "hello, are you still there?"))["message"]["id"]
        others = (await say(workspace, contact, "We look", kind="agent", author="bob"))["message"]["id"]
        note = await ann.do("message.send", contact_id=contact, client_id="k1", kind="note", text="be kidn")
        edited = await ann.do("message.edit", message_id=note["message"]["id"], text="be kind")
        assert (edited["message"]["text"], edited["message"]["revision"]) == ("be kind", 1)
        frame = await ann.expect("message.updated")
        assert (frame["contact_id"], frame["message"]["text"]) == (contact, "be kind")
        assert slug(await ann.do("message.edit", message_id=customers, text="no")) == "not_the_author"
        assert slug(await ann.do("message.edit", message_id=others, text="no")) == "not_the_author"
        assert slug(await ann.do("message.redact", message_id=others, why="no")) == "not_the_author"
        assert slug(await bob.do("message.redact", message_id=customers, why="no")) == "not_your_contact"
        redacted = await ann.do("message.redact", message_id=customers, why="somebody else's name")
        assert redacted["message"]["redacted"]["by"] == "agent:ann"
        frame = await ann.expect("message.updated")
        assert (frame["message"]["id"], frame["message"]["text"]) == (customers, "")
    (entry,) = (await workspace.api.get("/v1/audit", params={"action": "message.redacted"})).json()["items"]
    assert entry["actor"] == {"kind": "agent", "id": "ann", "name": "ann"}


async def test_an_adapter_that_can_edit_is_told_and_another_refuses(make: Make, receiver: Receiver) -> None:
    """What was never handed over is not sent; what was is carried once more, as edited, and then as taken back."""
    workspace = await make(staffed())
    await posted_to(workspace, receiver.url, capabilities={"edit": True})
    contact = await chat(workspace)
    message = await reply(workspace, contact, "yuo have it")
    await until_delivery(workspace, message, "sent")
    assert (await patch(workspace, message, "you have it")).status_code == 200
    await until_delivery(workspace, message, "sent")
    assert (await redact(workspace, message)).status_code == 200
    first, second, third = await receiver.until(3)
    assert [one.headers["webhook-id"] for one in (first, second, third)] == [
        message,
        f"{message}.1",
        f"{message}.redacted",
    ]
    assert (second.event["data"]["text"], second.event["data"]["revision"]) == ("you have it", 1)
    assert third.event["data"]["text"] == ""
    assert "redacted_at" in third.event["data"]
    await posted_to(workspace, receiver.url, capabilities={"edit": False})
    plain = await reply(workspace, contact, "hello")
    assert_problem(await patch(workspace, plain, "hullo"), 422, "channel_cannot")


async def test_the_customer_sees_what_became_of_a_message(make: Make) -> None:
    """On the socket at once, without who did it and why; nothing of a note."""
    workspace = await make(staffed())
    contact = await workspace.post("where is my parcel", channel="chat", customer={"external_id": "crm-7"})
    token = await session_token(workspace, contact["customer_id"])
    async with customers_socket(workspace, token) as customer:
        note = (await say(workspace, contact["id"], "be kidn", kind="note", author="ann"))["message"]["id"]
        answer = (await say(workspace, contact["id"], "It si on its way", kind="agent", author="ann"))["message"]["id"]
        assert (await patch(workspace, note, "be kind")).status_code == 200
        assert (await patch(workspace, answer, "It is on its way")).status_code == 200
        updated = (await customer.expect("message.updated"))["message"]
        assert (updated["id"], updated["text"], updated["revision"]) == (answer, "It is on its way", 1)
        assert (await redact(workspace, answer)).status_code == 200
        updated = (await customer.expect("message.updated"))["message"]
        assert (updated["text"], set(updated["redacted"])) == ("", {"at"})


async def test_what_a_crash_left_untold_is_told_later(make: Make) -> None:
    """The mark is in the transaction of the change, and goes with the journal's entry."""
    workspace = await make(staffed())
    contact = await workspace.post("where is my parcel", channel="chat")
    async with workspace.database.transaction() as session:
        await session.execute(AS_LEFT_BY_A_CRASH, {"contact": contact["id"]})
    assert len(await told(workspace, contact["id"], "message.edited")) == 1

    async def gone() -> bool:
        async with workspace.ledger() as session:
            return not await session.scalar(MARKS, {"workspace": workspace.id})

    await eventually(gone)


async def test_a_message_is_edited_a_hundred_times_at_most(make: Make) -> None:
    workspace = await make(staffed())
    contact = await workspace.post("where is my parcel", channel="chat")
    note = (await say(workspace, contact["id"], "a", kind="note", author="ann"))["message"]["id"]
    async with workspace.database.transaction() as session:
        await session.execute(text("UPDATE messages SET revision = 99 WHERE id = :id"), {"id": note})
    assert (await patch(workspace, note, "b")).json()["revision"] == 100
    assert_problem(await patch(workspace, note, "c"), 409, "edited_too_often")
