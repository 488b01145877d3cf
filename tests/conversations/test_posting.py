"""What is written to customers is posted to their adapter: signed, once by its id, in the order of the case."""

import asyncio
from functools import partial
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from tests.support.outbound import by, chat, deliveries_told, delivery, key_of, posted_to, reply, until_delivery
from tests.support.problems import assert_problem
from tests.support.receiver import Receiver, receiving
from tests.support.service import Workspace, eventually


@pytest.fixture
async def receiver() -> Any:
    async with receiving() as started:
        yield started


INTO_THE_QUEUE = text(
    """
    INSERT INTO outbound_messages (workspace_id, adapter, case_id, contact_id, message_id, received_at, state, next_at)
    SELECT workspace_id, 'widget', case_id, contact_id, id, received_at, 'queued', now() FROM messages
    WHERE id = :message
    """
)


async def without_keys(workspace: Workspace) -> None:
    """Revokes the keys of the adapter, which can be deleted then."""
    for key in (await workspace.api.get("/v1/api-keys")).json()["items"]:
        if key["adapter"] == "widget":
            assert (await workspace.api.delete(f"/v1/api-keys/{key['id']}")).status_code == 204


async def _waits(workspace: Workspace) -> bool:
    """Whether the deletion of an adapter's link waits for another transaction."""
    query = "query LIKE 'DELETE FROM adapter_links%' AND wait_event_type = 'Lock'"
    return bool(await workspace.database.read(f"SELECT pid FROM pg_stat_activity WHERE {query}"))


def texts(receiver: Receiver) -> list[str]:
    """What it took, in order, each once."""
    taken = {one.event["id"]: one.event["data"]["text"] for one in receiver.received if one.answered < 300}
    return list(taken.values())


async def test_a_message_is_posted_with_its_text_and_a_signature(workspace: Workspace, receiver: Receiver) -> None:
    """As a CloudEvent of Standard Webhooks, with all that an adapter needs to deliver it; then it is sent."""
    secret = await posted_to(workspace, receiver.url)
    customer = {"email": "sam@example.com", "phone": "+4930901820", "external_id": "S-17"}
    contact = await chat(workspace, channel_ref="room-9", customer=customer)
    message = await reply(workspace, contact, "Good morning, Sam")
    (got,) = await receiver.until(1)
    assert got.signed_by(secret)
    assert got.headers["webhook-id"] == got.event["id"] == message
    assert (got.type, got.subject) == ("mci.message.outbound", contact["id"])
    data = got.event["data"]
    assert {name: data[name] for name in ("id", "text", "kind", "author", "adapter", "channel", "channel_ref")} == {
        "id": message,
        "text": "Good morning, Sam",
        "kind": "agent",
        "author": "ada",
        "adapter": "widget",
        "channel": "chat",
        "channel_ref": "room-9",
    }
    # By a chat only the id that the adapter gave leads to the customer: nothing else is handed on.
    assert data["customer"]["addresses"] == [{"kind": "external_id", "value": "S-17"}]
    assert (data["contact"], data["case_id"], data["revision"]) == (contact["id"], contact["case_id"], 0)
    assert await until_delivery(workspace, message, "sent") == {"state": "sent", "error": None}
    told = await deliveries_told(workspace, contact)
    assert [(one["message"], one["delivery"]) for one in told] == [(message, "sent")]


async def test_a_conversation_comes_in_order_however_often_it_is_refused(
    workspace: Workspace, receiver: Receiver
) -> None:
    """The next message of a case waits for the one before; other cases do not wait."""
    await posted_to(workspace, receiver.url)
    calls = count()
    receiver.answer = lambda one: 503 if one.event["data"]["text"] == "first" and next(calls) < 2 else 204
    one, other = await chat(workspace), await chat(workspace)
    sent = [await reply(workspace, one, said) for said in ("first", "second", "third")]
    await reply(workspace, other, "elsewhere")
    await until_delivery(workspace, sent[-1], "sent")
    assert [said for said in texts(receiver) if said != "elsewhere"] == ["first", "second", "third"]
    assert len(receiver.of(one["id"])) == 5
    assert texts(receiver).index("elsewhere") < 3


async def test_a_retry_after_is_kept(workspace: Workspace, receiver: Receiver) -> None:
    """The adapter is not asked again before; what is behind waits with it."""
    await posted_to(workspace, receiver.url)
    receiver.answer, receiver.headers = lambda _: 429, {"Retry-After": "600"}
    contact = await chat(workspace)
    await reply(workspace, contact, "first")
    await receiver.until(1)
    receiver.answer = lambda _: 204
    await reply(workspace, contact, "second")
    other = await chat(workspace)
    await until_delivery(workspace, await reply(workspace, other, "elsewhere"), "sent")
    assert texts(receiver) == ["elsewhere"]


async def test_what_an_adapter_will_never_take_has_failed(workspace: Workspace, receiver: Receiver) -> None:
    """By a 422: it is not tried again, agents see why, and the next message goes."""
    await posted_to(workspace, receiver.url)
    receiver.answer = lambda one: 422 if one.event["data"]["text"] == "first" else 204
    contact = await chat(workspace)
    first, second = await reply(workspace, contact, "first"), await reply(workspace, contact, "second")
    refused = await until_delivery(workspace, first, "failed")
    assert (refused["error"]["slug"], refused["error"]["retryable"]) == ("adapter_refused", False)
    await until_delivery(workspace, second, "sent")
    assert len(receiver.received) == 2


async def test_an_unreachable_adapter_shows_as_not_delivered_and_send_again_sends(
    workspace: Workspace, receiver: Receiver
) -> None:
    """After its time a message has failed; when the adapter is back, what waited comes in order, each once."""
    await posted_to(workspace, receiver.url, give_up_s=1)
    receiver.answer = lambda _: 500
    contact = await chat(workspace)
    first, second = await reply(workspace, contact, "first"), await reply(workspace, contact, "second")
    for message in (first, second):
        failed = await until_delivery(workspace, message, "failed")
        assert (failed["error"]["slug"], failed["error"]["retryable"]) == ("adapter_unreachable", True)
    await posted_to(workspace, receiver.url)  # with as much time as it takes, from now on
    third = await reply(workspace, contact, "third")
    for message in (first, second):
        again = await workspace.api.post(f"/v1/messages/{message}/send-again")
        assert (again.status_code, again.json()["state"]) == (202, "queued")
    receiver.answer = lambda _: 204
    for message in (first, second, third):
        await until_delivery(workspace, message, "sent")
    assert texts(receiver) == ["first", "second", "third"]
    assert_problem(await workspace.api.post(f"/v1/messages/{first}/send-again"), 409, "wrong_state")
    assert_problem(await workspace.api.post(f"/v1/messages/{'msg_' + 32 * '0'}/send-again"), 404, "not_found")
    told = [event["data"] for event in await workspace.events(contact["id"]) if event["type"] == "message.delivery"]
    deliveries = [entry["delivery"] for entry in told if entry["message"] == first]
    assert [one for one in deliveries if one != "queued"] == ["failed", "sent"]  # what passes at once is not told
    assert told[0]["error"] == "adapter_unreachable"


async def test_only_what_is_for_customers_is_posted(workspace: Workspace, receiver: Receiver) -> None:
    """A note is not, however it came into the queue; nor is a message that was taken back before it went."""
    await posted_to(workspace, receiver.url)
    contact = await chat(workspace)
    note = await reply(workspace, contact, "the customer is rude", kind="note")
    async with workspace.database.transaction() as session:
        await session.execute(INTO_THE_QUEUE, {"message": note})
    receiver.answer = lambda _: 503
    taken_back = await reply(workspace, contact, "you are a bad customer")
    await receiver.until(1)
    async with workspace.database.transaction() as session:
        await session.execute(text("UPDATE messages SET redacted_at = now() WHERE id = :id"), {"id": taken_back})
    receiver.answer = lambda _: 204
    hello = await reply(workspace, contact, "hello")
    await until_delivery(workspace, hello, "sent")
    assert (await until_delivery(workspace, taken_back, "failed"))["error"]["slug"] == "message_withdrawn"
    assert (await until_delivery(workspace, note, "failed"))["error"]["slug"] == "message_withdrawn"
    assert texts(receiver) == ["hello"]
    assert b"rude" not in b"".join(one.body for one in receiver.received)


async def test_a_new_secret_signs_beside_the_old_one(workspace: Workspace, receiver: Receiver) -> None:
    """For as long as was asked; only a key that may carry messages out makes one."""
    old = await posted_to(workspace, receiver.url)
    configures = by(await key_of(workspace, "configuration:write"))
    assert_problem(
        await workspace.api.post("/v1/adapters/widget/rotate-secret", headers=configures), 403, "scope_missing"
    )
    new = (await workspace.api.post("/v1/adapters/widget/rotate-secret", json={"overlap_s": 60})).json()
    await reply(workspace, await chat(workspace))
    (got,) = await receiver.until(1)
    assert got.signed_by(old)
    assert got.signed_by(new["secret"])
    assert old not in (await workspace.api.get("/v1/adapters/widget")).text
    assert (await workspace.api.post("/v1/adapters/widget/rotate-secret", json={"overlap_s": 0})).status_code == 200
    await reply(workspace, await chat(workspace))
    assert not (await receiver.until(2))[1].signed_by(old)


async def test_an_edited_message_comes_once_more_as_its_next_revision(
    workspace: Workspace, receiver: Receiver, service: tuple[str, Parts]
) -> None:
    """By an id of its own, so that an adapter that keeps ids does not take it for the first one again."""
    await posted_to(workspace, receiver.url, capabilities={"edit": True})
    message = await reply(workspace, await chat(workspace), "yuo have it")
    await until_delivery(workspace, message, "sent")
    edit = text("UPDATE messages SET text = 'you have it', revision = 1, edited_at = now() WHERE id = :id")
    async with workspace.database.transaction() as session:
        await session.execute(edit, {"id": message})
        await service[1].outbox.carry_edit(session, workspace.id, message)
    first, second = await receiver.until(2)
    assert [first.headers["webhook-id"], second.headers["webhook-id"]] == [message, f"{message}.1"]
    assert (second.event["data"]["id"], second.event["data"]["revision"]) == (message, 1)
    assert second.event["data"]["text"] == "you have it"


async def test_what_has_a_receipt_is_not_sent_again(workspace: Workspace, receiver: Receiver) -> None:
    """The adapter's answer was lost, and its receipt was not: it has the message, also when its time is up."""
    await posted_to(workspace, receiver.url)
    receiver.answer = lambda _: 503
    contact = await chat(workspace)
    message = await reply(workspace, contact, "first")
    await receiver.until(1)
    async with workspace.database.transaction() as session:
        await session.execute(text("UPDATE messages SET delivery = 'delivered' WHERE id = :id"), {"id": message})
    receiver.answer = lambda _: 204
    await until_delivery(workspace, await reply(workspace, contact, "second"), "sent")
    assert (await delivery(workspace, message))["state"] == "delivered"
    assert texts(receiver) == ["second"]


async def test_what_waits_for_an_adapter_that_is_deleted_has_failed(workspace: Workspace, receiver: Receiver) -> None:
    """Nobody will ever take it; its secret goes with it, so that another of its name has another."""
    secret = await posted_to(workspace, receiver.url)
    receiver.answer = lambda _: 503
    message = await reply(workspace, await chat(workspace))
    await without_keys(workspace)
    assert (await workspace.api.delete("/v1/adapters/widget")).status_code == 204
    assert (await until_delivery(workspace, message, "failed"))["error"]["slug"] == "adapter_unreachable"
    assert await posted_to(workspace, receiver.url) != secret


async def test_an_adapter_is_deleted_while_it_is_noted_what_an_attempt_came_to(
    workspace: Workspace, receiver: Receiver
) -> None:
    """Both lock the adapter's link before its messages: one waits for the other, and never each for the other."""
    await posted_to(workspace, receiver.url)
    receiver.answer = lambda _: 503
    message = await reply(workspace, await chat(workspace))
    await without_keys(workspace)
    await receiver.until(1)
    mine = {"workspace": workspace.id}
    async with workspace.database.transaction() as session:
        await session.execute(text("UPDATE adapter_links SET failures = 1 WHERE workspace_id = :workspace"), mine)
        deleting = asyncio.create_task(workspace.api.delete("/v1/adapters/widget"))
        assert await eventually(partial(_waits, workspace))
        await session.execute(text("UPDATE outbound_messages SET attempts = 1 WHERE workspace_id = :workspace"), mine)
    assert (await deleting).status_code == 204
    await until_delivery(workspace, message, "failed")
