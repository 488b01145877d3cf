"""An edit of what an adapter has is a delivery of its own: it begins where every delivery does, and nothing that is said
of the one before ends it.
"""

from typing import Any

import pytest

from tests.support.outbound import (
    adapter,
    chat,
    delivery,
    key_of,
    posted_to,
    reading,
    receipt,
    reply,
    until_delivery,
)
from tests.support.receiver import Receiver, receiving
from tests.support.service import Workspace


@pytest.fixture
async def receiver() -> Any:
    async with receiving() as started:
        yield started


async def edit(workspace: Workspace, message: str, said: str) -> dict[str, Any]:
    answer = await workspace.api.patch(f"/v1/messages/{message}", json={"text": said})
    assert answer.status_code == 200, answer.text
    edited: dict[str, Any] = answer.json()
    return edited


async def contact_of(workspace: Workspace, message: str) -> str:
    (row,) = await workspace.database.read("SELECT contact_id FROM messages WHERE id = $1", message)
    return str(row["contact_id"])


async def came_as(receiver: Receiver, number: int) -> list[tuple[int, str]]:
    """Revision and text of what was taken, once so much has come."""
    some = await receiver.until(number)
    return [(one.event["data"]["revision"], one.event["data"]["text"]) for one in some if one.answered < 300]


async def test_an_edit_begins_a_delivery_and_its_customer_has_read_the_case_all_the_same(
    workspace: Workspace, receiver: Receiver
) -> None:
    """A message that was read is queued when it is edited, and rises once more; how far its customer has read stays."""
    await posted_to(workspace, receiver.url, capabilities={"edit": True})
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    contact = await chat(workspace)
    message = await reply(workspace, contact, "yuo have it")
    await until_delivery(workspace, message, "sent")
    await receipt(workspace, key, message, "read")
    receiver.answer = lambda _: 503
    edited = await edit(workspace, message, "you have it")
    assert (edited["revision"], edited["delivery"]["state"]) == (1, "queued")
    window = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")
    assert window.json()["read_up_to"]["customer"] == edited["seq"]
    receiver.answer = lambda _: 204
    await until_delivery(workspace, message, "sent")
    await receipt(workspace, key, message, "delivered")
    assert (await delivery(workspace, message))["state"] == "delivered"


@pytest.mark.parametrize("state", ["sent", "failed", "read"])
async def test_a_receipt_of_what_was_said_before_does_not_end_an_edit_on_its_way(
    workspace: Workspace, receiver: Receiver, state: str
) -> None:
    """The adapter has not taken the edit: it is sent until it does, whatever is said of the message meanwhile."""
    await posted_to(workspace, receiver.url, capabilities={"edit": True})
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    message = await reply(workspace, await chat(workspace), "yuo have it")
    await until_delivery(workspace, message, "sent")
    receiver.answer = lambda _: 503
    await edit(workspace, message, "you have it")
    await receiver.until(2)
    await receipt(workspace, key, message, state)
    receiver.answer = lambda _: 204
    assert await came_as(receiver, 3) == [(0, "yuo have it"), (1, "you have it")]


async def test_a_receipt_does_not_end_a_redaction_on_its_way(workspace: Workspace, receiver: Receiver) -> None:
    """The adapter has to take the words away, also if its customer has read them meanwhile."""
    await posted_to(workspace, receiver.url, capabilities={"edit": True})
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    message = await reply(workspace, await chat(workspace), "your number is 17")
    await until_delivery(workspace, message, "sent")
    receiver.answer = lambda _: 503
    redacted = await workspace.api.post(f"/v1/messages/{message}/redact", json={"why": "another customer's"})
    assert redacted.status_code == 200, redacted.text
    await receiver.until(2)
    await receipt(workspace, key, message, "read")
    receiver.answer = lambda _: 204
    assert await came_as(receiver, 3) == [(0, "your number is 17"), (0, "")]


async def test_a_stream_that_was_away_gets_the_edit_whatever_receipts_came_before(workspace: Workspace) -> None:
    """What it has been written counts as its own: a receipt acknowledges that."""
    await adapter(workspace, capabilities={"edit": True})
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    async with reading(workspace, key) as stream:
        message = await reply(workspace, await chat(workspace), "yuo have it")
        assert await stream.texts(1) == ["yuo have it"]
        await receipt(workspace, key, message, "delivered")
    await edit(workspace, message, "you have it")
    assert (await receipt(workspace, key, message, "read"))["state"] == "queued"
    async with reading(workspace, key) as stream:
        assert await stream.texts(1) == ["you have it"]
        assert (await receipt(workspace, key, message, "read"))["state"] == "read"
    later = await reply(workspace, {"id": await contact_of(workspace, message)}, "and this")
    async with reading(workspace, key) as stream:
        assert await stream.texts(1) == ["and this"]
    assert (await delivery(workspace, later))["state"] == "queued"


async def test_a_receipt_that_overtakes_the_answer_to_an_edit_counts(workspace: Workspace, receiver: Receiver) -> None:
    """The edit is being posted: it is delivered before its adapter has answered."""
    await posted_to(workspace, receiver.url, capabilities={"edit": True})
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    message = await reply(workspace, await chat(workspace), "yuo have it")
    await until_delivery(workspace, message, "sent")
    receiver.delay_s = 1
    await edit(workspace, message, "you have it")
    assert len(await came_as(receiver, 2)) == 2
    assert (await receipt(workspace, key, message, "delivered"))["state"] == "delivered"
    receiver.delay_s = 0
    later = await reply(workspace, {"id": await contact_of(workspace, message)}, "and this")
    await until_delivery(workspace, later, "sent")
    assert await came_as(receiver, 3) == [(0, "yuo have it"), (1, "you have it"), (0, "and this")]
    assert (await delivery(workspace, message))["state"] == "delivered"
